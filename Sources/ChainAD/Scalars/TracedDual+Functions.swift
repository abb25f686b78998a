import RealModule

/// Values and slopes as `ActiveScalar` has them, but on duals; so poles and
/// domains are the same.
extension TracedDual {
  /// eˣ.
  @inlinable
  public static func exp(_ x: Self) -> Self {
    let value = Number.exp(x.number)
    return record(x, value, value)
  }

  /// eˣ − 1, accurate near 0.
  @inlinable
  public static func expMinusOne(_ x: Self) -> Self {
    record(x, .expMinusOne(x.number), .exp(x.number))
  }

  /// 2ˣ.
  @inlinable
  public static func exp2(_ x: Self) -> Self {
    let value = Number.exp2(x.number)
    return record(x, value, value * Number(Number.naturalLogOf2))
  }

  /// 10ˣ.
  @inlinable
  public static func exp10(_ x: Self) -> Self {
    let value = Number.exp10(x.number)
    return record(x, value, value * Number(Number.naturalLogOf10))
  }

  /// ln x.
  @inlinable
  public static func log(_ x: Self) -> Self {
    record(x, .log(x.number), inverseOf(x.number))
  }

  /// ln (1 + x), accurate near 0.
  @inlinable
  public static func log(onePlus x: Self) -> Self {
    record(x, .log(onePlus: x.number), inverseOf(1 + x.number))
  }

  /// The binary logarithm.
  @inlinable
  public static func log2(_ x: Self) -> Self {
    record(
      x, .log2(x.number),
      inverseOf(x.number) / Number(Number.naturalLogOf2))
  }

  /// The decimal logarithm.
  @inlinable
  public static func log10(_ x: Self) -> Self {
    record(
      x, .log10(x.number),
      inverseOf(x.number) / Number(Number.naturalLogOf10))
  }

  /// sinh x.
  @inlinable
  public static func sinh(_ x: Self) -> Self {
    record(x, .sinh(x.number), .cosh(x.number))
  }

  /// cosh x.
  @inlinable
  public static func cosh(_ x: Self) -> Self {
    record(x, .cosh(x.number), .sinh(x.number))
  }

  /// tanh x.
  @inlinable
  public static func tanh(_ x: Self) -> Self {
    let secant = 1 / Number.cosh(x.number)
    return record(x, .tanh(x.number), secant * secant)
  }

  /// arsinh x.
  @inlinable
  public static func asinh(_ x: Self) -> Self {
    record(x, .asinh(x.number), 1 / Number.hypot(1, x.number))
  }

  /// arcosh x; the slope is +∞ at 1, NaN below.
  @inlinable
  public static func acosh(_ x: Self) -> Self {
    record(
      x, .acosh(x.number),
      1 / (Number.sqrt(x.number - 1) * Number.sqrt(x.number + 1)))
  }

  /// artanh x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func atanh(_ x: Self) -> Self {
    let square = (1 - x.number) * (1 + x.number)
    return record(
      x, .atanh(x.number), square < 0 ? Number(.nan) : 1 / square)
  }

  /// sin x.
  @inlinable
  public static func sin(_ x: Self) -> Self {
    record(x, .sin(x.number), .cos(x.number))
  }

  /// cos x.
  @inlinable
  public static func cos(_ x: Self) -> Self {
    record(x, .cos(x.number), -Number.sin(x.number))
  }

  /// tan x.
  @inlinable
  public static func tan(_ x: Self) -> Self {
    let value = Number.tan(x.number)
    return record(x, value, 1 + value * value)
  }

  /// arcsin x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func asin(_ x: Self) -> Self {
    record(x, .asin(x.number), 1 / cathetus(x.number))
  }

  /// arccos x; the slope is −∞ at ±1, NaN beyond.
  @inlinable
  public static func acos(_ x: Self) -> Self {
    record(x, .acos(x.number), -1 / cathetus(x.number))
  }

  /// arctan x.
  @inlinable
  public static func atan(_ x: Self) -> Self {
    record(x, .atan(x.number), 1 / (1 + x.number * x.number))
  }

  /// The angle of the point (x, y); no slopes (NaN) at the origin.
  @inlinable
  public static func atan2(y: Self, x: Self) -> Self {
    let h = Number.hypot(x.number, y.number)
    return record(
      y, x, .atan2(y: y.number, x: x.number),
      (x.number / h / h, -y.number / h / h))
  }

  /// √(x² + y²); no slopes (NaN) at the origin.
  @inlinable
  public static func hypot(_ x: Self, _ y: Self) -> Self {
    let h = Number.hypot(x.number, y.number)
    return record(x, y, h, (x.number / h, y.number / h))
  }

  /// 1 / x where a logarithm is defined.
  @inlinable
  static func inverseOf(_ x: Number) -> Number {
    x < 0 ? Number(.nan) : 1 / x.magnitude
  }

  /// √(1 − x²) without cancellation.
  @inlinable
  static func cathetus(_ x: Number) -> Number { .sqrt((1 - x) * (1 + x)) }
}
