/// Steps along averaged subgradients, of Polyak's length, as
/// `SubgradientMethod` takes them; here over one weight for each target.
struct WeightAscent {
  /// The binary logarithms of the weights to look at next.
  private(set) var weights: [Double]
  /// The best ones seen.
  private(set) var best: [Double]
  private var value: Double
  /// How far above the best value the target is.
  private var aim: Double
  private var direction: [Double]
  private var failures = 0

  init(_ weights: [Double], _ value: Double, aim: Double) {
    self.weights = weights
    best = weights
    self.value = value
    self.aim = aim
    direction = [Double](repeating: 0, count: weights.count)
  }

  /// Takes note of the value at `weights`, and moves on.
  ///
  /// - Parameter gradient: by the natural logarithms of the weights.
  mutating func step(_ found: Double, _ gradient: [Double]) {
    if found >= value {
      (value, best, failures) = (found, weights, 0)
    } else {
      failures += 1
      if failures.isMultiple(of: 8) {
        aim /= 2
        weights = best
      }
    }
    var square = 0.0
    for target in direction.indices {
      direction[target] += 0.3 * (gradient[target] - direction[target])
      square += direction[target] * direction[target]
    }
    let size = (value - found + aim) / max(square, 1e-9)
    for target in weights.indices {
      // Weights that jump by more are the same as infinite ones.
      weights[target] += 1.44 * min(10, max(-10, size * direction[target]))
    }
  }
}
