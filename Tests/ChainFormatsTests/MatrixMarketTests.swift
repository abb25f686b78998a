import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct MatrixMarketTests {
  private static let banner = "%%MatrixMarket matrix "

  private func read(_ text: String) throws(ChainError) -> MatrixMarketFile {
    try MatrixMarketFile(
      parsing: Array((Self.banner + text).utf8), file: "a.mtx")
  }

  /// As row-major text, `.` for what isn't stored.
  private func dense(_ file: MatrixMarketFile) -> [[String]] {
    (0..<file.pattern.rows).map { row in
      (0..<file.pattern.columns).map { column in
        guard let position = file.pattern.position(row: row, column: column)
        else { return "." }
        return file.values.map { "\($0[position])" } ?? "x"
      }
    }
  }

  @Test func readsEveryFormat() throws {
    #expect(
      dense(
        try read(
          "coordinate real general\n% c\n\n2 3 3\n2 1 -1e2\n1 3 .5\n1 1 7"))
        == [["7.0", ".", "0.5"], ["-100.0", ".", "."]])
    #expect(
      dense(try read("coordinate pattern symmetric\r\n2 2 2\r\n1 1\r\n2 1\r\n"))
        == [["x", "x"], ["x", "."]])
    #expect(
      dense(try read("coordinate integer skew-symmetric\n2 2 1\n2 1 3\n\n"))
        == [[".", "-3.0"], ["3.0", "."]])
    #expect(
      dense(try read("array real general\n2 2\n1\n2\n3\n4\n"))
        == [["1.0", "3.0"], ["2.0", "4.0"]])
    #expect(
      dense(try read("array integer symmetric\n2 2\n1\n2\n3\n"))
        == [["1.0", "2.0"], ["2.0", "3.0"]])
    #expect(
      dense(try read("array real skew-symmetric\n2 2\n5\n% end\n"))
        == [[".", "-5.0"], ["5.0", "."]])
  }

  @Test func writtenFilesComeBack() throws {
    let pattern = try SparsePattern(
      rows: 3, columns: 2, rowIndices: [0, 2, 2], columnIndices: [1, 0, 1])
    for values in [nil, [0.1, -1e300, .leastNonzeroMagnitude]] {
      let file = MatrixMarketFile(pattern: pattern, values: values)
      #expect(
        try MatrixMarketFile(parsing: file.serialized(), file: "") == file)
    }
    #expect(
      String(
        decoding: MatrixMarketFile(pattern: pattern, values: [1, 2, 0.1])
          .serialized(), as: UTF8.self) == """
          %%MatrixMarket matrix coordinate real general
          3 2 3
          1 2 1.0
          3 1 2.0
          3 2 0.1

          """)
    let array = DenseArray(rows: 2, columns: 2, values: [1, 2, 3, 4])
    let text = MatrixMarketFile.serialized(array)
    #expect(
      String(decoding: text, as: UTF8.self) == """
        %%MatrixMarket matrix array real general
        2 2
        1.0
        3.0
        2.0
        4.0

        """)
    #expect(
      try MatrixMarketFile(parsing: text, file: "").values == array.values)
  }

  @Test("Blanks and comments may stand anywhere below the banner")
  func blanks() throws {
    let expected = [["7.0", "."], [".", "-5.0"]]
    for text in [
      "  %%MatrixMarket\tmatrix  coordinate real \tgeneral \n"
        + "\t% c\n  %\n\n \t\n 2\t2  2\n%\n1 1 7\n  % c\n\t2 2 -5\t\n\t% end",
      "\u{FEFF}%%MatrixMarket matrix coordinate real general\r\n\r\n"
        + "2 2 2\r\n1 1 7\r\n2 2 -5\r\n\r\n",
      "\n%%matrixmarket MATRIX Coordinate REAL General\n2 2 2\n2 2 -5\n1 1 7",
    ] {
      let file = try MatrixMarketFile(parsing: Array(text.utf8), file: "a.mtx")
      #expect(dense(file) == expected, "\(text)")
    }
  }

  @Test("Numbers as Fortran writes them")
  func fortran() throws {
    for (text, value) in [
      ("1.5D+03", 1500), ("-.25d-2", -0.0025), ("1.5-300", 1.5e-300),
      ("+0.17976931348623157+309", .greatestFiniteMagnitude), ("3.", 3),
      ("12345678901234567168", 12_345_678_901_234_567_168), ("1e-400", 0),
    ] {
      let file = try read("array real general\n1 1\n\(text)\n")
      #expect(file.values == [value], "\(text)")
    }
    let signed = try read("coordinate real general\n+2 +2 +1\n+2 +1 +3\n")
    #expect(dense(signed) == [[".", "."], ["3.0", "."]])
    for line in ["++2 1 3", "+ 1 3", "+-2 1 3", "+3 1 3"] {
      let input = "coordinate real general\n2 2 1\n\(line)\n"
      BadInput(input, "a.mtx:3", "a row from 1 to 2").expectRefusal {
        () throws(ChainError) in _ = try read(input)
      }
    }
    for text in [
      "1.5D", "D3", "1d2d3", "1d2e3", "-", "+-1", "1.5-", "1-2-3", "1e400",
      "1.5D+999", "-inf", "NaN", "1,5", "0x1p3", "1_0", "1+2j",
    ] {
      let input = "array real general\n1 1\n\(text)\n"
      BadInput(input, "a.mtx:3", "a finite number").expectRefusal {
        () throws(ChainError) in _ = try read(input)
      }
    }
  }

  @Test("An integer file holds whole numbers that doubles hold, too")
  func integers() throws {
    for (text, value) in [
      ("9007199254740992", 0x1p53), ("-9007199254740992", -0x1p53),
      ("+7", 7), ("007", 7), ("-0", 0),
    ] {
      let file = try read("coordinate integer general\n1 1 1\n1 1 \(text)\n")
      #expect(file.values?.map(\.bitPattern) == [value.bitPattern], "\(text)")
    }
    for text in ["9007199254740993", "-9007199254740993", "1" + zeros(50)] {
      let input = "array integer symmetric\n1 1\n\(text)\n"
      BadInput(input, "a.mtx:3", text, kind: .tooLarge).expectRefusal {
        () throws(ChainError) in _ = try read(input)
      }
    }
    for text in ["1.5", "5.0", "1e3", "+-7", "-", "+", "0x7", "nan"] {
      let input = "coordinate integer general\n1 1 1\n1 1 \(text)\n"
      BadInput(input, "a.mtx:3", "whole number").expectRefusal {
        () throws(ChainError) in _ = try read(input)
      }
    }
  }

  private func zeros(_ count: Int) -> String {
    String(repeating: "0", count: count)
  }

  @Test("A skew-symmetric diagonal may be listed when it is 0")
  func skewDiagonals() throws {
    #expect(
      dense(
        try read(
          "coordinate integer skew-symmetric\n2 2 3\n1 1 0\n2 1 5\n2 2 -0\n"))
        == [["0.0", "-5.0"], ["5.0", "0.0"]])
    for field in ["real", "integer"] {
      let banner = "array \(field) skew-symmetric\n"
      #expect(
        dense(try read(banner + "3 3\n1\n2\n3\n"))
          == [
            [".", "-1.0", "-2.0"], ["1.0", ".", "-3.0"], ["2.0", "3.0", "."],
          ])
      #expect(
        dense(try read(banner + "3 3\n0\n1\n2\n-0\n3\n0\n"))
          .map { $0.map { $0 == "-0.0" ? "0.0" : $0 } }
          == [
            ["0.0", "-1.0", "-2.0"], ["1.0", "0.0", "-3.0"],
            ["2.0", "3.0", "0.0"],
          ])
      #expect(try read(banner + "1 1\n").pattern.entries == 0)
      #expect(try read(banner + "1 1\n0\n").pattern.entries == 1)
    }
  }

  static let bad: [BadInput] = [
    BadInput(
      "array real skew-symmetric\n2 2\n0\n5\n", "a.mtx:5",
      "1 values, or 3 with the zeros"),
    BadInput(
      "array real skew-symmetric\n2 2\n0\n5\n1\n", "a.mtx:5", "1.0 at (2, 2)"),
    BadInput(
      "array real skew-symmetric\n3 3\n1\n2\n", "a.mtx:5", "3 values"),
    BadInput(
      "array real symmetric\n2 2\n1\n2\n3\n4\n", "a.mtx:6", "more lines"),
    BadInput(
      "coordinate real general\n1 1 1\n1 1 0."
        + String(repeating: "1", count: 1023), "a.mtx:3",
      "a number of at most 1024 characters"),
    BadInput(
      "array real general\n1 1\n" + String(repeating: "7", count: 1025),
      "a.mtx:3", "1025 characters"),
    BadInput("coordinate real", "a.mtx:1", "five words"),
    BadInput("coordinate real general general\n", "a.mtx:1", "five words"),
    BadInput(
      "array real general\n1 1\n" + String(repeating: "1 ", count: 9000),
      "a.mtx:3", "\"1 1 1 1"),
    BadInput(
      "coordinate real general\n1 1 1\n1 1 5 % five\n", "a.mtx:3",
      "\"1 1 5 % five\""),
    BadInput("coordinate real general\n1 1.0 1\n", "a.mtx:2", "1 1.0 1"),
    BadInput(
      "coordinate real general\n1 1 1\n++1 1 5\n", "a.mtx:3", "from 1 to 1"),
    BadInput(
      "coordinate real general\n1000000000000000000 1000000000000000000 0\n",
      "a.mtx:2", "1000000000000000000", kind: .tooLarge),
    BadInput("table real general\n", "a.mtx:1", "\"table\""),
    BadInput("coordinate complex general\n", "a.mtx:1", "\"complex\""),
    BadInput("coordinate real hermitian\n", "a.mtx:1", "\"hermitian\""),
    BadInput("array pattern general\n", "a.mtx:1", "pattern"),
    BadInput("coordinate real general", "a.mtx:2", "rows columns entries"),
    BadInput("coordinate real general\n2 2\n", "a.mtx:2", "\"2 2\""),
    BadInput("coordinate real general\n2 -2 1\n", "a.mtx:2", "2 -2 1"),
    BadInput("coordinate real general\n0 2 0\n", "a.mtx:2", "at least 1"),
    BadInput("coordinate real symmetric\n2 3 0\n", "a.mtx:2", "square"),
    BadInput(
      "coordinate real general\n2 2 1000000000000000\n", "a.mtx:2",
      "1000000000000000 declared", kind: .tooLarge),
    BadInput(
      "coordinate real general\n1000000000000000 2 1\n1 1 1", "a.mtx:2",
      "1000000000000000", kind: .tooLarge),
    BadInput(
      "coordinate real general\n2 2 99999999999999999999\n", "a.mtx:2",
      "whole numbers"),
    BadInput(
      "array real general\n60000 60000\n1\n", "a.mtx:2", "3600000000 values",
      kind: .tooLarge),
    BadInput("coordinate real general\n2 2 1\n1 1\n", "a.mtx:3", "a value"),
    BadInput(
      "coordinate real general\n2 2 1\n% c\n3 1 1\n", "a.mtx:4", "from 1 to 2"),
    BadInput(
      "coordinate real general\n2 2 1\n1 0 1\n", "a.mtx:3", "a column from 1"),
    BadInput(
      "coordinate real general\n2 2 1\n1 1 nan\n", "a.mtx:3", "\"nan\""),
    BadInput(
      "coordinate real general\n2 2 1\n1 1 1e999\n", "a.mtx:3", "finite"),
    BadInput(
      "coordinate real general\n2 2 1\n1 1 0x1p3\n", "a.mtx:3", "0x1p3"),
    BadInput(
      "coordinate real general\n2 2 3\n1 1 1\n2 1 1\n1 1 2\n", "a.mtx:5",
      "a second (1, 1)"),
    BadInput(
      "coordinate real symmetric\n2 2 2\n1 2 1\n2 1 1\n", "a.mtx:4",
      "one triangle"),
    BadInput(
      "coordinate real skew-symmetric\n2 2 1\n1 1 1\n", "a.mtx:3",
      "no diagonal"),
    BadInput(
      "coordinate real general\n2 2 1\n1 1 1\n2 2 1\n", "a.mtx:4",
      "more lines"),
    BadInput("array real general\n1 1\n1 2\n", "a.mtx:3", "one value"),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try read(input.text) }
  }

  @Test func refusesOtherFiles() {
    for text in [
      "", "\n", "hello", "%MatrixMarket matrix array real general",
      "%%MatrixMarketmatrix array real general", "\u{FEFF}",
    ] {
      BadInput(text, "a.mtx:1", "%%MatrixMarket").expectRefusal {
        () throws(ChainError) in
        _ = try MatrixMarketFile(parsing: Array(text.utf8), file: "a.mtx")
      }
    }
  }

  @Test func utf16IsNamed() {
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      let bytes = mark + Array(Self.banner.utf8).flatMap { [$0, 0] }
      BadInput("UTF-16", "a.mtx:1", "UTF-16").expectRefusal {
        () throws(ChainError) in
        _ = try MatrixMarketFile(parsing: bytes, file: "a.mtx")
      }
    }
  }

  @Test func cutAtEveryByteIsRefused() throws {
    let text = Array(
      (Self.banner + "coordinate real general\n2 2 2\n1 1 1.5\n2 2 9").utf8)
    _ = try MatrixMarketFile(parsing: text, file: "a.mtx")
    for count in text.indices {
      #expect(throws: ChainError.self, "cut at \(count)") {
        try MatrixMarketFile(parsing: text[..<count], file: "a.mtx")
      }
    }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Array(
      (Self.banner + "coordinate real symmetric\n3 3 3\n1 1 1.5\n3 1 9\n3 2 2\n")
        .utf8)
    var read = 0
    for seed in 0..<5000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        let file = try MatrixMarketFile(
          parsing: mutations.mutate(valid), file: "a.mtx")
        #expect((file.values?.count ?? 0) <= file.pattern.entries)
        read += 1
      } catch {
        #expect(error.location.hasPrefix("a.mtx"), "seed \(seed)")
      }
    }
    #expect(read > 50 && read < 4900)
  }
}
