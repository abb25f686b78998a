import RealModule

/// A dual number with one tangent, whose exponent has any size.
@usableFromInline
struct WideDual: ActiveScalar {
  @usableFromInline typealias Number = Double

  /// The value.
  @usableFromInline let primal: Double
  /// The derivative; nil where the number doesn't move.
  let tangent: Wide?

  init(_ primal: Double, _ tangent: Wide?) {
    (self.primal, self.tangent) = (primal, tangent)
  }

  /// A constant.
  @usableFromInline
  init(_ constant: Double) { self.init(constant, nil) }

  /// φ(x): the tangent times φ′.
  @usableFromInline
  static func elemental(
    _ x: WideDual, value: Double, slope: Double
  ) -> WideDual {
    WideDual(value, x.tangent * Wide(slope))
  }

  /// φ(x, y): both tangents, each times its slope.
  @usableFromInline
  static func elemental(
    _ x: WideDual, _ y: WideDual, value: Double, slopes: (Double, Double)
  ) -> WideDual {
    WideDual(
      value, x.tangent * Wide(slopes.0) + y.tangent * Wide(slopes.1))
  }
}

/// What isn't there, nil, is multiplied by nothing and adds nothing.
extension Wide? {
  static func * (a: Wide?, b: Wide) -> Wide? { a.map { $0 * b } }

  static func + (a: Wide?, b: Wide?) -> Wide? {
    guard let a else { return b }
    guard let b else { return a }
    return a + b
  }
}
