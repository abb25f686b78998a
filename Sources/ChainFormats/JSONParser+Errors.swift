import JacobianChain

extension JSONParser {
  /// `file:line:column` of a byte. Walks the document; errors only.
  func location(of offset: Int) -> String {
    var (line, column) = (1, 1)
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return "\(file):\(line):\(column)"
  }

  /// An error at the current position.
  func unexpected(
    _ expected: String, found: String? = nil, advice: String
  ) -> ChainError {
    ChainError(
      .malformed, at: location(of: position), expected: expected,
      found: found ?? foundHere, advice: advice)
  }

  private var foundHere: String {
    guard let byte = next else { return "the end of the file" }
    guard (0x21...0x7E).contains(byte) else {
      return "byte 0x" + String(byte, radix: 16, uppercase: true)
    }
    return "\"\(Character(Unicode.Scalar(byte)))\""
  }
}

extension JSONValue {
  /// What the value is, for errors: its type and the start of its text.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let text):
      text.unicodeScalars.count <= 60
        ? JSONValue.string(text).serialized(pretty: false)
        : JSONValue.string(String(text.unicodeScalars.prefix(57)))
          .serialized(pretty: false) + "…"
    case .array(let elements): "an array of \(elements.count)"
    case .object(let members): "an object of \(members.count) members"
    }
  }
}
