import RealModule

/// ψ(x) = Γ′(x) / Γ(x): reflection for x < 0, the series around its zero x₀
/// up to 10, and from there the asymptotic one (Abramowitz & Stegun 1964,
/// 6.3.7, 6.3.16, 6.3.18), whose first term left out is below 1e-16 relative.
///
/// NaN at 0 and the negative whole numbers, where Γ has its poles. Loses digits
/// only near the zeros below 0, where the two terms of the reflection cancel.
@usableFromInline
func digamma(_ x: Double) -> Double {
  if x.isNaN { return x }
  if x > 0 {
    return x < 10 ? digamma(aroundItsZero: x) : .log(x) - digammaSeries(x)
  }
  let rest = x - x.rounded()
  if rest == 0 { return .nan }
  // The tangent is taken near 0, where that of a rounded π · x is accurate.
  let far = 0.5 - rest.magnitude
  let cotangent =
    far < 0.25
    ? Double(signOf: rest, magnitudeOf: 1) * .tan(.pi * far)
    : 1 / .tan(.pi * rest)
  return digamma(1 - x) - .pi * cotangent
}

/// ψ(x) = Σ (x − x₀) / ((x + k) (x₀ + k)), k = 0, 1 …: all terms have one sign.
/// Those from k = 10 on are ψ(x + 10) − ψ(x₀ + 10), divided by x − x₀ term by
/// term of the asymptotic series.
private func digamma(aroundItsZero x: Double) -> Double {
  let zero = 0x1.762d86356be3fp0
  let distance = x - zero - 0x1.b86a722197829p-54
  let (z, z0) = (x + 10, zero + 10)
  let (w, w0) = (1 / (z * z), 1 / (z0 * z0))
  var (series, slope) = (0.0, 0.0)
  for coefficient in digammaCoefficients {
    slope = slope * w0 + series
    series = series * w + coefficient
  }
  slope = slope * w0 + series
  var sum = (z + z0) * w * w0 * slope + 0.5 / (z * z0)
  var k = 9.0
  while k >= 0 {
    sum += 1 / ((x + k) * (zero + k))
    k -= 1
  }
  return distance * sum + .log(onePlus: distance / z0)
}

/// ln x − ψ(x) = 1/2x + Σ B₂ₖ / (2k · x²ᵏ).
private func digammaSeries(_ x: Double) -> Double {
  let square = 1 / (x * x)
  return 0.5 / x + square
    * digammaCoefficients.reduce(0) { $0 * square + $1 }
}

/// B₂ₖ / 2k from k = 8 to 1.
private let digammaCoefficients: [Double] = [
  -3617.0 / 8160, 1.0 / 12, -691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252,
  -1.0 / 120, 1.0 / 12,
]

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
