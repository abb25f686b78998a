import JacobianChain

extension ApexBound {
  private static let rounds = 800
  /// The factors whose ears may be looked at, in all rounds: some tenths of a
  /// second.
  private static let effort = 3_000_000

  /// No schedule on `machines` takes less, fma, but ones beyond the horizon.
  ///
  /// Multiplicative weights (Arora, Hazan & Kale 2012,
  /// doi:10.4086/toc.2012.v008a006): where the cheapest apexes put more than
  /// the mean, the multiplier grows. Without a gain for some rounds it goes on
  /// from the best multipliers, with shorter steps. Nothing but sums, products
  /// and quotients, so that every platform finds the same bound.
  ///
  /// - Complexity: 800 rounds at most, fewer where many products may be of
  ///   neighbours.
  func bound(machines: Int) -> UInt128 {
    var best: UInt128 = 0
    var point = start
    var (bestPoint, bestLoads) = (point, [Double]())
    var (size, failures, effort) = (0.5, 0, 0)
    for _ in 0..<Self.rounds {
      let multipliers = multipliers(point, machines)
      let (sum, load) = minimum(multipliers)
      let bound = quotient(sum, multipliers, machines)
      effort += load.sides
      var loads = [load.work / Double(machines)] + load.across.dropLast()
      failures = Double(bound) > 1.00001 * Double(best) ? 0 : failures + 1
      if bound > best || bestLoads.isEmpty {
        (best, bestPoint, bestLoads) = (bound, point, loads)
      }
      if failures == 30 {
        (point, loads, failures) = (bestPoint, bestLoads, 0)
        size *= 0.6
      }
      guard size > 1e-3, effort < Self.effort, move(&point, loads, size)
      else { break }
    }
    return best
  }

  /// Half of it is the work, the rest lies everywhere. Sums to 1.
  private var start: [Double] {
    let other = 0.5 / Double(multiplierCount)
    return [0.5] + Array(repeating: other, count: multiplierCount)
  }

  private func multipliers(
    _ point: [Double], _ machines: Int
  ) -> Multipliers {
    let unit = Double(1 << 30)
    return Multipliers(
      work: UInt128(unit * point[0] / Double(machines)),
      across: point.dropFirst().map { UInt128(unit * $0) } + [0])
  }

  /// The bound on T.
  private func quotient(
    _ sum: UInt128, _ multipliers: Multipliers, _ machines: Int
  ) -> UInt128 {
    let total =
      UInt128(machines) * multipliers.work
      + multipliers.across.reduce(0, +)
    guard total > 0 else { return 0 }
    let (quotient, rest) = sum.quotientAndRemainder(dividingBy: total)
    return quotient + (rest > 0 ? 1 : 0)
  }

  /// One step; false when all loads are equal, so that nothing can be gained.
  private func move(
    _ point: inout [Double], _ loads: [Double], _ size: Double
  ) -> Bool {
    let mean = zip(point, loads).reduce(0) { $0 + $1.0 * $1.1 }
    let most = zip(point, loads).reduce(0) {
      $1.0 > 0 ? max($0, abs($1.1 - mean)) : $0
    }
    guard most > 0 else { return false }
    for i in point.indices { point[i] *= 1 + size * (loads[i] - mean) / most }
    let sum = point.reduce(0, +)
    for i in point.indices { point[i] /= sum }
    return true
  }
}
