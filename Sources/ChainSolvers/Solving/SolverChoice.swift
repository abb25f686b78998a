import ChainGraphs
import JacobianChain

/// A solver and why it was taken.
public struct SolverChoice: Sendable {
  /// The solver.
  package let solver: any ChainSolver
  /// One sentence for the report.
  package let reason: String

  /// Takes a solver for another reason.
  package init(_ solver: any ChainSolver, reason: String = "") {
    self.solver = solver
    self.reason = reason
  }

  /// The searches, in the order in which they are tried; together they take
  /// every problem of moderate size.
  ///
  /// 1. `hu-shing`: one target, distinct given dense factors;
  /// 2. `dynamic-programming`: one target, distinct factors, no total tape;
  /// 3. `shared-products`: several targets, repeated factors, a total tape;
  ///    without a proof where they are too large for one;
  /// 4. `branch-and-bound`: makespan;
  /// 5. `vertex-elimination`: graphs;
  /// 6. `face-elimination`: graphs, beyond orders of vertices.
  package static let searches: [any ChainSolver] = [
    HuShing(), DynamicProgramming(), SharedProducts(), BranchAndBound(),
    VertexOrders(), FaceOrders(),
  ]

  /// Takes the first of a list that solves the problem exactly, else the first
  /// that has a heuristic for it. A graph that is a path is solved as the product
  /// that it is.
  ///
  /// - Throws: `ChainError` (`unsupported`) with each solver's reason.
  package init(
    for problem: Problem, objective: Objective,
    among solvers: [any ChainSolver] = Self.searches
  ) throws(ChainError) {
    if let products = problem.products {
      let choice = try Self(for: products, objective: objective, among: solvers)
      solver = PathSolver(solver: choice.solver)
      reason = choice.reason + "; the graph is a path"
      return
    }
    var refusals: [(names: String, why: String)] = []
    var heuristic: (any ChainSolver)?
    for solver in solvers {
      switch solver.support(for: problem, objective: objective) {
      case .exact:
        let reason =
          refusals.isEmpty
          ? "auto: the first exact solver that supports the problem"
          : "auto: exact; " + Self.sentences(refusals)
        (self.solver, self.reason) = (solver, reason)
        return
      case .heuristic:
        heuristic = heuristic ?? solver
      case .unsupported(let why):
        if refusals.last?.why == why {
          refusals[refusals.count - 1].names += ", " + solver.name
        } else {
          refusals.append((solver.name, why))
        }
      }
    }
    guard let heuristic else {
      throw Self.refusal(problem, objective, Self.sentences(refusals))
    }
    solver = heuristic
    reason =
      "auto: a heuristic, as no exact solver takes it; "
      + Self.sentences(refusals)
  }

  private static func sentences(
    _ refusals: [(names: String, why: String)]
  ) -> String {
    refusals.map { "\($0.names): \($0.why)" }.joined(separator: "; ")
  }

  /// What is said when no solver takes a problem.
  package static func refusal(
    _ problem: Problem, _ objective: Objective, _ reasons: String
  ) -> ChainError {
    ChainError(
      .unsupported, at: "solver",
      expected: "a solver for \"\(problem.name)\" and \(objective.name)",
      found: reasons,
      advice: "change the problem or the objective, or take another solver; "
        + "see `jchain solvers`")
  }
}
