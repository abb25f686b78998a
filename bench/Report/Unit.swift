import ChainReports
import Foundation

/// What a figure counts, and how it reads.
enum Unit {
  case fma
  case seconds
  case bytes
  /// Times something; 1 is equal.
  case ratio
  /// 0…1, read as per cent.
  case share
  /// A number of things.
  case count

  /// The unit that a quantity's name ends with.
  init(quantity: String) {
    if quantity.hasSuffix("fma") {
      self = .fma
    } else if quantity.hasSuffix("seconds") {
      self = .seconds
    } else if quantity.hasSuffix("bytes") {
      self = .bytes
    } else if quantity.hasSuffix("over optimum") {
      self = .ratio
    } else if quantity.hasSuffix("share") || quantity.hasSuffix("gap") {
      self = .share
    } else {
      self = .count
    }
  }

  /// In a table or a sentence: "1.14 ms", "4 368 000", "2.30×".
  func text(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return switch self {
    case .fma, .count:
      Int(exactly: value).flatMap {
        abs($0) < 1_000_000_000_000_000
          ? DigitGrouping.narrow.grouped($0) : nil
      } ?? (abs(value) < 1000 ? Self.short(value) : Format.scientific(value))
    case .seconds: Format.seconds(value)
    case .bytes: Self.prefixed(value, "B") { Format.significant($0) }
    case .ratio: Self.sign(value) + DigitGrouping.narrow.ratio(value) + "×"
    // All only where it is all.
    case .share:
      value < 1 && value >= 0.9995 ? "> 99.9 %" : Format.percent(value)
    }
  }

  /// Before what rounds to 1 and is not: 1.00× alone means equal.
  private static func sign(_ ratio: Double) -> String {
    guard Format.fixed(ratio, 2) == "1.00" else { return "" }
    return ratio > 1 + 1e-9 ? "> " : ratio < 1 - 1e-9 ? "< " : ""
  }

  /// Beside an axis: "100 µs", "10 M", "1 000×".
  func tick(_ value: Double) -> String {
    switch self {
    case .fma: Self.prefixed(value, "", Self.short)
    case .count:
      abs(value) < 10_000
        ? Self.short(value) : Self.prefixed(value, "", Self.short)
    case .bytes: Self.prefixed(value, "B", Self.short)
    case .ratio:
      abs(value) < 10_000
        ? Self.short(value) + "×" : Self.prefixed(value, "×", Self.short)
    case .share: Self.short(value * 100) + " %"
    case .seconds:
      if value >= 0.9999 {
        Self.short(value) + " s"
      } else if value >= 0.9999e-3 {
        Self.short(value * 1e3) + " ms"
      } else if value >= 0.9999e-6 {
        Self.short(value * 1e6) + " µs"
      } else {
        Self.short(value * 1e9) + " ns"
      }
    }
  }

  /// The first digits of a large number: "25.0 M".
  static func rounded(_ value: Double) -> String {
    value < 1000
      ? short(value) : prefixed(value, "") { Format.significant($0) }
  }

  /// Without zeros behind the point: "0.5", "20".
  private static func short(_ value: Double) -> String {
    if let whole = Int(exactly: value.rounded()),
      abs(value - value.rounded()) < 1e-9 * abs(value) || value == 0
    {
      return DigitGrouping.narrow.grouped(whole)
    }
    if abs(value) < 0.001 { return Format.scientific(value) }
    var text = Format.fixed(value, abs(value) < 0.1 ? 4 : 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func prefixed(
    _ value: Double, _ unit: String, _ digits: (Double) -> String
  ) -> String {
    let prefixes = ["", "k", "M", "G", "T", "P", "E"]
    var (scaled, index) = (value, 0)
    while abs(scaled) >= 999.5, index < prefixes.count - 1 {
      scaled /= 1000
      index += 1
    }
    if abs(scaled) >= 999.5 { return Format.scientific(value) + " " + unit }
    // A whole number of things has no fraction.
    let number = index == 0 ? short(scaled) : digits(scaled)
    let end = prefixes[index] + unit
    return end.isEmpty || end == "×" ? number + end : number + " " + end
  }
}
