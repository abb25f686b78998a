import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct JSONParseTests {
  private func parse(_ text: String) throws(ChainError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), file: "a.json")
  }

  @Test func readsEveryKindOfValue() throws {
    let text = #"""
      {"a": [null, true, false, 0, -7, 1.5, -0.0, 2e3],
       "b": {"": "\"\\\/\b\f\n\r\té\u00e9\uD83D\uDE00😀"}}
      """#
    let value = try parse(text)
    #expect(
      value
        == .object([
          "a": .array([
            .null, .bool(true), .bool(false), .integer(0), .integer(-7),
            .real(1.5), .real(-0.0), .real(2000),
          ]),
          "b": .object([
            "": .string("\"\\/\u{8}\u{C}\n\r\téé😀😀")
          ]),
        ]))
  }

  @Test func integersAreExactTo128Bits() throws {
    for value in [Int128.max, .min, 1 << 64, -(1 << 64), 10_000_000_000_000] {
      #expect(try parse("\(value)") == .integer(value))
    }
    #expect(try parse("-0") == .integer(0))
  }

  @Test func realsAreTheNearestDoubles() throws {
    for value in [
      0.1, 1 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi * 1e20,
      1e22, -1e-7,
    ] {
      #expect(try parse("\(value)") == .real(value))
    }
  }

  static let bad: [BadInput] = [
    BadInput("", "a.json:1:1", "end of the file"),
    BadInput("  ", "a.json:1:3", "end of the file"),
    BadInput("{", "a.json:1:2", "key in double quotes"),
    BadInput("[1,]", "a.json:1:4", "a JSON value"),
    BadInput("[1 2]", "a.json:1:4", "\",\" or \"]\""),
    BadInput("{\"a\" 1}", "a.json:1:6", "\":\""),
    BadInput("{\"a\":1,}", "a.json:1:8", "no comma follows"),
    BadInput("{\"a\":1 \"b\":2}", "a.json:1:8", "\",\" or \"}\""),
    BadInput("{a:1}", "a.json:1:2", "\"a\""),
    BadInput("[1,\n  nul]", "a.json:2:3", "null"),
    BadInput("1 1", "a.json:1:3", "end of the document"),
    BadInput("01", "a.json:1:2", "leading zero"),
    BadInput("-", "a.json:1:2", "a digit"),
    BadInput("1.", "a.json:1:3", "a digit"),
    BadInput("1e", "a.json:1:3", "a digit"),
    BadInput("+1", "a.json:1:1", "\"+\""),
    BadInput(".5", "a.json:1:1", "\".\""),
    BadInput("NaN", "a.json:1:1", "\"N\""),
    BadInput("[1e999999]", "a.json:1:2", "1e999999"),
    BadInput("[-1e309]", "a.json:1:2", "64-bit float"),
    BadInput(
      String(repeating: "9", count: 400), "a.json:1:1", "400 characters"),
    BadInput("170141183460469231731687303715884105728", "a.json:1:1", "2^127"),
    BadInput(
      "0." + String(repeating: "1", count: 5000), "a.json:1:1", "1024"),
    BadInput("\"ab", "a.json:1:4", "closing quote"),
    BadInput("\"a\nb\"", "a.json:1:3", "control byte 0xA"),
    BadInput("\"\\x\"", "a.json:1:2", "an escape"),
    BadInput("\"\\u12g4\"", "a.json:1:6", "hexadecimal"),
    BadInput("\"\\uD83D\"", "a.json:1:2", "surrogates"),
    BadInput("\"\\uDE00\\uD83D\"", "a.json:1:2", "surrogates"),
    BadInput("\"\\uD83D\\u0041\"", "a.json:1:2", "surrogates"),
    BadInput("{\"é\":1,\n \"é\":2}", "a.json:2:2", "a second \"é\""),
    BadInput("[\"é\" x]", "a.json:1:6", "\"x\""),
    BadInput("[1, ]", "a.json:1:5", "no comma follows the last element"),
    BadInput("{\"a\": 1, }", "a.json:1:10", "no comma follows the last member"),
    BadInput("\u{FEFF}", "a.json:1:1", "a JSON value"),
    BadInput("\u{FEFF}[1,]", "a.json:1:4", "]"),
    BadInput("1\u{FEFF}", "a.json:1:2", "the end of the document"),
    BadInput(
      String(repeating: "[", count: 100_000), "a.json:1:65", "64 nested"),
    BadInput(
      String(repeating: "{\"a\":", count: 100_000), "a.json:1:321",
      "64 nested"),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try parse(input.text) }
  }

  @Test func refusesInvalidUTF8AtItsByte() {
    for bytes: [UInt8] in [
      [0x22, 0x61, 0xFF, 0x22], [0x22, 0x61, 0xC3, 0x22],
      [0x22, 0x61, 0xED, 0xA0, 0x80, 0x22], [0x22, 0x61, 0xC0, 0x80, 0x22],
    ] {
      BadInput("\(bytes)", "a.json:1:3", "UTF-8")
        .expectRefusal { () throws(ChainError) in
          _ = try JSONValue(parsing: bytes, file: "a.json")
        }
    }
  }

  @Test func nestingUpToTheLimitIsRead() throws {
    let text =
      String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try parse(text).serialized(pretty: false) == text)
  }

  @Test func manyKeysAreStillCheckedForDuplicates() throws {
    let keys = (0..<1000).map { "\"k\($0)\":0" }
    guard
      case .object(let members) = try parse("{\(keys.joined(separator: ","))}")
    else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.key) == (0..<1000).map { "k\($0)" })
    for repeated in [0, 11, 12, 13, 999] {
      let text = "{\((keys + [keys[repeated]]).joined(separator: ","))}"
      #expect(throws: ChainError.self) { try parse(text) }
    }
  }
}
