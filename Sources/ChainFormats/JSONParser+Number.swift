import JacobianChain

extension JSONParser {
  /// The longest number in characters; 17 digits say everything a double
  /// holds, and reading thousands more exactly takes more than linear time.
  private static var numberLimit: Int { 1024 }

  /// A number; `position` is at its sign or first digit.
  mutating func number() throws(ChainError) -> JSONValue {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") {
      position += 1
      if let byte = next, Decimal.isDigit(byte) {
        throw unexpected(
          "a number without leading zeros", advice: "remove the leading zero")
      }
    } else {
      try digits()
    }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
    let text = bytes[start..<position]
    func refuse(_ expected: String, _ advice: String) -> ChainError {
      ChainError(
        .malformed, at: location(of: start), expected: expected,
        found: text.count > 40
          ? "a number of \(text.count) characters"
          : String(decoding: text, as: UTF8.self), advice: advice)
    }
    guard text.count <= Self.numberLimit else {
      throw refuse(
        "a number of at most \(Self.numberLimit) characters",
        "17 digits are enough for any value; shorten the number")
    }
    if isWhole {
      guard let value = Decimal.integer(text) else {
        throw refuse(
          "a whole number within ±2^127",
          "no count of this format is so large; correct the number")
      }
      return .integer(value)
    }
    guard let value = Decimal.real(text), value.isFinite else {
      throw refuse(
        "a number that a 64-bit float can hold, below 1.8e308",
        "correct the exponent")
    }
    return .real(value)
  }

  private mutating func digits() throws(ChainError) {
    let start = position
    while let byte = next, Decimal.isDigit(byte) { position += 1 }
    guard position > start else {
      throw unexpected(
        "a digit", advice: "complete the number, such as 0.5 or 1e3")
    }
  }
}

/// Decimal text to numbers, from bytes and without a locale.
enum Decimal {
  static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
  }

  /// A whole number: an optional sign and digits only; nil when it isn't one
  /// or is beyond 128 bits.
  static func integer(_ text: some Collection<UInt8>) -> Int128? {
    let isNegative = text.first == UInt8(ascii: "-")
    guard
      let magnitude = natural(isNegative ? text.dropFirst() : text[...])
    else { return nil }
    if !isNegative { return Int128(exactly: magnitude) }
    let limit = Int128.min.magnitude
    if magnitude == limit { return .min }
    return magnitude < limit ? -Int128(magnitude) : nil
  }

  /// Digits only; nil when there are none, others, or more than 128 bits.
  static func natural(_ text: some Collection<UInt8>) -> UInt128? {
    guard !text.isEmpty else { return nil }
    // Nineteen digits fit into 64 bits, where arithmetic is cheap.
    var low: UInt64 = 0
    if text.count <= 19 {
      for byte in text {
        guard isDigit(byte) else { return nil }
        low = low * 10 + UInt64(byte & 0xF)
      }
      return UInt128(low)
    }
    var value: UInt128 = 0
    for byte in text {
      guard isDigit(byte) else { return nil }
      let tenfold = value.multipliedReportingOverflow(by: 10)
      let sum = tenfold.partialValue.addingReportingOverflow(
        UInt128(byte & 0xF))
      guard !tenfold.overflow, !sum.overflow else { return nil }
      value = sum.partialValue
    }
    return value
  }

  /// The double nearest to a decimal; nil when the text is no decimal number.
  static func real(_ text: some BidirectionalCollection<UInt8>) -> Double? {
    guard let last = text.last, isDigit(last) || last == UInt8(ascii: ".")
    else { return nil }
    if text.count <= 15, let whole = integer(text) {
      // −0 is a whole number whose sign only a double keeps.
      return whole == 0 && text.first == UInt8(ascii: "-")
        ? -0.0
        : Double(Int64(whole))
    }
    guard text.allSatisfy(isPart) else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }

  /// Keeps out what Swift would read, too: hexadecimals, inf and nan.
  private static func isPart(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
  }
}
