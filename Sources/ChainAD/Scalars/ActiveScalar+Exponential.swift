import RealModule

/// eˣ and its relatives, and their inverses. A logarithm of a negative number
/// has no slope: NaN, as its value.
extension ActiveScalar {
  /// eˣ.
  @inlinable
  public static func exp(_ x: Self) -> Self {
    let value = Double.exp(x.primal)
    return elemental(x, value: value, slope: value)
  }

  /// eˣ − 1, accurate near 0.
  @inlinable
  public static func expMinusOne(_ x: Self) -> Self {
    elemental(
      x, value: .expMinusOne(x.primal), slope: Double.exp(x.primal))
  }

  /// 2ˣ.
  @inlinable
  public static func exp2(_ x: Self) -> Self {
    let value = Double.exp2(x.primal)
    return elemental(x, value: value, slope: value * naturalLogOf2)
  }

  /// 10ˣ.
  @inlinable
  public static func exp10(_ x: Self) -> Self {
    let value = Double.exp10(x.primal)
    return elemental(x, value: value, slope: value * naturalLogOf10)
  }

  /// ln x.
  @inlinable
  public static func log(_ x: Self) -> Self {
    elemental(x, value: .log(x.primal), slope: inverseOf(x.primal))
  }

  /// ln (1 + x), accurate near 0.
  @inlinable
  public static func log(onePlus x: Self) -> Self {
    elemental(
      x, value: .log(onePlus: x.primal), slope: inverseOf(1 + x.primal))
  }

  /// The binary logarithm.
  @inlinable
  public static func log2(_ x: Self) -> Self {
    elemental(
      x, value: .log2(x.primal), slope: inverseOf(x.primal) / naturalLogOf2)
  }

  /// The decimal logarithm.
  @inlinable
  public static func log10(_ x: Self) -> Self {
    elemental(
      x, value: .log10(x.primal), slope: inverseOf(x.primal) / naturalLogOf10)
  }

  /// 1 / x where a logarithm is defined; +∞ at ±0, where it falls to −∞.
  @inlinable
  static func inverseOf(_ x: Double) -> Double {
    x < 0 ? .nan : 1 / x.magnitude
  }

  @inlinable
  static var naturalLogOf2: Double { 0x1.62e42fefa39efp-1 }

  @inlinable
  static var naturalLogOf10: Double { 0x1.26bb1bbb55516p1 }
}
