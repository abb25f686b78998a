import JacobianChain

/// Strings, names and numbers.
extension PythonReader {
  /// Strings side by side, which are one; nil where none begins.
  mutating func strings() throws(ChainError) -> PythonLiteral.Value? {
    var whole: (text: String, isBytes: Bool)?
    var end = position
    while let prefix = stringPrefix() {
      let isBytes = prefix.contains("b")
      if let whole, whole.isBytes != isBytes {
        throw refuse("bytes beside bytes, strings beside strings")
      }
      position += prefix.count
      let part = try string(isRaw: prefix.contains("r"))
      whole = ((whole?.text ?? "") + part, isBytes)
      end = position
      skipBlanks()
    }
    position = end
    return whole.map { $0.isBytes ? .other : .string($0.text) }
  }

  /// The letters before a quote that comes next, in lower case; nil where no
  /// string begins.
  private func stringPrefix() -> String? {
    let letters = text[position...].prefix(3).prefix {
      $0 != "'" && $0 != "\""
    }
    let end = position + letters.count
    let prefix = Self.string(letters).lowercased()
    guard end < text.count, text[end] == "'" || text[end] == "\"",
      ["", "u", "r", "b", "br", "rb"].contains(prefix)
    else { return nil }
    return prefix
  }

  /// A string in one or three quotes of either kind.
  private mutating func string(isRaw: Bool) throws(ChainError) -> String {
    let quote = text[position]
    let isLong = text[position...].starts(with: [quote, quote, quote])
    let end = [Unicode.Scalar](repeating: quote, count: isLong ? 3 : 1)
    position += end.count
    var scalars = String.UnicodeScalarView()
    while !text[position...].starts(with: end) {
      guard let character = next, isLong || !Self.isBreak(character) else {
        throw refuse("the end of a string: \(Self.string(end))")
      }
      position += 1
      guard character == "\\" else {
        scalars.append(character)
        continue
      }
      if isRaw {
        scalars.append(character)
        // A quote behind it doesn't end the string.
        if let escaped = next {
          scalars.append(escaped)
          position += 1
        }
      } else if let escaped = try escape() {
        scalars.append(escaped)
      }
    }
    position += end.count
    return String(scalars)
  }

  /// What a backslash makes of what follows it; nil for a line break, which is
  /// none then. Characters that no key and no type is made of are one: U+FFFD.
  private mutating func escape() throws(ChainError) -> Unicode.Scalar? {
    guard let letter = next else { throw refuse("the end of a string") }
    position += 1
    switch letter {
    case "\n": return nil
    case "\r":
      if next == "\n" { position += 1 }
      return nil
    case "\\", "'", "\"": return letter
    case "a": return "\u{7}"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "0"..."7":
      position -= 1
      return try character(digits: 1...3, radix: 8)
    case "x": return try character(digits: 2...2, radix: 16)
    case "u": return try character(digits: 4...4, radix: 16)
    case "U": return try character(digits: 8...8, radix: 16)
    case "N": return try namedCharacter()
    default:
      // Python keeps the backslash.
      position -= 1
      return "\\"
    }
  }

  private mutating func character(
    digits: ClosedRange<Int>, radix: Int
  ) throws(ChainError) -> Unicode.Scalar {
    let found = text[position...].prefix(digits.upperBound).prefix {
      Int(String($0), radix: radix) != nil
    }
    guard found.count >= digits.lowerBound,
      let code = UInt32(Self.string(found), radix: radix), code <= 0x10FFFF
    else {
      throw refuse("\(digits.lowerBound) digits of a character")
    }
    position += found.count
    return Unicode.Scalar(code) ?? "\u{FFFD}"
  }

  private mutating func namedCharacter() throws(ChainError) -> Unicode.Scalar {
    let name = text[position...].dropFirst().prefix { $0 != "}" }
    let end = position + 1 + name.count
    guard next == "{", end < text.count else {
      throw refuse("the name of a character in braces")
    }
    position = end + 1
    let wanted = Self.string(name).uppercased()
    return (UInt8(0x20)...0x7E).lazy.map { Unicode.Scalar($0) }
      .first { $0.properties.name == wanted } ?? "\u{FFFD}"
  }

  /// A name or a number, as far as its letters reach.
  mutating func word() throws(ChainError) -> PythonLiteral.Value {
    let letters = self.letters()
    guard let first = letters.first else { throw refuse("a value") }
    position += letters.count
    let word = Self.string(letters)
    switch word {
    case "True": return .truth(true)
    case "False": return .truth(false)
    default: break
    }
    guard first == "." || ("0"..."9").contains(first) else { return .other }
    guard takesLong else { return .number(Self.whole(word)) }
    if word.hasSuffix("L") {
      return .number(Self.whole(String(word.dropLast())))
    }
    // Python 2's L may stand apart.
    let end = position
    while next == " " || next == "\t" || next == "\u{C}" { position += 1 }
    if self.letters() == ["L"] {
      position += 1
    } else {
      position = end
    }
    return .number(Self.whole(word))
  }

  private func letters() -> ArraySlice<Unicode.Scalar> {
    text[position...].prefix {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_"
        || $0 == "."
    }
  }

  /// A whole number in decimal, hexadecimal, octal or binary notation; nil for
  /// anything else, and beyond 2^63 − 1.
  private static func whole(_ word: String) -> Int? {
    var digits = word[...]
    var radix = 10
    let notations: [String: Int] = ["0x": 16, "0o": 8, "0b": 2]
    if let notation = notations[word.prefix(2).lowercased()] {
      (radix, digits) = (notation, digits.dropFirst(2))
      // As between digits, one may stand before the first.
      if digits.first == "_" { digits = digits.dropFirst() }
    }
    let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
    guard
      groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isHexDigit) }),
      let number = Int(groups.joined(), radix: radix)
    else { return nil }
    // A decimal number begins with 0 only if it is 0.
    return radix == 10 && digits.first == "0" && number != 0 ? nil : number
  }
}
