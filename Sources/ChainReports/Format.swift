import JacobianChain

/// Which space stands between groups of three digits: an ordinary one in a
/// terminal, a narrow one that never breaks where text is set.
package enum DigitGrouping {
  case plain
  case narrow

  private var separator: Character {
    switch self {
    case .plain: " "
    case .narrow: "\u{202F}"
    }
  }

  /// 4368000 → "4 368 000".
  package func grouped(_ value: some BinaryInteger) -> String {
    let digits = Array("\(value)")
    var result = ""
    for (index, digit) in digits.enumerated() {
      let left = digits.count - index
      if index > 0, left % 3 == 0, digits[index - 1] != "-" {
        result.append(separator)
      }
      result.append(digit)
    }
    return result
  }

  /// The exact price while it is readable in a table, otherwise its magnitude.
  package func cell(_ fma: UInt128) -> String {
    fma < 1_000_000_000_000_000
      ? grouped(fma) : Format.scientific(Double(fma))
  }

  /// 2 decimals, large ones 3 significant digits.
  package func ratio(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : "∞" }
    if value < 99.995 { return Format.fixed(value, 2) }
    if value < 999.5 { return Format.fixed(value, 0) }
    guard value < 1e6 else { return Format.scientific(value) }
    var unit = 1.0
    while value / unit >= 999.5 { unit *= 10 }
    return grouped(Int((value / unit).rounded() * unit))
  }
}

/// Numbers as people read them. Written by hand because Foundation would cost
/// more start-up time than the whole report.
package enum Format {
  /// A number with exactly `decimals` digits after the point.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else {
      return value.isFinite ? scientific(value) : "\(value)"
    }
    var unit = 1.0
    for _ in 0..<decimals { unit *= 10 }
    let scaled = Int((abs(value) * unit).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = "\(sign)\(scaled / Int(unit))"
    guard decimals > 0 else { return whole }
    let rest = "\(scaled % Int(unit))"
    return whole + "." + String(repeating: "0", count: decimals - rest.count)
      + rest
  }

  /// Three significant digits: 8.74, 87.4, 874.
  package static func significant(_ value: Double) -> String {
    let size = abs(value)
    return fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
  }

  /// "6.81e38": three significant digits and a power of ten.
  package static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : "∞" }
    guard value != 0 else { return "0" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 9.995 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 0.9995 {
      mantissa *= 10
      exponent -= 1
    }
    return "\(value < 0 ? "-" : "")\(fixed(mantissa, 2))e\(exponent)"
  }

  /// "8.74 MFLOP".
  package static func flop(_ value: Double) -> String {
    scaled(value, by: 1000, ["", "k", "M", "G", "T", "P", "E", "Z", "Y"])
      + "FLOP"
  }

  /// "5.49 MiB".
  package static func bytes(_ value: Double) -> String {
    scaled(value, by: 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]) + "B"
  }

  /// "3.00 µs"; never below nanoseconds, which no clock here can tell.
  package static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "\(scientific(value)) s" }
    if value >= 99.95 { return "\(fixed(value, 0)) s" }
    if value >= 0.9995 { return "\(significant(value)) s" }
    if value >= 0.9995e-3 { return "\(significant(value * 1e3)) ms" }
    if value >= 0.9995e-6 { return "\(significant(value * 1e6)) µs" }
    return "\(fixed(value * 1e9, 0)) ns"
  }

  /// A price with its unit: "3 369 220 fma", "3.37 ms".
  package static func amount(_ price: UInt128, _ unit: Rate.Unit) -> String {
    switch unit {
    case .fma: DigitGrouping.narrow.grouped(price) + " fma"
    case .nanoseconds: nanoseconds(price)
    }
  }

  /// A price in nanoseconds, as seconds.
  package static func nanoseconds(_ price: UInt128) -> String {
    seconds(Double(price) * 1e-9)
  }

  /// "33.0 %"; a share that is not nothing never reads 0.0 %.
  package static func percent(_ value: Double) -> String {
    if value > 0, value < 0.0005 { return "< 0.1 %" }
    if value < 10 { return "\(fixed(value * 100, 1)) %" }
    return "\(DigitGrouping.plain.ratio((value * 100).rounded())) %"
  }

  /// "35.97 %": rounded up to four digits, because it is an upper bound. A gap
  /// within a limit of so many digits never reads as above it.
  package static func atMostPercent(_ share: Double) -> String {
    var (decimals, unit) = (2, 100.0)
    while share > 0, share * unit < 10, decimals < 12 {
      decimals += 1
      unit *= 10
    }
    // Not the last bit of a product, which may be rounding alone.
    let digits = (share * 100 * unit * (1 - 0x1p-50)).rounded(.up)
    return "\(fixed(digits / unit, decimals)) %"
  }

  /// "33 %"; all and nothing only where they are exact.
  package static func wholePercent(_ share: Double) -> String {
    if share > 0, share < 0.01 { return "< 1 %" }
    if share < 1, share >= 0.995 { return "> 99 %" }
    return "\(fixed(share * 100, 0)) %"
  }

  private static func scaled(
    _ value: Double, by base: Double, _ prefixes: [String]
  ) -> String {
    var value = value
    var index = 0
    while value >= base - 0.5, index < prefixes.count - 1 {
      value /= base
      index += 1
    }
    if value >= base { return "\(scientific(value)) \(prefixes[index])" }
    // Below the first prefix there are no fractions of an operation or byte.
    let digits = index == 0 ? fixed(value, 0) : significant(value)
    return "\(digits) \(prefixes[index])"
  }
}
