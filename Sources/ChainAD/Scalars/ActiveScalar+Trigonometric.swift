import RealModule

extension ActiveScalar {
  /// sin x; x in radians, as everywhere.
  @inlinable
  static func sin(_ x: Self) -> Self {
    elemental(x, value: .sin(x.number), slope: Number.cos(x.number))
  }

  /// cos x.
  @inlinable
  static func cos(_ x: Self) -> Self {
    elemental(x, value: .cos(x.number), slope: -Number.sin(x.number))
  }

  /// tan x.
  @inlinable
  static func tan(_ x: Self) -> Self {
    let value = Number.tan(x.number)
    return elemental(x, value: value, slope: 1 + value * value)
  }

  /// arcsin x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  static func asin(_ x: Self) -> Self {
    elemental(
      x, value: .asin(x.number),
      slope: .moving(
        with: x.number, Slopes.asin(x.primal), bend: Bends.asin(x.primal)))
  }

  /// arccos x; the slope is −∞ at ±1, NaN beyond.
  @inlinable
  static func acos(_ x: Self) -> Self {
    elemental(
      x, value: .acos(x.number),
      slope: .moving(
        with: x.number, -Slopes.asin(x.primal), bend: -Bends.asin(x.primal)))
  }

  /// arctan x.
  @inlinable
  static func atan(_ x: Self) -> Self {
    elemental(
      x, value: .atan(x.number),
      slope: .moving(
        with: x.number, Slopes.atan(x.primal), bend: Bends.atan(x.primal)),
      elasticity: 1 / x.number)
  }

  /// The angle of the point (x, y); no slopes (NaN) at the origin.
  @inlinable
  static func atan2(y: Self, x: Self) -> Self {
    // Two divisions by h = √(x² + y²): the square might overflow.
    let (a, b) = (x.primal, y.primal)
    let h = Double.hypot(a, b)
    return elemental(
      y, x, value: .atan2(y: y.number, x: x.number),
      slopes: (
        .moving(with: y.number, x.number, a / h / h) {
          let bends = Bends.atan2(y: b, x: a, h)
          return (bends.yy, bends.xy)
        },
        .moving(with: y.number, x.number, -b / h / h) {
          let bends = Bends.atan2(y: b, x: a, h)
          return (bends.xy, bends.xx)
        }
      ))
  }

  /// √(x² + y²); no slopes (NaN) at the origin.
  @inlinable
  static func hypot(_ x: Self, _ y: Self) -> Self {
    let (a, b) = (x.primal, y.primal)
    let h = Double.hypot(a, b)
    return elemental(
      x, y, value: .hypot(x.number, y.number),
      slopes: (
        .moving(with: x.number, y.number, a / h) {
          let bends = Bends.hypot(a, b, h)
          return (bends.xx, bends.xy)
        },
        .moving(with: x.number, y.number, b / h) {
          let bends = Bends.hypot(a, b, h)
          return (bends.xy, bends.yy)
        }
      ))
  }
}
