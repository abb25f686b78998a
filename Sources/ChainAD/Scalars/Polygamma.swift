import RealModule

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
