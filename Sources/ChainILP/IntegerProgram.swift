import ChainSolvers
import JacobianChain

/// The cheapest plan for any targets, with shared products, repeated factors
/// and a budget on the total tape: branch and bound over linear relaxations
/// that GLPK solves, with bounds that are proven in integers.
///
/// The problem is NP-hard in general. With several targets of distinct factors
/// the positional relaxation is almost always tight, and few subproblems are
/// needed; with long repeated words it is not. Not for chains that
/// `DynamicProgramming` solves, which is faster by orders of magnitude.
public struct IntegerProgram: ChainSolver {
  /// Creates the solver.
  public init() {}

  /// `integer-program`.
  public var name: String { "integer-program" }

  /// One line for `jchain solvers`.
  public var summary: String {
    let what =
      "exact for several targets, repeated factors, total tape; branch and "
      + "bound on linear relaxations, exponential"
    return Relaxation.absence.map { "\(what); unsupported: \($0)" } ?? what
  }

  /// Whether this build has GLPK; `support` refuses everything without it.
  public static var isAvailable: Bool { Relaxation.absence == nil }

  /// The most splits of all spans of all targets.
  public static let splitLimit = 4_000_000

  /// Prices have to be below this power of two, to be exact in a double.
  public static let priceBits = 53

  /// Tapes have to be at most this, 2^40.
  public static let tapeLimit = 1 << 40

  /// Exact for fma and any targets, up to the limits above.
  public func support(for problem: Problem, objective: Objective) -> Support {
    if let absence = Relaxation.absence { return .unsupported(absence) }
    switch objective {
    case .fma: break
    case .makespan, .time, .memory:
      return .unsupported("minimises fma, not \(objective.rawValue)")
    }
    guard let refusal = Self.refusal(of: problem) else { return .exact }
    return .unsupported(refusal)
  }

  /// Why `problem` has no linear program here; nil when it has one.
  static func refusal(of problem: Problem) -> String? {
    if problem.worstPrice >= UInt128(1) << priceBits {
      return "needs prices below 2^\(priceBits) fma, here they may add up to "
        + "\(problem.worstPrice)"
    }
    let splits = ProductGraph.splits(of: problem)
    guard let splits, splits <= splitLimit else {
      return "takes words with at most \(splitLimit) splits of spans, here "
        + "are \(splits.map(String.init) ?? "more than 2^63")"
    }
    guard problem.limits.tapeTotal != nil else { return nil }
    let tape = problem.factors.map(\.tape).max() ?? 0
    if tape > tapeLimit {
      return "takes tapes of at most \(tapeLimit), one has \(tape)"
    }
    return nil
  }

  /// Chooses an fma-minimal order.
  ///
  /// - Throws: `ChainError` when the total tape forbids every plan, and after
  ///   a fault inside GLPK.
  public func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let (graph, start) = try SharedProducts.search(
      problem, control, branching: false)
    var search = BranchAndBound(
      graph, start, tapeTotal: problem.limits.tapeTotal,
      control: control)
    let reason = try search.run()
    let outcome = search.outcome
    return Solution(
      plan: graph.plan(outcome.chosen!), lowerBound: UInt128(outcome.lower),
      stopReason: reason, explored: outcome.explored)
  }
}
