import JacobianChain

extension JSONParser {
  /// A string; `position` is at its opening quote.
  mutating func string() throws(ChainError) -> String {
    position += 1
    let start = position
    var all: UInt8 = 0
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      try checkControl(byte)
      all |= byte
      position += 1
    }
    // ASCII, as nearly every key is, needs no validation, which takes longer
    // than all the rest.
    let text = bytes[start..<position]
    return try closed(
      all < 0x80
        ? String(decoding: text, as: UTF8.self) : String(validating: text),
      start)
  }

  /// The string from `start` on, with a first escape at `position`.
  private mutating func escapedString(
    from start: Int
  ) throws(ChainError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: UTF8.encode(try escape())!)
      } else {
        try checkControl(byte)
        text.append(byte)
        position += 1
      }
    }
    return try closed(String(validating: text), start)
  }

  private func checkControl(_ byte: UInt8) throws(ChainError) {
    guard byte >= 0x20 else {
      throw unexpected(
        "a closing quote before the end of the line",
        found: "the control byte 0x" + String(byte, radix: 16, uppercase: true),
        advice: "close the string, or escape the character as \\n or \\u00XX")
    }
  }

  /// Steps over the closing quote; `text` is nil when it isn't UTF-8.
  private mutating func closed(
    _ text: String?, _ start: Int
  ) throws(ChainError) -> String {
    guard position < bytes.count else {
      throw unexpected("a closing quote", advice: "close the string with '\"'")
    }
    guard let text else {
      position = firstInvalid(in: start..<position)
      throw unexpected(
        "UTF-8", found: "byte 0x\(String(bytes[position], radix: 16))",
        advice: "save the file as UTF-8")
    }
    position += 1
    return text
  }

  private func firstInvalid(in range: Range<Int>) -> Int {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes[range].makeIterator()
    var offset = range.lowerBound
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) {
      offset += scalar.count
    }
    return min(offset, range.upperBound - 1)
  }

  /// One escape; `position` is at its backslash.
  private mutating func escape() throws(ChainError) -> Unicode.Scalar {
    let start = position
    position += 1
    let letter = next
    position += 1
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      position = start
      throw unexpected(
        "an escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX",
        found: "another character after \"\\\"",
        advice: "write a backslash as two: \\\\")
    }
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, bytes[position...].starts(with: [0x5C, 0x75]) {
      position += 2
      let low = try hexadecimal()
      if (0xDC00...0xDFFF).contains(low) {
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))!
      }
    }
    position = start
    throw unexpected(
      "a pair of surrogates", found: "half of one",
      advice: "write the character itself, or both halves: \\uD83D\\uDE00")
  }

  private mutating func hexadecimal() throws(ChainError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next,
        let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else {
        throw unexpected(
          "four hexadecimal digits", advice: "write \\u and four digits")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }
}

extension String {
  /// The text of UTF-8 bytes; nil when they aren't UTF-8.
  init?(validating bytes: some Sequence<UInt8>) {
    self.init(validating: bytes, as: UTF8.self)
  }
}
