import JacobianChain
import Testing

@testable import ChainFormats

/// Files of NumPy and SciPy, and what these read in them: `Fixtures/make.py`
/// wrote both.
@Suite struct FixtureTests {
  /// A case: a file and its entries, or nil where it has to be refused.
  struct Fixture {
    let name: String
    let bytes: [UInt8]
    let shape: [Int]?
    let entries: [UInt64]
    /// Coordinates of a sparse file; nil where all entries are stored.
    let stored: [[Int]]?

    init(_ value: JSONValue) throws {
      let object = try JSONObject(
        value, at: .root(file: "fixture"), allowed: nil)
      name = try #require(try object.string("name"))
      let packed = try object.string("file") ?? object.string("gzip")
      bytes =
        try packed.map(Self.base64)
        ?? Array(#require(try object.string("text")).utf8)
      func integers(_ value: JSONValue?) throws -> [Int]? {
        try value?.integers(at: object.path("list"), "a list", advice: "-")
      }
      shape = try integers(object["shape"])
      let path = object.path("entries")
      entries =
        try (object["entries"]?.elements(at: path, "bits", advice: "-"))
        .map { list in
          try list.map { element in
            guard case .string(let text) = element else { return 0 }
            return try #require(UInt64(text, radix: 16))
          }
        } ?? []
      stored = try object["stored"]?.elements(at: path, "-", advice: "-")
        .map { try #require(try integers($0)) }
    }

    private static func base64(_ text: String) throws -> [UInt8] {
      let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
      var (bits, count) = (0, 0)
      var bytes: [UInt8] = []
      for letter in text.utf8 where letter != UInt8(ascii: "=") {
        bits = bits << 6 | (try #require(digits.firstIndex(of: letter)))
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        bits &= 0xFFFF
      }
      return bytes
    }

    static func all(_ name: String) throws -> [Fixture] {
      let folder = #filePath.split(separator: "/").dropLast()
      let path = "/" + folder.joined(separator: "/") + "/Fixtures/\(name)"
      let document = try JSONValue(parsing: Files.read(path), file: path)
      return try document.elements(
        at: .root(file: path), "fixtures", advice: "-"
      ).map(Fixture.init)
    }
  }

  @Test("What NumPy writes or reads is read bit for bit, or refused by name")
  func npy() throws {
    let fixtures = try Fixture.all("npy.json")
    #expect(fixtures.count > 100)
    for fixture in fixtures {
      guard let shape = fixture.shape else {
        let error = #expect(throws: ChainError.self, "\(fixture.name)") {
          try Npy.parse(fixture.bytes, file: "a.npy")
        }
        #expect(error?.location.hasPrefix("a.npy: ") == true)
        continue
      }
      let array = try Npy.parse(fixture.bytes, file: fixture.name)
      #expect(array.isVector == (shape.count == 1), "\(fixture.name)")
      #expect(
        [array.rows, array.columns] == [
          shape[0], shape.dropFirst().first ?? 1,
        ],
        "\(fixture.name)")
      #expect(
        array.values.map(\.bitPattern) == fixture.entries, "\(fixture.name)")
    }
  }

  @Test("What SciPy writes or reads is read bit for bit, or refused by name")
  func matrixMarket() throws {
    let fixtures = try Fixture.all("matrix-market.json")
    #expect(fixtures.count > 100)
    for fixture in fixtures {
      #if !Zlib
        if Gzip.isCompressed(fixture.bytes) { continue }
      #endif
      guard let shape = fixture.shape else {
        let error = #expect(throws: ChainError.self, "\(fixture.name)") {
          try MatrixMarketFile(parsing: fixture.bytes, file: "a.mtx")
        }
        #expect(error?.location == "a.mtx:1")
        continue
      }
      let file = try MatrixMarketFile(
        parsing: fixture.bytes, file: fixture.name)
      let pattern = file.pattern
      #expect([pattern.rows, pattern.columns] == shape, "\(fixture.name)")
      for row in 0..<pattern.rows {
        for column in 0..<pattern.columns {
          let value = pattern.position(row: row, column: column)
            .map { file.values?[$0] ?? 1 }
          let expected = Double(
            bitPattern: fixture.entries[row * pattern.columns + column])
          #expect((value ?? 0) == expected, "\(fixture.name)")
          if let stored = fixture.stored {
            #expect(
              (value != nil) == stored.contains([row, column]),
              "\(fixture.name)")
          }
        }
      }
    }
  }
}
