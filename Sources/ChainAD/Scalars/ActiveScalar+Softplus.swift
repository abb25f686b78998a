import RealModule

/// The logistic function and the logarithms of sums of exponentials that it is
/// the slope of. All of them are made of e^−|x|, which can't overflow.
extension ActiveScalar {
  /// 1 / (1 + e^−x).
  @inlinable
  static func sigmoid(_ x: Self) -> Self {
    elemental(
      x, value: .sigmoid(x.number),
      slope: .moving(
        with: x.number, Slopes.sigmoid(x.primal), bend: Bends.sigmoid(x.primal))
    )
  }

  /// ln(1 + eˣ).
  @inlinable
  static func softplus(_ x: Self) -> Self {
    elemental(x, value: .softplus(x.number), slope: .sigmoid(x.number))
  }

  /// ln(eˣ + eʸ).
  @inlinable
  static func logAddExp(_ x: Self, _ y: Self) -> Self {
    let (a, b) = (x.primal, y.primal)
    return elemental(
      x, y, value: .logAddExp(x.number, y.number),
      slopes: (
        .moving(with: x.number, y.number, Slopes.logAddExp(a, b)) {
          let bend = Slopes.sigmoid(a - b)
          return (bend, -bend)
        },
        .moving(with: x.number, y.number, Slopes.logAddExp(b, a)) {
          let bend = Slopes.sigmoid(a - b)
          return (-bend, bend)
        }
      ))
  }
}

extension Slopes {
  /// By x of ln(eˣ + eʸ): φ(x − y) of φ = 1 / (1 + e⁻ᵈ), with the digits that
  /// the difference d loses, φ′ = φ · φ(−d).
  @inlinable
  static func logAddExp(_ x: Double, _ y: Double) -> Double {
    let difference = x - y
    let taken = x - difference
    let rest = (x - (difference + taken)) + (taken - y)
    let slope = Double.sigmoid(difference)
    return rest.isFinite
      ? slope + slope * .sigmoid(-difference) * rest : slope
  }
}

extension Double {
  /// 1 / (1 + e^−x).
  @inlinable
  public static func sigmoid(_ x: Double) -> Double {
    let small = Double.exp(-x.magnitude)
    return (x < 0 ? small : 1) / (1 + small)
  }

  /// ln(1 + eˣ).
  @inlinable
  public static func softplus(_ x: Double) -> Double { logAddExp(x, 0) }

  /// ln(eˣ + eʸ).
  @inlinable
  public static func logAddExp(_ x: Double, _ y: Double) -> Double {
    // Equal infinities have no difference.
    if x == y { return x + 0x1.62e42fefa39efp-1 }
    let (larger, smaller) = x < y ? (y, x) : (x, y)
    return larger + .log(onePlus: .exp(smaller - larger))
  }
}
