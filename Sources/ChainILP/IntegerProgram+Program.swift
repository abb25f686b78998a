import ChainSolvers
import JacobianChain

extension IntegerProgram {
  /// The linear program of `problem`, unreduced and with names that a person
  /// can read; see `LinearProgram.lpText`. Needs no GLPK.
  ///
  /// ```swift
  /// let program = try IntegerProgram.linearProgram(
  ///   for: problem, formulation: .plain)
  /// print(program.lpText)
  /// ```
  ///
  /// - Throws: `ChainError` (`unsupported`) above the limits of `support`.
  /// - Complexity: O(Σ n³) over the lengths n of the targets.
  public static func linearProgram(
    for problem: Problem, formulation: Formulation
  ) throws(ChainError) -> LinearProgram {
    try check(problem)
    let graph = try ProductGraph(problem)
    let parts = Formulating(
      graph: graph, reduction: Reduction(all: graph),
      tapeTotal: problem.limits.tapeTotal, labels: Labels(graph, problem))
    return parts.program(formulation, named: problem.name)!.program
  }

  /// Throws when `problem` has no linear program here.
  static func check(_ problem: Problem) throws(ChainError) {
    guard let refusal = refusal(of: problem) else { return }
    throw ChainError(
      .unsupported, at: "integer-program",
      expected: "a problem that fits a linear program", found: refusal,
      advice: "shorten the words, or state smaller dimensions and tapes")
  }
}
