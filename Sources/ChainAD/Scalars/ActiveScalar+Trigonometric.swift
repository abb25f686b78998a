import RealModule

extension ActiveScalar {
  /// sin x; x in radians, as everywhere.
  @inlinable
  public static func sin(_ x: Self) -> Self {
    elemental(x, value: .sin(x.number), slope: Number.cos(x.number))
  }

  /// cos x.
  @inlinable
  public static func cos(_ x: Self) -> Self {
    elemental(x, value: .cos(x.number), slope: -Number.sin(x.number))
  }

  /// tan x.
  @inlinable
  public static func tan(_ x: Self) -> Self {
    let value = Number.tan(x.number)
    return elemental(x, value: value, slope: 1 + value * value)
  }

  /// arcsin x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func asin(_ x: Self) -> Self {
    elemental(x, value: .asin(x.number), slope: 1 / cathetus(x.number))
  }

  /// arccos x; the slope is −∞ at ±1, NaN beyond.
  @inlinable
  public static func acos(_ x: Self) -> Self {
    elemental(x, value: .acos(x.number), slope: -1 / cathetus(x.number))
  }

  /// arctan x.
  @inlinable
  public static func atan(_ x: Self) -> Self {
    elemental(x, value: .atan(x.number), slope: 1 / (1 + x.number * x.number))
  }

  /// The angle of the point (x, y); no slopes (NaN) at the origin.
  @inlinable
  public static func atan2(y: Self, x: Self) -> Self {
    // Two divisions by h = √(x² + y²): the square might overflow.
    let h = Number.hypot(x.number, y.number)
    return elemental(
      y, x, value: .atan2(y: y.number, x: x.number),
      slopes: (x.number / h / h, -y.number / h / h))
  }

  /// √(x² + y²); no slopes (NaN) at the origin.
  @inlinable
  public static func hypot(_ x: Self, _ y: Self) -> Self {
    let h = Number.hypot(x.number, y.number)
    return elemental(x, y, value: h, slopes: (x.number / h, y.number / h))
  }

  /// √(1 − x²) without cancellation.
  @inlinable
  static func cathetus(_ x: Number) -> Number { .sqrt((1 - x) * (1 + x)) }
}
