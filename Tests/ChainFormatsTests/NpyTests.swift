import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct NpyTests {
  private static func file(
    _ header: String, data: [UInt8], version: UInt8 = 1
  ) -> [UInt8] {
    let count = header.utf8.count
    let length: [UInt8] =
      version == 1
      ? [UInt8(count & 0xFF), UInt8(count >> 8)]
      : [UInt8(count & 0xFF), UInt8(count >> 8), 0, 0]
    return Npy.magic + [version, 0] + length + Array(header.utf8) + data
  }

  private static func header(
    _ descr: String = "'<f8'", _ order: String = "False",
    _ shape: String = "(2, 1)"
  ) -> String {
    "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }\n"
  }

  private static func doubles(_ values: [Double]) -> [UInt8] {
    values.flatMap { value in
      (0..<8).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) }
    }
  }

  private static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) }
    }
  }

  @Test func writtenFilesComeBack() throws {
    for (rows, columns) in [(1, 1), (2, 3), (1000, 7), (100_000, 1)] {
      let array = DenseArray(
        rows: rows, columns: columns,
        values: (0..<(rows * columns)).map { Double($0) * 0.1 - 3 })
      let bytes = Npy.serialized(array)
      #expect(try Npy.parse(bytes, file: "a") == array)
      #expect((bytes.count - 8 * array.values.count) % 64 == 0)
    }
  }

  /// The bytes that `numpy.save` writes for `numpy.array([[1.0, 2.0]])`.
  @Test func headerIsGolden() {
    let bytes = Npy.serialized(DenseArray(rows: 1, columns: 2, values: [1, 2]))
    let text =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
    #expect(
      bytes
        == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 0x76, 0]
        + Array(text.utf8)
        + Array(repeating: 0x20, count: 117 - text.utf8.count) + [0x0A]
        + Self.doubles([1, 2]))
  }

  @Test func readsVersionsTypesAndOrders() throws {
    let array = DenseArray(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    for version: UInt8 in 1...3 {
      let order = Self.file(
        Self.header("'<f8'", "False", "(2, 3)"),
        data: Self.doubles([1, 2, 3, 4, 5, 6]), version: version)
      #expect(try Npy.parse(order, file: "a") == array)
    }
    let fortran = Self.file(
      Self.header("'<f4'", "True", "(2,3)"),
      data: Self.floats([1, 4, 2, 5, 3, 6]))
    #expect(try Npy.parse(fortran, file: "a") == array)
    let column = Self.file(
      "{\"shape\": (2,), 'fortran_order': False, 'descr': '<f8'}",
      data: Self.doubles([1, 2]))
    #expect(
      try Npy.parse(column, file: "a")
        == DenseArray(rows: 2, columns: 1, values: [1, 2], isVector: true))
  }

  @Test func vectorsComeBackAsVectors() throws {
    let vector = DenseArray(
      rows: 3, columns: 1, values: [1, -0.0, 3], isVector: true)
    let bytes = Npy.serialized(vector)
    #expect(String(decoding: bytes, as: UTF8.self).contains("(3,), }"))
    #expect(try Npy.parse(bytes, file: "a") == vector)
  }

  @Test("Every binary16 is the double that it stands for")
  func halves() throws {
    for bits in UInt16.min...UInt16.max {
      let file = Self.file(
        Self.header("'<f2'", "False", "(1,)"),
        data: [UInt8(bits & 0xFF), UInt8(bits >> 8)])
      let value = try Npy.parse(file, file: "a").values[0]
      let exponent = Int(bits >> 10 & 31)
      let fraction = Int(bits & 1023)
      if exponent == 31 {
        #expect(value.isInfinite == (fraction == 0))
        #expect(value.isNaN == (fraction != 0))
      } else {
        // In units of 2⁻²⁴ every one is a whole number.
        let units =
          exponent == 0 ? fraction : (1024 + fraction) << (exponent - 1)
        #expect(abs(value) == Double(units) / 16_777_216)
      }
      #expect((value.sign == .minus) == (bits >> 15 == 1) || value.isNaN)
    }
  }

  @Test("An integer that no double equals is refused at its entry")
  func inexactIntegers() throws {
    let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0x20, 0]  // 2^53 + 1
    let zero = [UInt8](repeating: 0, count: 8)
    for (descr, bytes) in [
      ("'<i8'", bytes), ("'<u8'", bytes), ("'>i8'", bytes.reversed()),
      ("'>u8'", bytes.reversed()),
    ] {
      for (order, shape, place) in [
        ("False", "(2, 2)", "[0, 1]"), ("True", "(2, 2)", "[1, 0]"),
        ("False", "(4,)", "[1]"), ("True", "(4, 1)", "[1, 0]"),
      ] {
        let file = Self.file(
          Self.header(descr, order, shape), data: zero + bytes + zero + zero)
        BadInput(descr, "a: \(place)", "9007199254740993", kind: .tooLarge)
          .expectRefusal { () throws(ChainError) in
            _ = try Npy.parse(file, file: "a")
          }
      }
    }
    let least = Self.file(
      Self.header("'<i8'", "False", "(1,)"), data: zero.dropLast() + [0x80])
    #expect(try Npy.parse(least, file: "a").values == [-0x1p63])
    let truth = Self.file(
      Self.header("'|b1'", "False", "(1, 2)"), data: [1, 2])
    BadInput("bool", "a: [0, 1]", "True (1)").expectRefusal {
      () throws(ChainError) in _ = try Npy.parse(truth, file: "a")
    }
  }

  static let bad: [BadInput] = [
    BadInput(header("'<c16'"), "a: descr", "array.real"),
    BadInput(header("'<f16'"), "a: descr", "<f16"),
    BadInput(header("'longdouble'"), "a: descr", "rounds"),
    BadInput(header("'|O'"), "a: descr", "objects"),
    BadInput(header("'<U3'"), "a: descr", "<U3"),
    BadInput(header("'|S3'"), "a: descr", "astype"),
    BadInput(header("'<M8[s]'"), "a: descr", "unit"),
    BadInput(header("'f4,f4'"), "a: descr", "f4,f4"),
    BadInput(header("'<f3'"), "a: descr", "<f3"),
    BadInput(header("'<i16'"), "a: descr", "<i16"),
    BadInput(header("''"), "a: descr", "'<f8'"),
    BadInput(header("'<'"), "a: descr", "<"),
    BadInput(header("('<f8', (2,))"), "a: descr", "each"),
    BadInput(header("8"), "a: descr", "in quotes"),
    BadInput(header("b'<f8'"), "a: descr", "b'<f8'"),
    BadInput(header("'<' b'f8'"), "a: header", "bytes beside bytes"),
    BadInput("{'descr': '<f8", "a: header", "the end of a string"),
    BadInput(header("'\\x3'"), "a: header", "2 digits"),
    BadInput(header("'\\u00e9'"), "a: descr", "é"),
    BadInput(header("'<float64'"), "a: descr", "float64"),
    BadInput(header("None"), "a: descr", "None"),
    BadInput(
      header("[('x', '<f8')]"), "a: descr", "structured"),
    BadInput(header("'<f8'", "0"), "a: fortran_order", "True or False"),
    BadInput(header("'<f8'", "false"), "a: fortran_order", "false"),
    BadInput(header("'<f8'", "'False'"), "a: fortran_order", "True or False"),
    BadInput(header("'<f8'", "False", "()"), "a: shape", "one or two"),
    BadInput(header("'<f8'", "False", "(2)"), "a: shape", "a tuple"),
    BadInput(header("'<f8'", "False", "(0x, 1)"), "a: shape", "0x"),
    BadInput(header("'<f8'", "False", "(0o8, 1)"), "a: shape", "0o8"),
    BadInput(header("'<f8'", "False", "(02, 1)"), "a: shape", "02"),
    BadInput(header("'<f8'", "False", "(2__0, 1)"), "a: shape", "2__0"),
    BadInput(header("'<f8'", "False", "(True, 2)"), "a: shape", "True"),
    BadInput(header("'<f8'", "False", "(++2, 1)"), "a: header", "a value"),
    BadInput(header("'<f8'", "False", "(+'2', 1)"), "a: header", "a number"),
    BadInput(header("'<f8'", "False", "(2 # , 1)"), "a: header", "the end of"),
    BadInput(
      header("'<f8'", "False", String(repeating: "(", count: 300)),
      "a: header", "200 brackets"),
    BadInput(header() + "\0", "a: header", "without zero bytes"),
    BadInput(header("'<f8'", "False", "(1, 2, 1)"), "a: shape", "1, 2, 1"),
    BadInput(header("'<f8'", "False", "(-2, 1)"), "a: shape", "-2"),
    BadInput(header("'<f8'", "False", "(0, 1)"), "a: shape", "at least 1"),
    BadInput(header("'<f8'", "False", "(2LL,)"), "a: shape", "2LL"),
    BadInput(header("'<f8'", "False", "(L,)"), "a: shape", "L"),
    BadInput(header("'<f8'", "False", "(2 1,)"), "a: header", "1,)"),
    BadInput(header("'<f8'", "False", "(2.0,)"), "a: shape", "2.0"),
    BadInput(header("'<f8'", "False", "[2, 1]"), "a: shape", "[2, 1]"),
    BadInput(
      header("'<f8'", "False", "(99999999999999999999,)"), "a: shape",
      "99999999999999999999"),
    BadInput(
      header("'<f8'", "False", "(4611686018427387904, 2)"), "a: shape",
      "4611686018427387904", kind: .tooLarge),
    BadInput(
      header("'<f8'", "False", "(1000000000, 1000)"), "a: data",
      "8000000000000 bytes"),
    BadInput(header("'<f8'", "False", "(3, 1)"), "a: data", "16 bytes"),
    BadInput(header("'<f8'", "False", "(1, 1)"), "a: data", "8 bytes"),
    BadInput("{'descr': '<f8', }\n", "a: header", "shape"),
    BadInput("{'descr': '<f8', 'descr': '<f8'}", "a: header", "shape"),
    BadInput("{'colour': 1}", "a: header", "colour"),
    BadInput("{descr: '<f8'}", "a: header", "in quotes"),
    BadInput("{'descr' '<f8'}", "a: header", "\":\""),
    BadInput(header() + "x", "a: header", "nothing after"),
    BadInput("", "a: header", "the end of the header"),
    BadInput("('descr', '<f8')", "a: header", "a dictionary"),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    let bytes = Self.file(input.text, data: Self.doubles([1, 2]))
    input.expectRefusal { () throws(ChainError) in
      _ = try Npy.parse(bytes, file: "a")
    }
  }

  @Test func refusesWrongFrames() {
    let cases: [([UInt8], String, String, ChainError.Kind)] = [
      ([], "a: magic", "empty file", .malformed),
      (Array("PK\u{3}\u{4}".utf8), "a: magic", "50 4B", .malformed),
      (Npy.magic + [4, 0, 0, 0], "a: version", "4.0", .malformed),
      (
        Npy.magic + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF], "a: header",
        "4294967295", .tooLarge
      ),
      (Npy.magic + [1, 0, 9, 0], "a: header", "9 bytes", .malformed),
    ]
    for (bytes, location, fact, kind) in cases {
      BadInput("\(bytes)", location, fact, kind: kind)
        .expectRefusal { () throws(ChainError) in
          _ = try Npy.parse(bytes, file: "a")
        }
    }
  }

  /// Python 2's L ends with version 2, and Latin-1 with it.
  @Test func laterVersionsAreStricter() throws {
    let data = Self.doubles([1, 2])
    let long = Self.header("'<f8'", "False", "(2L, 1)")
    let latin = Self.header() + "# \u{E9}"
    let bytes = Self.file(latin, data: data, version: 3)
    #expect(try Npy.parse(bytes, file: "a").rows == 2)
    for version: UInt8 in 1...2 {
      let file = Self.file(long, data: data, version: version)
      #expect(try Npy.parse(file, file: "a").rows == 2)
    }
    for (bytes, place, fact) in [
      (Self.file(long, data: data, version: 3), "a: shape", "2L"),
      (
        Npy.magic + [3, 0, 2, 0, 0, 0, 0x23, 0xE9], "a: header", "UTF-8"
      ),
    ] {
      BadInput(fact, place, fact).expectRefusal { () throws(ChainError) in
        _ = try Npy.parse(bytes, file: "a")
      }
    }
  }

  @Test func cutAtEveryByteIsRefused() {
    let bytes = Npy.serialized(
      DenseArray(rows: 2, columns: 2, values: [1, 2, 3, 4]))
    for count in bytes.indices {
      #expect(throws: ChainError.self, "cut at \(count)") {
        try Npy.parse(bytes[..<count], file: "a")
      }
    }
    #expect(throws: ChainError.self) { try Npy.parse(bytes + [0], file: "a") }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Self.file(Self.header(), data: Self.doubles([1, 2]))
    var read = 0
    for seed in 0..<5000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        let array = try Npy.parse(mutations.mutate(valid), file: "a")
        #expect(array.values.count == array.rows * array.columns)
        read += 1
      } catch {
        #expect(error.location.hasPrefix("a: "), "seed \(seed)")
      }
    }
    #expect(read > 50 && read < 4900)
  }
}
