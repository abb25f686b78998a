import JacobianChain

/// Where a value stands in a document; becomes text only for an error.
package indirect enum JSONPath {
  case root(file: String)
  case key(JSONPath, String)
  case index(JSONPath, Int)

  /// `file: /factors/3/columns`, keys escaped as in RFC 6901.
  package var location: String {
    var parts: [String] = []
    var path = self
    while true {
      switch path {
      case .root(let file):
        return "\(file): /" + parts.reversed().joined(separator: "/")
      case .key(let parent, let key):
        let escaped = key.flatMap { character -> String in
          switch character {
          case "~": "~0"
          case "/": "~1"
          default: String(character)
          }
        }
        parts.append(String(escaped))
        path = parent
      case .index(let parent, let index):
        parts.append("\(index)")
        path = parent
      }
    }
  }

  /// An error at this place.
  package func refuse(
    _ expected: String, found: String, advice: String,
    kind: ChainError.Kind = .malformed
  ) -> ChainError {
    ChainError(
      kind, at: location, expected: expected, found: found, advice: advice)
  }

  /// A value of the wrong type.
  package func mismatch(
    _ expected: String, _ value: JSONValue, advice: String
  ) -> ChainError {
    refuse(expected, found: value.summary, advice: advice)
  }
}

/// An object whose keys have been checked, read member by member.
package struct JSONObject {
  package let members: [JSONValue.Member]
  package let path: JSONPath

  /// Refuses everything but an object with some of the `allowed` keys; nil
  /// allows all.
  package init(
    _ value: JSONValue, at path: JSONPath, allowed: [String]?
  ) throws(ChainError) {
    guard case .object(let members) = value else {
      throw path.mismatch(
        "an object", value,
        advice: allowed.map { "its keys are: " + $0.joined(separator: ", ") }
          ?? "write { … }")
    }
    self.members = members
    self.path = path
    guard let allowed else { return }
    for member in members where !allowed.contains(member.key) {
      throw JSONPath.key(path, member.key).refuse(
        "one of the keys " + allowed.joined(separator: ", "),
        found: "the unknown key \(JSONValue.string(member.key).summary)",
        advice: Spelling.suggestion(for: member.key, among: allowed)
          ?? "remove it, or correct its spelling")
    }
  }

  package subscript(key: String) -> JSONValue? {
    members.first { $0.key == key }?.value
  }

  package func path(_ key: String) -> JSONPath { .key(path, key) }

  package func required(
    _ key: String, _ expected: String, advice: String
  ) throws(ChainError) -> JSONValue {
    guard let value = self[key] else {
      throw path(key).refuse(expected, found: "no such key", advice: advice)
    }
    return value
  }

  package func string(_ key: String) throws(ChainError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else {
      throw path(key).mismatch(
        "a string", value, advice: "put the text in double quotes")
    }
    return text
  }

  package func bool(_ key: String) throws(ChainError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .bool(let truth) = value else {
      throw path(key).mismatch(
        "true or false", value, advice: "write true or false, without quotes")
    }
    return truth
  }

  /// A number of units: a whole number, or one as a decimal string.
  package func count(_ key: String) throws(ChainError) -> Int? {
    guard let value = self[key] else { return nil }
    let wide: Int128? =
      switch value {
      case .integer(let number): number
      case .string(let text): Decimal.integer(text.utf8)
      case .null, .bool, .real, .array, .object: nil
      }
    guard let wide, let number = Int(exactly: wide) else {
      throw path(key).mismatch(
        "a whole number from 0 to 2^63 − 1", value,
        advice: "write digits only; leave the key out when there is none")
    }
    return number
  }

  /// A sum of prices: a whole number or decimal string up to 2^128 − 1.
  package func wideCount(_ key: String) throws(ChainError) -> UInt128? {
    guard let value = self[key] else { return nil }
    let number: UInt128? =
      switch value {
      case .integer(let number): UInt128(exactly: number)
      case .string(let text): Decimal.natural(text.utf8)
      case .null, .bool, .real, .array, .object: nil
      }
    guard let number else {
      throw path(key).mismatch(
        "a whole number from 0 to 2^128 − 1", value,
        advice: "write digits only, above 2^53 as a string")
    }
    return number
  }

  /// The same, with nil for null, too.
  package func wideCountOrNull(
    _ key: String
  ) throws(ChainError) -> UInt128? {
    self[key] == .null ? nil : try wideCount(key)
  }

  /// Any number; nil for null.
  package func numberOrNull(_ key: String) throws(ChainError) -> Double? {
    switch self[key] {
    case nil, .null: return nil
    case .real(let number): return number
    case .integer(let number): return Double(number)
    case .bool, .string, .array, .object:
      throw path(key).mismatch(
        "a number", self[key]!, advice: "write digits, without quotes")
    }
  }

  /// A required whole number of any sign.
  package func integer(
    _ key: String, _ expected: String, advice: String
  ) throws(ChainError) -> Int {
    let value = try required(key, expected, advice: advice)
    return try value.integer(at: path(key), expected, advice: advice)
  }
}

extension JSONValue {
  package func integer(
    at path: JSONPath, _ expected: String, advice: String
  ) throws(ChainError) -> Int {
    guard case .integer(let wide) = self, let number = Int(exactly: wide)
    else { throw path.mismatch(expected, self, advice: advice) }
    return number
  }

  package func elements(
    at path: JSONPath, _ expected: String, advice: String
  ) throws(ChainError) -> [JSONValue] {
    guard case .array(let elements) = self else {
      throw path.mismatch(expected, self, advice: advice)
    }
    return elements
  }

  package func integers(
    at path: JSONPath, _ expected: String, advice: String
  ) throws(ChainError) -> [Int] {
    var numbers: [Int] = []
    for (position, element)
      in try elements(at: path, expected, advice: advice).enumerated()
    {
      numbers.append(
        try element.integer(
          at: .index(path, position), "a whole number", advice: advice))
    }
    return numbers
  }
}
