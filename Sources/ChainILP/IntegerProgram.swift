import ChainSolvers
import JacobianChain

/// The cheapest plan for any targets, with shared products, repeated factors
/// and a budget on the total tape: branch and bound over linear relaxations
/// that GLPK solves, with bounds that are proven in integers.
///
/// The oracle of the other searches: it starts from the graph of products and
/// from nothing that one of them found, so that an error of theirs is no error
/// of its own. Where they are exact, they are faster by orders of magnitude.
///
/// The problem is NP-hard in general. With several targets of distinct factors
/// the positional relaxation is almost always tight, and few subproblems are
/// needed; with long repeated words it is not.
package struct IntegerProgram: ChainSolver {
  package init() {}

  package var name: String { "integer-program" }

  package var summary: String {
    let what =
      "exact for several targets, repeated factors, total tape; branch and "
      + "bound on linear relaxations, exponential"
    return Relaxation.absence.map { "\(what); unsupported: \($0)" } ?? what
  }

  /// Whether this build has GLPK; `support` refuses everything without it.
  package static var isAvailable: Bool { Relaxation.absence == nil }

  /// The version of GLPK, "5.0"; nil in a build without it.
  package static var libraryVersion: String? { Relaxation.version }

  /// Tapes have to be at most this, 2^40.
  package static let tapeLimit = 1 << 40

  /// Exact for the problems that `SharedProducts` solves exactly: both read
  /// them as the same graph of products.
  package func support(for problem: Problem, objective: Objective) -> Support {
    let refusal = Self.refusal(of: problem, objective: objective)
    return (refusal ?? Relaxation.absence).map { .unsupported($0) } ?? .exact
  }

  /// Why `problem` has no linear program here; nil when it has one.
  static func refusal(
    of problem: Problem, objective: Objective = .fma
  ) -> String? {
    let exact = SharedProducts()
    let support = exact.support(for: problem, objective: objective)
    if case .unsupported(let why) = support { return why }
    if let why = exact.excess(of: problem) { return why }
    guard problem.limits.tapeTotal != nil else { return nil }
    let tape = problem.factors.map(\.tape).max() ?? 0
    if tape > tapeLimit {
      return "takes tapes of at most \(tapeLimit), one has \(tape)"
    }
    return nil
  }

  /// Chooses the cheapest order.
  ///
  /// - Throws: `ChainError` when the total tape forbids every plan, and after
  ///   a fault inside GLPK.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let rate = objective.rate
    guard
      let (graph, start) = try SharedProducts.start(problem, at: rate, control)
    else {
      return try SharedProducts.solution(
        of: nil, problem, at: rate, control, unproven: .interrupted)
    }
    var search = ProductBranching(
      graph, start, tapeTotal: problem.limits.tapeTotal,
      control: control)
    let reason = try search.run()
    let outcome = search.outcome
    return Solution(
      plan: graph.plan(outcome.chosen), lowerBound: UInt128(outcome.lower),
      status: Status(stoppedBy: reason), explored: outcome.explored)
  }
}
