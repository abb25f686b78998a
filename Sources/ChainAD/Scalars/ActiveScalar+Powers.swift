import RealModule

extension ActiveScalar {
  /// xʸ for x ≥ 0, as `Double` has it: NaN for negative x and for 0⁰.
  ///
  /// With a whole number as exponent use `pow(_:_: Int)`.
  @inlinable
  public static func pow(_ x: Self, _ y: Self) -> Self {
    let (base, exponent) = (x.number, y.number)
    let value = Number.pow(base, exponent)
    // 0ʸ is 0 for all y > 0, though ln 0 is −∞.
    let inExponent = base == 0 && exponent > 0 ? 0 : value * .log(base)
    return elemental(
      x, y, value: value,
      slopes: (slope(inBase: base, exponent, of: value), inExponent))
  }

  /// y · xʸ⁻¹ without 0⁰; how it moves with y is known there, too.
  @inlinable
  static func slope(
    inBase base: Number, _ exponent: Number, of value: Number
  ) -> Number {
    if value.primal.isNaN { return Number(.nan) }
    switch exponent.primal {
    case 0:
      return .elemental(
        base, exponent, value: 0, slopes: (0, 1 / base.primal))
    case 1:
      return .elemental(
        base, exponent, value: 1, slopes: (0, 1 + .log(base.primal)))
    default: return exponent * .pow(base, exponent - 1)
    }
  }

  /// xⁿ.
  @inlinable
  public static func pow(_ x: Self, _ n: Int) -> Self {
    let value = Number.pow(x.number, n)
    let slope: Number =
      switch n {
      case 0: 0
      case .min: Number(Double(n)) * value / x.number
      default: Number(Double(n)) * .pow(x.number, n - 1)
      }
    return elemental(x, value: value, slope: slope)
  }

  /// √x; the slope is +∞ at 0, NaN below.
  @inlinable
  public static func sqrt(_ x: Self) -> Self {
    let value = Number.sqrt(x.number)
    // −0 + 0 is +0.
    return elemental(x, value: value, slope: 0.5 / (value + 0))
  }

  /// The n-th root; for even n the slope is NaN below 0.
  ///
  /// At 0 the slope is +∞ for n > 1, −∞ for n < 0.
  @inlinable
  public static func root(_ x: Self, _ n: Int) -> Self {
    let value = Number.root(x.number, n)
    guard x.number.primal == 0 else {
      return elemental(
        x, value: value, slope: value / x.number / Number(Double(n)))
    }
    if n == 1 { return elemental(x, value: value, slope: 1) }
    // The slope falls from its pole.
    let pole = n > 0 ? Double.infinity : -.infinity
    return elemental(
      x, value: value,
      slope: .elemental(x.number, value: pole, slope: -pole))
  }
}
