/// Decimal numbers such as 2.5 as whole millionths, so that whatever is drawn
/// between two of them is the same on every platform.
package enum Millionths {
  /// The number in millionths; nil when the text is no number from 0 to
  /// 1000 with at most six digits after the point.
  package static func parse(_ text: some Collection<UInt8>) -> Int? {
    let parts = text.split(
      separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? Array(parts[1]) : [0x30]
    let zeros = [UInt8](repeating: 0x30, count: max(0, 6 - fraction.count))
    guard fraction.count <= 6, let whole = Decimal.natural(parts[0]),
      whole <= 1000, Decimal.natural(fraction) != nil,
      let part = Decimal.natural(fraction + zeros),
      whole * 1_000_000 + part <= 1_000_000_000
    else { return nil }
    return Int(whole * 1_000_000 + part)
  }
}
