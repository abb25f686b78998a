import ChainILP
import ChainSolvers
import JacobianChain

/// The one list of solvers: the command, the bench and the conformance tests
/// follow it.
public enum Catalog {
  /// Every solver of this build, in the order in which `auto` tries them.
  package static let solvers: [any ChainSolver] =
    SolverChoice.searches + [IntegerProgram(), Exhaustive()]

  /// The solver called `name`.
  ///
  /// - Throws: `ChainError` (`unsupported`) that lists the names there are.
  package static func solver(
    named name: String
  ) throws(ChainError) -> any ChainSolver {
    if let solver = solvers.first(where: { $0.name == name }) { return solver }
    throw ChainError(
      .unsupported, at: "solver",
      expected: "auto or one of "
        + solvers.map(\.name).joined(separator: ", "), found: "\"\(name)\"",
      advice: "see `jchain solvers` for what each of them can do")
  }

  /// What `auto` does, for people.
  package static let automaticRules =
    "auto takes the first of the list that solves the problem exactly, else "
    + "the first that has a heuristic for it, and says why."

  /// Takes the named solver if it supports the problem; `auto` takes the first
  /// of the list that is exact, else the first heuristic: today one of
  /// `SolverChoice.searches`.
  ///
  /// `integer-program` (unsupported in a build without GLPK) and `exhaustive`
  /// solve nothing that these don't, more slowly: they are there to be asked
  /// by name.
  ///
  /// - Throws: `ChainError` (`unsupported`) with each solver's reason.
  public static func choose(
    _ name: String = "auto", for problem: Problem,
    objective: Objective = .fma
  ) throws(ChainError) -> SolverChoice {
    guard name != "auto" else {
      return try SolverChoice(
        for: problem, objective: objective, among: solvers)
    }
    let solver = try solver(named: name)
    if case .unsupported(let why) = solver.support(
      for: problem, objective: objective)
    {
      throw SolverChoice.refusal(problem, objective, "\(name): \(why)")
    }
    return SolverChoice(solver, reason: "asked for by name")
  }
}
