import RealModule

extension ActiveScalar {
  /// The error function.
  @inlinable
  public static func erf(_ x: Self) -> Self {
    elemental(x, value: .erf(x.number), slope: bell(x.number))
  }

  /// 1 − erf x, accurate for large x.
  @inlinable
  public static func erfc(_ x: Self) -> Self {
    elemental(x, value: .erfc(x.number), slope: -bell(x.number))
  }

  /// Γ(x).
  @inlinable
  public static func gamma(_ x: Self) -> Self {
    let value = Number.gamma(x.number)
    return elemental(x, value: value, slope: value * psi(x.number))
  }

  #if !os(Windows)
    /// ln |Γ(x)|.
    @inlinable
    public static func logGamma(_ x: Self) -> Self {
      elemental(x, value: .logGamma(x.number), slope: psi(x.number))
    }

    /// The sign of Γ(x).
    @inlinable
    public static func signGamma(_ x: Self) -> FloatingPointSign {
      Double.signGamma(x.number.primal)
    }
  #endif

  /// 2/√π · e^(−x²).
  @inlinable
  static func bell(_ x: Number) -> Number {
    Number(0x1.20dd750429b6dp0) * .exp(-x * x)
  }

  /// ψ(x), which moves with ψ′(x).
  @inlinable
  static func psi(_ x: Number) -> Number {
    .elemental(x, value: digamma(x.primal), slope: trigamma(x.primal))
  }
}
