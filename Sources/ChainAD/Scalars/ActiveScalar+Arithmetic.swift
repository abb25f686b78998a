import RealModule

extension ActiveScalar {
  /// a + b.
  @inlinable
  public static func + (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number + b.number, slopes: (1, 1))
  }

  /// a − b.
  @inlinable
  public static func - (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number - b.number, slopes: (1, -1))
  }

  /// −x.
  @inlinable
  public static prefix func - (x: Self) -> Self {
    elemental(x, value: -x.number, slope: -1)
  }

  /// a · b.
  @inlinable
  public static func * (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number * b.number, slopes: (b.number, a.number))
  }

  /// a / b.
  @inlinable
  public static func / (a: Self, b: Self) -> Self {
    let (quotient, b0) = (a.primal / b.primal, b.primal)
    let slope = -quotient / b0
    let value = a.number / b.number
    if !isWithinRange(slope, at: b0), let unit = unit(b, quotient) {
      return elemental(
        a, unit, value: value, slopes: (1 / b.number, -value / unit.number))
    }
    return elemental(
      a, b, value: value,
      slopes: (
        .moving(with: b.number, 1 / b0, bend: -1 / b0 / b0),
        .moving(with: a.number, b.number, slope) {
          (-1 / b0 / b0, 2 * (quotient / b0) / b0)
        }
      ))
  }

  /// a becomes a + b.
  @inlinable
  public static func += (a: inout Self, b: Self) { a = a + b }

  /// a becomes a − b.
  @inlinable
  public static func -= (a: inout Self, b: Self) { a = a - b }

  /// a becomes a · b.
  @inlinable
  public static func *= (a: inout Self, b: Self) { a = a * b }

  /// a becomes a / b.
  @inlinable
  public static func /= (a: inout Self, b: Self) { a = a / b }

  /// 1 / x, or nil where `Double` has none.
  @inlinable
  public var reciprocal: Self? {
    guard let inverse = number.reciprocal else { return nil }
    return Self.elemental(
      self, value: inverse, slope: -inverse * inverse, elasticity: -inverse)
  }
}
