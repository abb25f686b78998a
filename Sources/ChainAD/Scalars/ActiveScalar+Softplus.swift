import RealModule

/// The logistic function and the logarithms of sums of exponentials that it is
/// the slope of. All of them are made of e^−|x|, which can't overflow.
extension ActiveScalar {
  /// 1 / (1 + e^−x).
  @inlinable
  public static func sigmoid(_ x: Self) -> Self {
    elemental(x, value: .sigmoid(x.number), slope: logisticSlope(x.number))
  }

  /// ln(1 + eˣ).
  @inlinable
  public static func softplus(_ x: Self) -> Self {
    elemental(x, value: .softplus(x.number), slope: .sigmoid(x.number))
  }

  /// ln(eˣ + eʸ).
  @inlinable
  public static func logAddExp(_ x: Self, _ y: Self) -> Self {
    let difference = x.number - y.number
    return elemental(
      x, y, value: .logAddExp(x.number, y.number),
      slopes: (.sigmoid(difference), .sigmoid(-difference)))
  }

  /// φ · (1 − φ) as φ(x) · φ(−x), which doesn't cancel; it moves with
  /// −φ′ · tanh(x / 2).
  @inlinable
  static func logisticSlope(_ x: Number) -> Number {
    let slope = Double.sigmoid(x.primal) * .sigmoid(-x.primal)
    return .elemental(x, value: slope, slope: -slope * .tanh(x.primal / 2))
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
