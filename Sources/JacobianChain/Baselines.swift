/// The orders that people use without planning, in the order of every table.
public enum Baseline: String, Hashable, Sendable, CaseIterable {
  /// Homogeneous tangent: innermost first.
  case forward
  /// Homogeneous adjoint: outermost first.
  case reverse
  /// The cheapest fan: reverse below an interface, forward above it, one
  /// product. Includes the two ends, so it is never worse than either. Of
  /// several targets each has the interface that is best for it alone, unless
  /// an end is cheaper once equal steps are merged.
  case bestSplit

  /// The name in a sentence.
  package var phrase: String {
    switch self {
    case .forward: "forward mode"
    case .reverse: "reverse mode"
    case .bestSplit: "the best single split"
    }
  }
}

/// The orders that people use without planning, as plans: what a saving is
/// stated against.
///
/// Of several targets each is computed in the order of the baseline, and equal
/// steps are done once, as any engine does it: reverse mode is then
/// back-propagation wherever all targets start from the same output.
public struct Baselines: Hashable, Sendable {
  private let plans: [Baseline: PricedPlan]
  /// The interface k of the best split of a single target: factors `0..<k` of
  /// the chain are multiplied in reverse, `k..<q` forward, both starting at
  /// the interface; 0 for all forward, q for all reverse.
  public let split: Int?
  /// Why some are missing although they may be possible: there was no time to
  /// price them.
  public let stopReason: StopReason?

  /// One of them; nil where the limits or missing modes forbid it.
  public subscript(_ baseline: Baseline) -> PricedPlan? { plans[baseline] }

  /// Builds and prices the baselines.
  ///
  /// - Parameter control: may end the search for the best split early; it is
  ///   then the best of those that were tried, forward and reverse included.
  ///   Those are left out only when their patterns alone take too long.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  /// - Complexity: O(q) for dense chains, O(q²) products of patterns for
  ///   structured ones.
  public init(
    of problem: Problem, control: SearchControl = .unlimited
  ) throws(ChainError) {
    var fans = Fans(problem, control)
    let forward = try fans.priced(at: problem.targets.map { _ in 0 })
    let reverse = try fans.priced(at: problem.targets.map(\.count))
    let splits = try fans.cheapestSplits()
    var best = try fans.priced(at: splits)
    stopReason = fans.stopReason
    let isOne = problem.targets.count == 1
    var split = isOne && best != nil ? splits[0] : nil
    // Each interface was chosen as if nothing were shared.
    for (end, plan) in [(0, forward), (problem.targets[0].count, reverse)] {
      guard let plan, best.map({ plan.fma < $0.fma }) ?? true else { continue }
      best = plan
      if isOne { split = end }
    }
    self.split = split
    var plans: [Baseline: PricedPlan] = [:]
    plans[.forward] = forward
    plans[.reverse] = reverse
    plans[.bestSplit] = best
    self.plans = plans
  }
}
