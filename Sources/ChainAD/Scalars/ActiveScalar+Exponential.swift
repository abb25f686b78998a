import RealModule

/// eˣ and its relatives, and their inverses. A logarithm of a negative number
/// has no slope: NaN, as its value.
extension ActiveScalar {
  /// eˣ.
  @inlinable
  static func exp(_ x: Self) -> Self {
    let value = Number.exp(x.number)
    return elemental(x, value: value, slope: value)
  }

  /// eˣ − 1, accurate near 0.
  @inlinable
  static func expMinusOne(_ x: Self) -> Self {
    elemental(
      x, value: .expMinusOne(x.number), slope: Number.exp(x.number))
  }

  /// 2ˣ.
  @inlinable
  static func exp2(_ x: Self) -> Self {
    let value = Number.exp2(x.number)
    return elemental(x, value: value, slope: value * Number(naturalLogOf2))
  }

  /// 10ˣ.
  @inlinable
  static func exp10(_ x: Self) -> Self {
    let value = Number.exp10(x.number)
    return elemental(x, value: value, slope: value * Number(naturalLogOf10))
  }

  /// ln x.
  @inlinable
  static func log(_ x: Self) -> Self {
    elemental(x, value: .log(x.number), slope: inverseOf(x.number))
  }

  /// ln (1 + x), accurate near 0.
  @inlinable
  static func log(onePlus x: Self) -> Self {
    elemental(
      x, value: .log(onePlus: x.number), slope: inverseOf(1 + x.number))
  }

  /// The binary logarithm.
  @inlinable
  static func log2(_ x: Self) -> Self {
    elemental(
      x, value: .log2(x.number),
      slope: inverseOf(x.number, times: binaryLogOfE))
  }

  /// The decimal logarithm.
  @inlinable
  static func log10(_ x: Self) -> Self {
    elemental(
      x, value: .log10(x.number),
      slope: inverseOf(x.number, times: decimalLogOfE))
  }

  /// c / x where a logarithm is defined; +∞ at ±0, where it falls to −∞.
  @inlinable
  static func inverseOf(_ x: Number, times c: Double = 1) -> Number {
    // −0 + 0 is +0.
    x < 0 ? Number(.nan) : Number(c) / (x + 0)
  }

  @inlinable
  static var binaryLogOfE: Double { 0x1.71547652b82fep0 }

  @inlinable
  static var decimalLogOfE: Double { 0x1.bcb7b1526e50ep-2 }

  @inlinable
  static var naturalLogOf2: Double { 0x1.62e42fefa39efp-1 }

  @inlinable
  static var naturalLogOf10: Double { 0x1.26bb1bbb55516p1 }
}
