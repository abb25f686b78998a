extension JSONValue {
  /// The document as text, the same for the same value on every platform.
  ///
  /// Pretty text indents by two spaces. Arrays of scalars stand on one line,
  /// and so do objects up to 100 columns whose containers hold only scalars,
  /// such as the steps of a plan. Whole numbers beyond ±2^53 are decimal
  /// strings, because many readers would round them; reals have the fewest
  /// digits that give the same double back; JSON has no infinities and no
  /// NaN, they become null. No newline at the end.
  ///
  /// - Complexity: O(length of the text).
  package func serialized(pretty: Bool = true) -> String {
    String(decoding: serializedBytes(pretty: pretty), as: UTF8.self)
  }

  /// The bytes of `serialized(pretty:)`, for writing to a file.
  ///
  /// - Complexity: O(length of the text).
  package func serializedBytes(pretty: Bool = true) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self, indentation: 0)
    return writer.output
  }

  /// A sum of prices: also those above 2^127, which `.integer` can't hold.
  package static func wide(_ value: UInt128) -> JSONValue {
    Int128(exactly: value).map(JSONValue.integer) ?? .string("\(value)")
  }

  /// No container, or one of scalars only.
  fileprivate var isFlat: Bool {
    switch self {
    case .null, .bool, .integer, .real, .string: true
    case .array(let elements): elements.allSatisfy(\.isScalar)
    case .object(let members): members.allSatisfy(\.value.isScalar)
    }
  }

  fileprivate var isScalar: Bool {
    switch self {
    case .null, .bool, .integer, .real, .string: true
    case .array, .object: false
    }
  }
}

private struct JSONWriter {
  let isPretty: Bool
  var output: [UInt8] = []
  /// Where the current line starts in `output`.
  private var lineStart = 0

  init(isPretty: Bool) { self.isPretty = isPretty }

  private static var columns: Int { 100 }

  mutating func write(_ value: JSONValue, indentation: Int) {
    switch value {
    case .null, .bool, .integer, .real, .string:
      writeScalar(value)
    case .array(let elements):
      guard isPretty, !value.isFlat else { return writeOnOneLine(value) }
      put("[")
      for (position, element) in elements.enumerated() {
        startElement(position, indentation + 2)
        write(element, indentation: indentation + 2)
      }
      newline(indentation)
      put("]")
    case .object(let members):
      if !isPretty || members.isEmpty { return writeOnOneLine(value) }
      if members.allSatisfy(\.value.isFlat) {
        let start = output.count
        writeOnOneLine(value)
        if output.count - lineStart <= Self.columns { return }
        output.removeLast(output.count - start)
      }
      put("{")
      for (position, member) in members.enumerated() {
        startElement(position, indentation + 2)
        writeString(member.key)
        put(": ")
        write(member.value, indentation: indentation + 2)
      }
      newline(indentation)
      put("}")
    }
  }

  private mutating func writeOnOneLine(_ value: JSONValue) {
    switch value {
    case .null, .bool, .integer, .real, .string:
      writeScalar(value)
    case .array(let elements):
      put("[")
      for (position, element) in elements.enumerated() {
        if position > 0 { put(isPretty ? ", " : ",") }
        writeOnOneLine(element)
      }
      put("]")
    case .object(let members):
      put("{")
      for (position, member) in members.enumerated() {
        if position > 0 { put(isPretty ? ", " : ",") }
        writeString(member.key)
        put(isPretty ? ": " : ":")
        writeOnOneLine(member.value)
      }
      put("}")
    }
  }

  private mutating func writeScalar(_ value: JSONValue) {
    switch value {
    case .null: put("null")
    case .bool(let value): put(value ? "true" : "false")
    case .integer(let value):
      if value.magnitude > 1 << 53 {
        writeString(value.description)
      } else {
        put(Int64(value).description)
      }
    case .real(let value): put(value.isFinite ? value.description : "null")
    case .string(let text): writeString(text)
    case .array, .object: writeOnOneLine(value)
    }
  }

  private mutating func writeString(_ text: String) {
    put("\"")
    defer { put("\"") }
    guard text.utf8.contains(where: \.needsEscape) else { return put(text) }
    for byte in text.utf8 {
      switch byte {
      case 0x22: put("\\\"")
      case 0x5C: put("\\\\")
      case 0x08: put("\\b")
      case 0x09: put("\\t")
      case 0x0A: put("\\n")
      case 0x0C: put("\\f")
      case 0x0D: put("\\r")
      case 0..<0x20:
        put(byte < 0x10 ? "\\u000" : "\\u00")
        put(String(byte, radix: 16))
      default: output.append(byte)
      }
    }
  }

  private mutating func startElement(_ position: Int, _ indentation: Int) {
    if position > 0 { put(",") }
    newline(indentation)
  }

  private mutating func newline(_ indentation: Int) {
    output.append(0x0A)
    lineStart = output.count
    output.append(contentsOf: repeatElement(0x20, count: indentation))
  }

  private mutating func put(_ text: String) {
    // Most are short: to append them as a collection takes longer.
    var text = text
    text.withUTF8 { for byte in $0 { output.append(byte) } }
  }
}

extension UInt8 {
  /// Whether a string of JSON can't hold this byte as it is.
  fileprivate var needsEscape: Bool {
    self < 0x20 || self == 0x22 || self == 0x5C
  }
}
