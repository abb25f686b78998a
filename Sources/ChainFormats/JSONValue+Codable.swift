extension JSONValue: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads a document from any decoder; keys come in its order.
  package init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Key.self) {
      self = .object(
        try members.allKeys.map {
          Member($0.stringValue, try members.decode(JSONValue.self, forKey: $0))
        })
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var elements: [JSONValue] = []
      while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
      self = .array(elements)
      return
    }
    let scalar = try decoder.singleValueContainer()
    if scalar.decodeNil() {
      self = .null
    } else if let value = try? scalar.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? scalar.decode(Int64.self) {
      self = .integer(Int128(value))
    } else if let value = try? scalar.decode(Double.self) {
      self = .real(value)
    } else {
      self = .string(try scalar.decode(String.self))
    }
  }

  /// Writes the document with any encoder, as `serialized` spells it: whole
  /// numbers beyond ±2^53 as decimal strings, infinities and NaN as null.
  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let object):
      var members = encoder.container(keyedBy: Key.self)
      for member in object {
        try members.encode(
          member.value, forKey: Key(stringValue: member.key))
      }
    case .array(let elements):
      var list = encoder.unkeyedContainer()
      for element in elements { try list.encode(element) }
    case .null, .bool, .integer, .real, .string:
      var scalar = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try scalar.encode(value)
      case .integer(let value) where value.magnitude <= 1 << 53:
        try scalar.encode(Int64(value))
      case .integer(let value): try scalar.encode(value.description)
      case .real(let value) where value.isFinite: try scalar.encode(value)
      case .string(let text): try scalar.encode(text)
      default: try scalar.encodeNil()
      }
    }
  }
}
