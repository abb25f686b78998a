import RealModule

extension ActiveScalar {
  /// a + b.
  @inlinable
  static func + (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number + b.number, slopes: (1, 1))
  }

  /// a − b.
  @inlinable
  static func - (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number - b.number, slopes: (1, -1))
  }

  /// −x.
  @inlinable
  static prefix func - (x: Self) -> Self {
    elemental(x, value: -x.number, slope: -1)
  }

  /// a · b.
  @inlinable
  static func * (a: Self, b: Self) -> Self {
    elemental(a, b, value: a.number * b.number, slopes: (b.number, a.number))
  }

  /// a / b.
  @inlinable
  static func / (a: Self, b: Self) -> Self {
    let value = a.number / b.number
    let (quotient, divisor) = (value.primal, b.primal)
    let inverse = 1 / divisor
    var slope = -quotient * inverse
    if !isWithinRange(slope, at: divisor) {
      if let unit = unit(b, quotient) {
        return elemental(
          a, unit, value: value, slopes: (1 / b.number, -value / unit.number))
      }
      // The inverse may be infinite alone.
      slope = -quotient / divisor
    }
    return elemental(
      a, b, value: value,
      slopes: (
        .moving(with: b.number, inverse, bend: -inverse / divisor),
        .moving(with: a.number, b.number, slope) {
          (-inverse / divisor, 2 * (quotient / divisor) / divisor)
        }
      ))
  }

  /// 1 / x, or nil where `Double` has none.
  @inlinable
  var reciprocal: Self? {
    guard let inverse = number.reciprocal else { return nil }
    return Self.elemental(
      self, value: inverse, slope: -inverse * inverse, elasticity: -inverse)
  }
}
