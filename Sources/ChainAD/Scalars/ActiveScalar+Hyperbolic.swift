import RealModule

extension ActiveScalar {
  /// sinh x.
  @inlinable
  public static func sinh(_ x: Self) -> Self {
    elemental(x, value: .sinh(x.number), slope: Number.cosh(x.number))
  }

  /// cosh x.
  @inlinable
  public static func cosh(_ x: Self) -> Self {
    elemental(x, value: .cosh(x.number), slope: Number.sinh(x.number))
  }

  /// tanh x.
  @inlinable
  public static func tanh(_ x: Self) -> Self {
    // 1 − tanh² x would cancel where tanh x is near ±1.
    let secant = 1 / Number.cosh(x.number)
    return elemental(x, value: .tanh(x.number), slope: secant * secant)
  }

  /// arsinh x.
  @inlinable
  public static func asinh(_ x: Self) -> Self {
    elemental(
      x, value: .asinh(x.number), slope: 1 / Number.hypot(1, x.number))
  }

  /// arcosh x; the slope is +∞ at 1, NaN below.
  @inlinable
  public static func acosh(_ x: Self) -> Self {
    // Two roots: their product is NaN below −1, too.
    let root = Number.sqrt(x.number - 1) * Number.sqrt(x.number + 1)
    return elemental(x, value: .acosh(x.number), slope: 1 / root)
  }

  /// artanh x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func atanh(_ x: Self) -> Self {
    let square = (1 - x.number) * (1 + x.number)
    return elemental(
      x, value: .atanh(x.number), slope: square < 0 ? Number(.nan) : 1 / square)
  }
}
