import RealModule

extension ActiveScalar {
  /// xʸ for x ≥ 0, as `Double` has it: NaN for negative x and for 0⁰.
  ///
  /// With a whole number as exponent use `pow(_:_: Int)`.
  @inlinable
  public static func pow(_ x: Self, _ y: Self) -> Self {
    let (base, exponent) = (x.primal, y.primal)
    let value = Double.pow(base, exponent)
    // 0ʸ is 0 for all y > 0, though ln 0 is −∞.
    let inExponent = base == 0 && exponent > 0 ? 0 : value * .log(base)
    let inBase =
      switch exponent {
      case _ where value.isNaN: Double.nan
      case 0: 0.0
      case 1: 1.0
      default: exponent * .pow(base, exponent - 1)
      }
    return elemental(x, y, value: value, slopes: (inBase, inExponent))
  }

  /// xⁿ.
  @inlinable
  public static func pow(_ x: Self, _ n: Int) -> Self {
    let value = Double.pow(x.primal, n)
    let slope =
      switch n {
      case 0: 0.0
      case .min: Double(n) * value / x.primal
      default: Double(n) * .pow(x.primal, n - 1)
      }
    return elemental(x, value: value, slope: slope)
  }

  /// √x; the slope is +∞ at 0, NaN below.
  @inlinable
  public static func sqrt(_ x: Self) -> Self {
    let value = Double.sqrt(x.primal)
    return elemental(x, value: value, slope: 0.5 / value.magnitude)
  }

  /// The n-th root; for even n the slope is NaN below 0.
  ///
  /// At 0 the slope is +∞ for n > 1, −∞ for n < 0.
  @inlinable
  public static func root(_ x: Self, _ n: Int) -> Self {
    let value = Double.root(x.primal, n)
    let slope =
      x.primal != 0
      ? value / x.primal / Double(n)
      : n == 1 ? 1 : n > 0 ? .infinity : -.infinity
    return elemental(x, value: value, slope: slope)
  }
}
