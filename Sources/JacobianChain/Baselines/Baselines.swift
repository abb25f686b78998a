/// The orders that people use without planning, in the order of every table.
public enum Baseline: String, Hashable, Sendable, CaseIterable {
  /// Homogeneous tangent: innermost first. On a graph the vertices are
  /// eliminated in topological order.
  case forward
  /// Homogeneous adjoint: outermost first. On a graph the vertices are
  /// eliminated in the opposite of topological order.
  case reverse
  /// The cheapest fan: reverse below an interface, forward above it, one
  /// product. Includes the two ends, so it is never worse than either. Of
  /// several targets each has the interface that is best for it alone, unless
  /// an end is cheaper once equal steps are merged.
  case bestSplit
  /// The vertex of a graph that costs least is eliminated next, of equal ones
  /// the one that is listed first (Markowitz 1957, doi:10.1287/mnsc.3.3.255).
  case markowitz

  /// Those of products.
  package static let products: [Baseline] = [.forward, .reverse, .bestSplit]

  /// Those that there are for a problem: products have no vertices, graphs no
  /// interfaces to split them at.
  package static func all(for problem: Problem) -> [Baseline] {
    problem.graph == nil ? products : [.forward, .reverse, .markowitz]
  }

  /// The name in a sentence.
  package var phrase: String {
    switch self {
    case .forward: "forward mode"
    case .reverse: "reverse mode"
    case .bestSplit: "the best single split"
    case .markowitz: "lowest Markowitz"
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
  private var plans: [Baseline: PricedPlan]
  /// The interface k of the best split of a single target: factors `0..<k` of
  /// the chain are multiplied in reverse, `k..<q` forward, both starting at
  /// the interface; 0 for all forward, q for all reverse.
  package let split: Int?
  /// The vertices of a graph in the order in which a baseline eliminates them.
  package let orders: [Baseline: [Int]]
  /// Why some are missing although they may be possible: there was no time to
  /// price them.
  package let stopReason: StopReason?
  /// Whether some are missing because patterns of their values can't be held.
  package let isUnheld: Bool

  /// Whether all are here that are possible.
  package var areAll: Bool { stopReason == nil && !isUnheld }

  /// One of them; nil where the limits or missing modes forbid it, and where
  /// the problem has no such baseline.
  public subscript(_ baseline: Baseline) -> PricedPlan? { plans[baseline] }

  /// The best of them: the best split, which is never worse than the others, or
  /// of a graph the cheapest, of equal ones the first; nil without any.
  package var best: PricedPlan? {
    plans[.bestSplit]
      ?? Baseline.allCases.compactMap { plans[$0] }.min { $0.fma < $1.fma }
  }

  /// The one with the least price at the rate that they were priced at: under
  /// fma `best`, of equal ones the first.
  package var cheapest: PricedPlan? {
    Baseline.allCases.compactMap { plans[$0] }.min { $0.price < $1.price }
  }

  /// Builds and prices the baselines.
  ///
  /// - Parameters:
  ///   - rate: what they are priced at. People choose among them by fma, so the
  ///     best split is the one with the least fma.
  ///   - control: may end the search for the best split early; it is then the
  ///     best of those that were tried, forward and reverse included. Those are
  ///     left out only when their patterns alone take too long. One of which a
  ///     pattern can't be held is missing.
  /// - Throws: `ChainError` when the problem is beyond what can be priced.
  /// - Complexity: O(q) for dense chains, O(q²) products of patterns for
  ///   structured ones; O(V² + products of the orders) for a graph.
  package init(
    of problem: Problem, at rate: Rate = .fma,
    control: SearchControl = .unlimited
  ) throws(ChainError) {
    try self.init(inWork: problem, control)
    guard rate != .fma else { return }
    var shapes = ValueShapes()
    plans = plans.mapValues { $0.at(rate, for: problem, &shapes) }
  }

  private init(
    inWork problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    if problem.graph != nil {
      let sweeps = try VertexSweeps(problem, control)
      (plans, orders) = (sweeps.plans, sweeps.orders)
      (split, stopReason) = (nil, sweeps.stopReason)
      isUnheld = sweeps.isUnheld
      return
    }
    orders = [:]
    var fans = Fans(problem, control)
    let first: [Int?] = problem.targets.map { _ in 0 }
    let last: [Int?] = problem.targets.map(\.count)
    let forward = try fans.priced(at: first)
    let reverse = try fans.priced(at: last)
    let splits = try fans.cheapestSplits()
    var best =
      splits == first
      ? forward : splits == last ? reverse : try fans.priced(at: splits)
    (stopReason, isUnheld) = (fans.stopReason, fans.isUnheld)
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
