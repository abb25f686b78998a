import RealModule

extension ActiveScalar {
  /// The error function.
  @inlinable
  static func erf(_ x: Self) -> Self {
    elemental(
      x, value: .erf(x.number),
      slope: .moving(
        with: x.number, Slopes.erf(x.primal), bend: Bends.erf(x.primal)))
  }

  /// 1 − erf x, accurate for large x.
  @inlinable
  static func erfc(_ x: Self) -> Self {
    elemental(
      x, value: .erfc(x.number),
      slope: .moving(
        with: x.number, -Slopes.erf(x.primal), bend: -Bends.erf(x.primal)))
  }

  /// Γ(x).
  @inlinable
  static func gamma(_ x: Self) -> Self {
    let value = Number.gamma(x.number)
    return elemental(x, value: value, slope: value * psi(x.number))
  }

  #if !os(Windows)
    /// ln |Γ(x)|.
    @inlinable
    static func logGamma(_ x: Self) -> Self {
      elemental(x, value: .logGamma(x.number), slope: psi(x.number))
    }

    /// The sign of Γ(x).
    @inlinable
    static func signGamma(_ x: Self) -> FloatingPointSign {
      Double.signGamma(x.number.primal)
    }
  #endif

  /// ψ(x), which moves with ψ′(x).
  @inlinable
  static func psi(_ x: Number) -> Number {
    .moving(with: x, digamma(x.primal), bend: trigamma(x.primal))
  }
}
