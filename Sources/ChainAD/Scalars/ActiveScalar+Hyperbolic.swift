import RealModule

extension ActiveScalar {
  /// sinh x.
  @inlinable
  static func sinh(_ x: Self) -> Self {
    elemental(x, value: .sinh(x.number), slope: Number.cosh(x.number))
  }

  /// cosh x.
  @inlinable
  static func cosh(_ x: Self) -> Self {
    elemental(x, value: .cosh(x.number), slope: Number.sinh(x.number))
  }

  /// tanh x.
  @inlinable
  static func tanh(_ x: Self) -> Self {
    elemental(
      x, value: .tanh(x.number),
      slope: .moving(
        with: x.number, Slopes.tanh(x.primal), bend: Bends.tanh(x.primal)))
  }

  /// arsinh x.
  @inlinable
  static func asinh(_ x: Self) -> Self {
    elemental(
      x, value: .asinh(x.number),
      slope: .moving(
        with: x.number, Slopes.asinh(x.primal), bend: Bends.asinh(x.primal)))
  }

  /// arcosh x; the slope is +∞ at 1, NaN below.
  @inlinable
  static func acosh(_ x: Self) -> Self {
    elemental(
      x, value: .acosh(x.number),
      slope: .moving(
        with: x.number, Slopes.acosh(x.primal), bend: Bends.acosh(x.primal)))
  }

  /// artanh x; the slope is +∞ at ±1, NaN beyond.
  @inlinable
  static func atanh(_ x: Self) -> Self {
    elemental(
      x, value: .atanh(x.number),
      slope: .moving(
        with: x.number, Slopes.atanh(x.primal), bend: Bends.atanh(x.primal)))
  }
}
