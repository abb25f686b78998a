import RealModule

extension ActiveScalar {
  /// sin x; x in radians, as everywhere.
  @inlinable
  public static func sin(_ x: Self) -> Self {
    elemental(x, value: .sin(x.primal), slope: Double.cos(x.primal))
  }

  /// cos x.
  @inlinable
  public static func cos(_ x: Self) -> Self {
    elemental(x, value: .cos(x.primal), slope: -Double.sin(x.primal))
  }

  /// tan x.
  @inlinable
  public static func tan(_ x: Self) -> Self {
    let value = Double.tan(x.primal)
    return elemental(x, value: value, slope: 1 + value * value)
  }

  /// arcsin x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func asin(_ x: Self) -> Self {
    elemental(x, value: .asin(x.primal), slope: 1 / cathetus(x.primal))
  }

  /// arccos x; the slope is −∞ at ±1, NaN beyond.
  @inlinable
  public static func acos(_ x: Self) -> Self {
    elemental(x, value: .acos(x.primal), slope: -1 / cathetus(x.primal))
  }

  /// arctan x.
  @inlinable
  public static func atan(_ x: Self) -> Self {
    elemental(x, value: .atan(x.primal), slope: 1 / (1 + x.primal * x.primal))
  }

  /// The angle of the point (x, y); no slopes (NaN) at the origin.
  @inlinable
  public static func atan2(y: Self, x: Self) -> Self {
    // Two divisions by h = √(x² + y²): the square might overflow.
    let h = Double.hypot(x.primal, y.primal)
    return elemental(
      y, x, value: .atan2(y: y.primal, x: x.primal),
      slopes: (x.primal / h / h, -y.primal / h / h))
  }

  /// √(x² + y²); no slopes (NaN) at the origin.
  @inlinable
  public static func hypot(_ x: Self, _ y: Self) -> Self {
    let h = Double.hypot(x.primal, y.primal)
    return elemental(x, y, value: h, slopes: (x.primal / h, y.primal / h))
  }

  /// √(1 − x²) without cancellation.
  @inlinable
  static func cathetus(_ x: Double) -> Double { .sqrt((1 - x) * (1 + x)) }
}
