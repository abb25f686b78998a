import JacobianChain

/// The best of the orders of elimination that need no search: vertices in
/// topological order, in the opposite one, and the cheapest vertex first.
///
/// Takes every graph, proves nothing: the least price of an order is NP-hard to
/// find (Naumann 2008, doi:10.1007/s10107-006-0042-z).
public struct EliminationSweeps: ChainSolver {
  /// Creates the solver.
  public init() {}

  /// `vertex-elimination`.
  public var name: String { "vertex-elimination" }

  /// One line for `jchain solvers`.
  public var summary: String {
    "graphs: the best of forward, reverse and lowest-Markowitz elimination; "
      + "O(V² + products), no proof"
  }

  /// A heuristic for the fma of a graph.
  public func support(for problem: Problem, objective: Objective) -> Support {
    switch objective {
    case .fma: break
    case .makespan:
      return .unsupported("minimises fma, not \(objective.rawValue)")
    }
    return problem.graph == nil
      ? .unsupported("eliminates vertices of a graph, these are products")
      : .heuristic
  }

  /// Takes the cheapest order.
  ///
  /// - Throws: `ChainError` (`infeasible`) when none keeps to the limits,
  ///   (`tooLarge`) when a pattern can't be held, or a stop before there is a
  ///   plan.
  public func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let baselines = try Baselines(of: problem, control: control)
    guard let best = baselines.best else {
      if let reason = baselines.stopReason { throw .stopped(reason) }
      throw ChainError(
        .infeasible, at: "/limits/tapeTotal",
        expected: "tapes that fit into \(problem.limits.tapeTotal ?? 0)",
        found: "more in every order of elimination",
        advice: "raise the limit, or give factors a tangent cost or their "
          + "entries")
    }
    let bound = CostModel.lowerBound(of: problem)
    return Solution(
      plan: best.plan, lowerBound: bound,
      status: best.fma == bound
        ? .optimal : .stopped(baselines.stopReason ?? .heuristic),
      explored: baselines.orders.count)
  }
}
