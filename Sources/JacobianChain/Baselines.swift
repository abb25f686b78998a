/// The orders that people use without planning, as plans: what a saving is
/// stated against. nil where the limits or missing modes forbid them.
///
/// Of several targets each is computed in the order of the baseline, and equal
/// steps are done once, as any engine does it: reverse mode is then
/// back-propagation wherever all targets start from the same output.
public struct Baselines: Hashable, Sendable {
  /// Homogeneous tangent: innermost first.
  public let forward: PricedPlan?
  /// Homogeneous adjoint: outermost first.
  public let reverse: PricedPlan?
  /// The cheapest fan: reverse below an interface, forward above it, one
  /// product. Includes the two ends, so it is never worse than either. Of
  /// several targets each has the interface that is best for it alone, unless
  /// an end is cheaper once equal steps are merged.
  public let bestSplit: PricedPlan?
  /// The interface k of the best split of a single target: factors `0..<k` of
  /// the chain are multiplied in reverse, `k..<q` forward, both starting at
  /// the interface; 0 for all forward, q for all reverse.
  public let split: Int?
  /// Why some are nil although they may be possible: there was no time to price
  /// them.
  public let stopReason: StopReason?

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
    var fans = problem.targets.map { Fan(word: $0, of: problem, control) }
    var stop: StopReason?
    forward = try Self.priced(&fans, &stop) { _ in 0 }
    reverse = try Self.priced(&fans, &stop) { $0.word.count }
    var splits: [Int?] = []
    var best = try Self.priced(&fans, &stop) { fan throws(ChainError) in
      splits.append(try fan.cheapestSplit())
      return splits[splits.count - 1]
    }
    stopReason = stop
    var split = fans.count == 1 && best != nil ? splits[0] : nil
    // Each interface was chosen as if nothing were shared.
    for (end, plan) in [(0, forward), (fans[0].word.count, reverse)] {
      guard let plan, best.map({ plan.fma < $0.fma }) ?? true else { continue }
      best = plan
      if fans.count == 1 { split = end }
    }
    bestSplit = best
    self.split = split
  }

  /// The fans of all targets at the chosen interfaces, equal steps merged; nil
  /// when modes or limits forbid them, or when there was no time: `stop` says
  /// why.
  private static func priced(
    _ fans: inout [Fan], _ stop: inout StopReason?,
    at split: (inout Fan) throws(ChainError) -> Int?
  ) throws(ChainError) -> PricedPlan? {
    let (problem, control) = (fans[0].problem, fans[0].control)
    do {
      var plan = Plan(steps: [], targets: [])
      for index in fans.indices {
        guard let split = try split(&fans[index]),
          try fans[index].append(split: split, to: &plan)
        else { return nil }
      }
      // One word of distinct factors has no equal steps.
      if problem.chain == nil { plan = plan.mergingEqualSteps() }
      return try plan.priced(for: problem, control: control)
    } catch  where error.kind == .invalidPlan {
      // The only rule a fan can break is the budget over the whole plan.
      return nil
    } catch  where error.isStop {
      stop = error.stopReason
      return nil
    }
  }
}
