import RealModule

extension TracedDual {
  /// xʸ for x ≥ 0, as `Double` has it.
  @inlinable
  public static func pow(_ x: Self, _ y: Self) -> Self {
    let (base, exponent) = (x.number, y.number)
    let value = Number.pow(base, exponent)
    return record(
      x, y, value,
      (
        slope(inBase: base, exponent, value, isConstant: y.tape == nil),
        base == 0 && exponent > 0 ? 0 : value * .log(base)
      ))
  }

  /// y · xʸ⁻¹, where 0⁰ is not asked for.
  @inlinable
  static func slope(
    inBase base: Number, _ exponent: Number, _ value: Number, isConstant: Bool
  ) -> Number {
    if value.primal.isNaN { return Number(.nan) }
    if isConstant, exponent == 0 { return 0 }
    if isConstant, exponent == 1 { return 1 }
    if isConstant, exponent == 2 { return 2 * base }
    return exponent * .pow(base, exponent - 1)
  }

  /// xⁿ.
  @inlinable
  public static func pow(_ x: Self, _ n: Int) -> Self {
    let value = Number.pow(x.number, n)
    let slope: Number =
      switch n {
      case 0: 0
      case .min: Number(Double(n)) * value / x.number
      default: Number(Double(n)) * .pow(x.number, n - 1)
      }
    return record(x, value, slope)
  }

  /// √x; the slope is +∞ at 0, NaN below.
  @inlinable
  public static func sqrt(_ x: Self) -> Self {
    let value = Number.sqrt(x.number)
    return record(x, value, 0.5 / value.magnitude)
  }

  /// The n-th root; for even n the slope is NaN below 0.
  @inlinable
  public static func root(_ x: Self, _ n: Int) -> Self {
    let value = Number.root(x.number, n)
    guard x.primal == 0 else {
      return record(x, value, value / x.number / Number(Double(n)))
    }
    if n == 1 { return record(x, value, 1) }
    let pole = n > 0 ? Double.infinity : -.infinity
    return record(
      x, value, Number.elemental(x.number, value: pole, slope: -pole))
  }

  /// The error function.
  @inlinable
  public static func erf(_ x: Self) -> Self {
    record(x, .erf(x.number), bell(x.number))
  }

  /// 1 − erf x, accurate for large x.
  @inlinable
  public static func erfc(_ x: Self) -> Self {
    record(x, .erfc(x.number), -bell(x.number))
  }

  /// Γ(x).
  @inlinable
  public static func gamma(_ x: Self) -> Self {
    let value = Number.gamma(x.number)
    return record(x, value, value * polygamma(x.number))
  }

  #if !os(Windows)
    /// ln |Γ(x)|.
    @inlinable
    public static func logGamma(_ x: Self) -> Self {
      record(x, .logGamma(x.number), polygamma(x.number))
    }

    /// The sign of Γ(x).
    @inlinable
    public static func signGamma(_ x: Self) -> FloatingPointSign {
      Double.signGamma(x.primal)
    }
  #endif

  /// 2/√π · e^(−x²).
  @inlinable
  static func bell(_ x: Number) -> Number {
    Number(0x1.20dd750429b6dp0) * .exp(-x * x)
  }

  /// ψ(x), which moves with ψ′(x).
  @inlinable
  static func polygamma(_ x: Number) -> Number {
    Number.elemental(
      x, value: digamma(x.primal), slope: trigamma(x.primal))
  }
}

/// ψ′(x): reflection for x < 0, recurrence up to 10, and from there the
/// asymptotic series (Abramowitz & Stegun 1964, 6.4.6, 6.4.7, 6.4.12).
///
/// NaN at 0 and the negative whole numbers, where Γ has its poles.
@usableFromInline
func trigamma(_ x: Double) -> Double {
  if x.isNaN { return x }
  guard x > 0 else {
    let rest = x - x.rounded()
    if rest == 0 { return .nan }
    let sine = Double.sin(.pi * rest) / .pi
    return 1 / (sine * sine) - trigamma(1 - x)
  }
  var x = x
  var sum = 0.0
  while x < 10 {
    sum += 1 / (x * x)
    x += 1
  }
  // Σ B₂ₖ / x²ᵏ⁺¹, from the last term on.
  let square = 1 / (x * x)
  var series = square * (-3617.0 / 510)
  series = square * (7.0 / 6 + series)
  series = square * (-691.0 / 2730 + series)
  series = square * (5.0 / 66 + series)
  series = square * (-1.0 / 30 + series)
  series = square * (1.0 / 42 + series)
  series = square * (-1.0 / 30 + series)
  series = square * (1.0 / 6 + series)
  return sum + 1 / x + square / 2 + series / x
}
