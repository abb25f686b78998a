import RealModule

extension ActiveScalar {
  /// sinh x.
  @inlinable
  public static func sinh(_ x: Self) -> Self {
    elemental(x, value: .sinh(x.primal), slope: Double.cosh(x.primal))
  }

  /// cosh x.
  @inlinable
  public static func cosh(_ x: Self) -> Self {
    elemental(x, value: .cosh(x.primal), slope: Double.sinh(x.primal))
  }

  /// tanh x.
  @inlinable
  public static func tanh(_ x: Self) -> Self {
    // 1 − tanh² x would cancel where tanh x is near ±1.
    let secant = 1 / Double.cosh(x.primal)
    return elemental(x, value: .tanh(x.primal), slope: secant * secant)
  }

  /// arsinh x.
  @inlinable
  public static func asinh(_ x: Self) -> Self {
    elemental(
      x, value: .asinh(x.primal), slope: 1 / Double.hypot(1, x.primal))
  }

  /// arcosh x; the slope is +∞ at 1, NaN below.
  @inlinable
  public static func acosh(_ x: Self) -> Self {
    // Two roots: their product is NaN below −1, too.
    let root = Double.sqrt(x.primal - 1) * Double.sqrt(x.primal + 1)
    return elemental(x, value: .acosh(x.primal), slope: 1 / root)
  }

  /// artanh x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  public static func atanh(_ x: Self) -> Self {
    let square = (1 - x.primal) * (1 + x.primal)
    return elemental(
      x, value: .atanh(x.primal), slope: square < 0 ? .nan : 1 / square)
  }
}
