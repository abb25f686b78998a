import ChainRandom
import JacobianChain

/// A random chain with everything that a chain can have: all structures,
/// factors with entries, with one mode, with both, tape limits that bite,
/// and `matrixFree: false`. Always feasible step by step; only `tapeTotal`
/// can still forbid plans.
package func randomProblem(
  seed: UInt64, maxFactors: Int = 6, dimensions: ClosedRange<Int> = 1...12,
  limits allowsLimits: Bool = true
) -> Problem {
  var generator = SplitMix64(seed: seed)
  let count = generator.integer(in: 1...maxFactors)
  var factors = MixedFactors(dimensions: dimensions).draw(
    count, using: &generator)
  for index in factors.indices { vary(&factors[index], &generator) }
  let limits =
    allowsLimits ? feasibleLimits(of: factors, &generator) : Limits()
  do {
    return try Problem(
      name: "random-\(seed)", source: "randomProblem(seed: \(seed))",
      factors: factors, matrixFree: !generator.oneIn(4), limits: limits)
  } catch {
    preconditionFailure("seed \(seed): \(error)")
  }
}

/// Takes modes away, adds free ones, and gives some factors large tapes.
private func vary(_ factor: inout Factor, _ generator: inout SplitMix64) {
  switch generator.integer(in: 1...6) {
  case 1 where factor.adjointCost != nil:
    factor.tangentCost = nil
  case 2 where factor.tangentCost != nil:
    factor.adjointCost = nil
    factor.tape = 0
  case 3 where factor.tangentCost == nil:
    factor.tangentCost = generator.integer(in: 0...50)
  case 4:
    factor.tape *= 10
  default:
    break
  }
}

/// Limits under which each factor alone can still be accumulated.
private func feasibleLimits(
  of factors: [Factor], _ generator: inout SplitMix64
) -> Limits {
  var needed = 1
  var all = 1
  for factor in factors where factor.adjointCost != nil {
    if !factor.isGiven, factor.tangentCost == nil {
      needed = max(needed, factor.tape)
    }
    all += factor.tape
  }
  var limits = Limits()
  if generator.oneIn(3) {
    limits.tapePerStep = generator.integer(in: needed...max(needed, 200))
  }
  if generator.oneIn(3) {
    limits.tapeTotal = generator.integer(in: needed...max(needed, all))
  }
  if generator.oneIn(4) { limits.machines = generator.integer(in: 1...4) }
  return limits
}
