/// A JSON document as a value: keys keep their order and numbers their digits,
/// which Foundation's decoder promises for neither.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A whole number; those above 2^53 are written as decimal strings.
  case integer(Int128)
  /// Any other number.
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A key and its value.
  package struct Member: Hashable, Sendable {
    /// The key, unique in its object.
    package var key: String
    /// The value.
    package var value: JSONValue

    /// Creates a member.
    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// An object whose nil members are left out.
  package static func object(
    _ members: KeyValuePairs<String, JSONValue?>
  ) -> JSONValue {
    .object(members.compactMap { key, value in value.map { Member(key, $0) } })
  }

  /// A whole number of any width.
  package static func number(_ value: some BinaryInteger) -> JSONValue {
    .integer(Int128(value))
  }
}
