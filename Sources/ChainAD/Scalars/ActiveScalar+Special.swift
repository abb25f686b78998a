import RealModule

extension ActiveScalar {
  /// The error function.
  @inlinable
  public static func erf(_ x: Self) -> Self {
    elemental(x, value: .erf(x.primal), slope: bell(x.primal))
  }

  /// 1 − erf x, accurate for large x.
  @inlinable
  public static func erfc(_ x: Self) -> Self {
    elemental(x, value: .erfc(x.primal), slope: -bell(x.primal))
  }

  /// Γ(x).
  @inlinable
  public static func gamma(_ x: Self) -> Self {
    let value = Double.gamma(x.primal)
    return elemental(x, value: value, slope: value * digamma(x.primal))
  }

  #if !os(Windows)
    /// ln |Γ(x)|.
    @inlinable
    public static func logGamma(_ x: Self) -> Self {
      elemental(x, value: .logGamma(x.primal), slope: digamma(x.primal))
    }

    /// The sign of Γ(x).
    @inlinable
    public static func signGamma(_ x: Self) -> FloatingPointSign {
      Double.signGamma(x.primal)
    }
  #endif

  /// 2/√π · e^(−x²).
  @inlinable
  static func bell(_ x: Double) -> Double {
    0x1.20dd750429b6dp0 * .exp(-x * x)
  }
}

/// ψ(x) = Γ′(x) / Γ(x): reflection for x < 0, recurrence up to 10, and from
/// there the asymptotic series (Abramowitz & Stegun 1964, 6.3.5, 6.3.7,
/// 6.3.18), whose first term left out is below 1e-16 relative.
///
/// NaN at 0 and the negative whole numbers, where Γ has its poles.
@usableFromInline
func digamma(_ x: Double) -> Double {
  if x.isNaN { return x }
  guard x > 0 else {
    // The tangent of π·x is taken near 0, where it is accurate.
    let rest = x - x.rounded()
    return rest == 0
      ? .nan : digamma(1 - x) - .pi / .tan(.pi * rest)
  }
  var x = x
  var sum = 0.0
  while x < 10 {
    sum -= 1 / x
    x += 1
  }
  // Σ B₂ₖ / (2k · x²ᵏ), from the last term on.
  let square = 1 / (x * x)
  var series = square * (-3617.0 / 8160)
  series = square * (1.0 / 12 + series)
  series = square * (-691.0 / 32760 + series)
  series = square * (1.0 / 132 + series)
  series = square * (-1.0 / 240 + series)
  series = square * (1.0 / 252 + series)
  series = square * (-1.0 / 120 + series)
  series = square * (1.0 / 12 + series)
  return sum + .log(x) - 0.5 / x - series
}
