import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct JSONWriteTests {
  @Test func prettyTextIsGolden() {
    let long = JSONValue.string(String(repeating: "x", count: 90))
    let value = JSONValue.object([
      "empty": .array([]),
      "none": .object([JSONValue.Member]()),
      "scalars": .array([.integer(1), .null, .bool(false), .real(0.5)]),
      "words": .array([.array([.string("b"), .string("a")])]),
      "steps": .array([
        .object(["id": .integer(0), "at": .array([.integer(1)])]),
        .object(["id": .integer(1), "text": long]),
      ]),
      "deep": .object(["a": .object(["b": .object(["c": .null])])]),
    ])
    #expect(
      value.serialized() == """
        {
          "empty": [],
          "none": {},
          "scalars": [1, null, false, 0.5],
          "words": [
            ["b", "a"]
          ],
          "steps": [
            {"id": 0, "at": [1]},
            {
              "id": 1,
              "text": "\(String(repeating: "x", count: 90))"
            }
          ],
          "deep": {
            "a": {"b": {"c": null}}
          }
        }
        """)
    #expect(
      JSONValue.object(["a": .array([.integer(1), .object(["b": .null])])])
        .serialized(pretty: false) == #"{"a":[1,{"b":null}]}"#)
  }

  @Test func anObjectOfExactly100ColumnsStaysOnOneLine() {
    func text(_ length: Int) -> String {
      JSONValue.object([
        "a": .string(String(repeating: "x", count: length))
      ]).serialized()
    }
    #expect(text(91).utf8.count == 100)
    #expect(!text(91).contains("\n"))
    #expect(text(92).contains("\n"))
  }

  @Test func integersBeyondTwoToThe53AreStrings() {
    let limit: Int128 = 1 << 53
    #expect(JSONValue.integer(limit).serialized() == "9007199254740992")
    #expect(JSONValue.integer(limit + 1).serialized() == "\"9007199254740993\"")
    #expect(JSONValue.integer(-limit).serialized() == "-9007199254740992")
    #expect(
      JSONValue.integer(-limit - 1).serialized() == "\"-9007199254740993\"")
    #expect(
      JSONValue.wide(.max).serialized()
        == "\"340282366920938463463374607431768211455\"")
    #expect(JSONValue.wide(12).serialized() == "12")
  }

  @Test func whatJSONCannotSayIsNull() {
    for value in [Double.infinity, -.infinity, .nan] {
      #expect(JSONValue.real(value).serialized() == "null")
    }
  }

  @Test func everyByteOfAStringComesBack() throws {
    let text = String(
      (0..<0x180).compactMap { Unicode.Scalar($0) }.map(Character.init))
    let written = JSONValue.string(text).serialized()
    #expect(written.utf8.allSatisfy { $0 >= 0x20 })
    #expect(
      try JSONValue(parsing: Array(written.utf8), file: "") == .string(text))
  }

  @Test func randomValuesComeBack() throws {
    for seed in 0..<300 {
      var random = Mutations(seed: UInt64(seed))
      let value = value(&random, depth: 4)
      for pretty in [true, false] {
        let bytes = value.serializedBytes(pretty: pretty)
        #expect(
          try JSONValue(parsing: bytes, file: "") == value, "seed \(seed)")
        #expect(
          value.serialized(pretty: pretty)
            == String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  private func value(_ random: inout Mutations, depth: Int) -> JSONValue {
    switch random.below(depth > 0 ? 7 : 5) {
    case 0: return .null
    case 1: return .bool(random.below(2) == 0)
    case 2: return .integer(Int128(random.below(1 << 30)) - 1 << 29)
    case 3: return .real(Double(random.below(1 << 30)) / 7e5 + 0.25e-12)
    case 4: return .string(String(repeating: "aé\n", count: random.below(9)))
    case 5:
      return .array(
        (0..<random.below(6)).map { _ in value(&random, depth: depth - 1) })
    default:
      return .object(
        (0..<random.below(6)).map {
          JSONValue.Member("k\($0)", value(&random, depth: depth - 1))
        })
    }
  }
}
