import RealModule

/// Slopes beyond the doubles. At 1e200 the slope of 1 / x is −1e−400, which as
/// a double is 0; but x may be e^y, whose slope is 1e200, and the derivative
/// by y, −1e−200, is a double. So φ is recorded as a function of x · 2^−k,
/// whose slope is about x · φ′.
extension ActiveScalar {
  /// φ(x).
  ///
  /// - Parameter elasticity: x · φ′, only asked for where φ′, or φ″ where
  ///   slopes move, is beyond the doubles.
  @inlinable
  @inline(__always)
  static func elemental(
    _ x: Self, value: Number, slope: Number,
    elasticity: @autoclosure () -> Number
  ) -> Self {
    isWithinRange(slope.primal, at: x.primal)
      ? elemental(x, value: value, slope: slope)
      : elemental(x, value, slope, elasticity())
  }

  @inlinable
  @inline(never)
  static func elemental(
    _ x: Self, _ value: Number, _ slope: Number, _ elasticity: Number
  ) -> Self {
    guard let unit = unit(x, elasticity.primal) else {
      return elemental(x, value: value, slope: slope)
    }
    return elemental(unit, value: value, slope: elasticity / unit.number)
  }

  /// Whether φ′ has all its digits, and so has φ″, about φ′ / x, if slopes
  /// move.
  @inlinable
  @inline(__always)
  static func isWithinRange(_ slope: Double, at x: Double) -> Bool {
    slope.isNormal && (Number.self == Double.self || (slope / x).isNormal)
  }

  /// x · 2^−k, from 1 to 2 in magnitude; nil where nothing is won by it.
  @inlinable
  static func unit(_ x: Self, _ elasticity: Double) -> Self? {
    let size = x.primal.magnitude
    guard size > 0x1p64 || size < 0x1p-64, size.isNormal, elasticity != 0,
      elasticity.isFinite
    else { return nil }
    let scale = Number(
      Double(sign: .plus, exponent: -size.exponent, significand: 1))
    return elemental(x, value: x.number * scale, slope: scale)
  }
}
