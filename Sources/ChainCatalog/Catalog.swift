import ChainILP
import ChainSolvers
import JacobianChain

/// The one list of solvers: the command, the bench and the conformance tests
/// follow it.
public enum Catalog {
  /// Every solver of this build, in the order in which `auto` tries them.
  public static let solvers: [any ChainSolver] = [
    HuShing(),
    DynamicProgramming(),
    SharedProducts(),
    IntegerProgram(),
    BranchAndBound(),
    Exhaustive(),
  ]

  /// The solver called `name`.
  ///
  /// - Throws: `ChainError` (`unsupported`) that lists the names there are.
  public static func solver(
    named name: String
  ) throws(ChainError) -> any ChainSolver {
    if let solver = solvers.first(where: { $0.name == name }) { return solver }
    throw ChainError(
      .unsupported, at: "--solver",
      expected: "auto or one of "
        + solvers.map(\.name).joined(separator: ", "), found: "\"\(name)\"",
      advice: "see `jchain solvers` for what each of them can do")
  }

  /// A solver and why it was taken.
  public struct Choice: Sendable {
    /// The solver.
    public let solver: any ChainSolver
    /// One sentence for the report.
    public let reason: String
  }

  /// What `auto` does, for people.
  public static let automaticRules =
    "auto takes the first of the list that solves the problem exactly, else "
    + "the first that has a heuristic for it, and says why."

  /// Takes the named solver if it supports the problem; `auto` takes the first
  /// of the list that is exact, else the first heuristic: today
  ///
  /// 1. `hu-shing`: one target, distinct given dense factors;
  /// 2. `dynamic-programming`: one target, distinct factors, no total tape;
  /// 3. `shared-products`: several targets, repeated factors, a total tape;
  /// 4. `branch-and-bound`: makespan.
  ///
  /// `integer-program` (unsupported in a build without GLPK) and `exhaustive`
  /// solve nothing that these don't, more slowly: they are there to be asked
  /// by name.
  ///
  /// - Throws: `ChainError` (`unsupported`) with each solver's reason.
  public static func choose(
    _ name: String = "auto", for problem: Problem,
    objective: Objective = .fma
  ) throws(ChainError) -> Choice {
    guard name == "auto" else {
      let solver = try solver(named: name)
      switch solver.support(for: problem, objective: objective) {
      case .exact, .heuristic:
        return Choice(solver: solver, reason: "asked for by name")
      case .unsupported(let why):
        throw refusal(problem, objective, ["\(name): \(why)"])
      }
    }
    var refusals: [(names: String, why: String)] = []
    var heuristic: Choice?
    for solver in solvers {
      switch solver.support(for: problem, objective: objective) {
      case .exact:
        let reason =
          refusals.isEmpty
          ? "auto: the first exact solver that supports the problem"
          : "auto: exact; " + sentences(refusals).joined(separator: "; ")
        return Choice(solver: solver, reason: reason)
      case .heuristic:
        heuristic =
          heuristic
          ?? Choice(solver: solver, reason: "auto: no exact solver supports it")
      case .unsupported(let why):
        if refusals.last?.why == why {
          refusals[refusals.count - 1].names += ", " + solver.name
        } else {
          refusals.append((solver.name, why))
        }
      }
    }
    if let heuristic { return heuristic }
    throw refusal(problem, objective, sentences(refusals))
  }

  private static func sentences(
    _ refusals: [(names: String, why: String)]
  ) -> [String] {
    refusals.map { "\($0.names): \($0.why)" }
  }

  private static func refusal(
    _ problem: Problem, _ objective: Objective, _ refusals: [String]
  ) -> ChainError {
    ChainError(
      .unsupported, at: "--solver",
      expected: "a solver for \"\(problem.name)\" and \(objective.rawValue)",
      found: refusals.joined(separator: "; "),
      advice: "change the problem or the objective, or take another solver; "
        + "see `jchain solvers`")
  }
}
