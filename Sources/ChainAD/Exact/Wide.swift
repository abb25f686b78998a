/// A double whose exponent has room for every product of slopes: it neither
/// overflows nor underflows on the way.
///
/// ±∞ and NaN are what they are among doubles, so that 0 · ∞ is NaN.
struct Wide {
  /// 0, not finite, or of a magnitude from 1 to below 2.
  let significand: Double
  let exponent: Int

  init(_ number: Double) { self.init(number, 0) }

  private init(_ number: Double, _ exponent: Int) {
    guard number.isFinite, number != 0 else {
      (significand, self.exponent) = (number, 0)
      return
    }
    significand = Double(
      sign: number.sign, exponent: 0, significand: number.significand)
    self.exponent = exponent + Int(number.exponent)
  }

  var isFinite: Bool { significand.isFinite }

  /// Rounded; ±∞ beyond the largest double.
  var rounded: Double {
    Double(
      sign: significand.sign, exponent: exponent,
      significand: significand.magnitude)
  }

  /// self · 2^power.
  func scaled(by power: Int) -> Wide { Wide(significand, exponent + power) }

  static func * (a: Wide, b: Wide) -> Wide {
    Wide(a.significand * b.significand, a.exponent + b.exponent)
  }

  static func + (a: Wide, b: Wide) -> Wide {
    guard a.isFinite, b.isFinite else {
      return Wide(a.significand + b.significand)
    }
    if a.significand == 0 { return b }
    if b.significand == 0 { return a }
    let (large, small) = a.exponent < b.exponent ? (b, a) : (a, b)
    let gap = large.exponent - small.exponent
    // 2^−64 of a number can't be seen beside it.
    guard gap < 64 else { return large }
    return Wide(
      large.significand + small.significand / Double(UInt64(1) << gap),
      large.exponent)
  }
}
