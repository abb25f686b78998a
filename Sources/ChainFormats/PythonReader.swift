import JacobianChain

/// A value as Python writes it, and how it stands in the source.
struct PythonLiteral {
  enum Value {
    case string(String)
    case truth(Bool)
    /// nil unless it is a whole number from 0 to 2^63 − 1.
    case number(Int?)
    case tuple([PythonLiteral])
    case list
    case dictionary([(key: PythonLiteral, value: PythonLiteral)])
    /// None, bytes, names.
    case other
  }

  let value: Value
  let source: String

  /// The source in quotes, for an error.
  var summary: String { JSONValue.string(source).summary }
}

/// Reads the literals that `ast.literal_eval` does, as NumPy reads headers:
/// brackets, strings of all kinds, numbers in all notations, comments, line
/// breaks. Names and numbers that no header holds are left to the caller, who
/// refuses them by what was expected instead; blanks before and behind a
/// literal may stand where Python asks for a line's beginning.
struct PythonReader {
  let text: [Unicode.Scalar]
  var position = 0

  /// Whether an L may follow a number, as Python 2 wrote some.
  let takesLong: Bool
  private let file: String
  /// Brackets that are open.
  private var depth = 0
  /// As many brackets as Python lets stand in one another.
  private static let depthLimit = 200

  /// - Throws: `ChainError` (`malformed`) when the bytes are no text.
  init(
    _ bytes: ArraySlice<UInt8>, version: UInt8, file: String
  ) throws(ChainError) {
    self.file = file
    takesLong = version < 3
    if takesLong {
      text = bytes.map { Unicode.Scalar($0) }
    } else if let decoded = String(validating: bytes, as: UTF8.self) {
      text = Array(decoded.unicodeScalars)
    } else {
      throw Npy.refusal(
        file, "header", "text in UTF-8, as of version 3",
        JSONValue.string(String(decoding: bytes.prefix(80), as: UTF8.self))
          .summary)
    }
    if let zero = text.firstIndex(of: "\0") {
      throw Npy.refusal(
        file, "header", "text without zero bytes",
        "one, the character \(zero + 1) of the header")
    }
  }

  /// The only literal of the text.
  mutating func whole() throws(ChainError) -> PythonLiteral {
    let literal = try self.literal()
    skipBlanks()
    guard next == nil else { throw refuse("nothing after the dictionary") }
    return literal
  }

  /// - Parameter isSigned: a sign stands before it, which may be there once.
  private mutating func literal(
    isSigned: Bool = false
  ) throws(ChainError) -> PythonLiteral {
    skipBlanks()
    let start = position
    let value = try self.value(isSigned: isSigned)
    return PythonLiteral(
      value: value, source: Self.string(text[start..<position]))
  }

  private mutating func value(
    isSigned: Bool
  ) throws(ChainError) -> PythonLiteral.Value {
    switch next {
    case "{": return .dictionary(try entries())
    case "[":
      _ = try items(until: "]")
      return .list
    case "(":
      let (items, isTuple) = try self.items(until: ")", isSigned: isSigned)
      return isTuple ? .tuple(items) : items[0].value
    case "+" where !isSigned, "-" where !isSigned:
      let isNegative = next == "-"
      position += 1
      let operand = try literal(isSigned: true)
      guard case .number(let number) = operand.value else {
        throw refuse("a number after its sign", operand.summary)
      }
      return .number(isNegative ? nil : number)
    default:
      if let strings = try strings() { return strings }
      return try word()
    }
  }

  private mutating func entries() throws(ChainError) -> [(
    key: PythonLiteral, value: PythonLiteral
  )] {
    try enter()
    var entries: [(key: PythonLiteral, value: PythonLiteral)] = []
    while !take("}") {
      let key = try literal()
      try expect(":")
      entries.append((key, try literal()))
      if !take(",") {
        try expect("}")
        break
      }
    }
    depth -= 1
    return entries
  }

  /// What stands between brackets; one without a comma is no tuple.
  private mutating func items(
    until closing: Unicode.Scalar, isSigned: Bool = false
  ) throws(ChainError) -> (items: [PythonLiteral], isTuple: Bool) {
    try enter()
    var items: [PythonLiteral] = []
    var isTuple = true
    while !take(closing) {
      items.append(try literal(isSigned: isSigned))
      if !take(",") {
        isTuple = items.count > 1
        try expect(closing)
        break
      }
    }
    depth -= 1
    return (items, isTuple)
  }

  private mutating func enter() throws(ChainError) {
    position += 1
    depth += 1
    guard depth <= Self.depthLimit else {
      throw refuse("at most \(Self.depthLimit) brackets in one another")
    }
  }
}

extension PythonReader {
  /// What comes next; nil at the end.
  var next: Unicode.Scalar? {
    position < text.count ? text[position] : nil
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == character else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ChainError) {
    guard take(character) else { throw refuse("\"\(character)\"") }
  }

  /// Passes over spaces, line breaks, comments, and line breaks that a
  /// backslash hides, behind which something has to follow.
  mutating func skipBlanks() {
    while let character = next {
      switch character {
      case " ", "\t", "\u{C}", "\n", "\r": position += 1
      case "#":
        while let character = next, !Self.isBreak(character) { position += 1 }
      case "\\":
        guard position + 2 < text.count, Self.isBreak(text[position + 1])
        else { return }
        position += 2
      default: return
      }
    }
  }

  static func isBreak(_ character: Unicode.Scalar) -> Bool {
    character == "\n" || character == "\r"
  }

  /// - Parameter found: otherwise what comes next.
  func refuse(_ expected: String, _ found: String? = nil) -> ChainError {
    let rest = text.dropFirst(position).prefix(20)
    let here =
      rest.isEmpty
      ? "the end of the header"
      : JSONValue.string(Self.string(rest)).summary
    return Npy.refusal(file, "header", expected, found ?? here)
  }
}
