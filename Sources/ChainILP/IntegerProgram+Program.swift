import ChainSolvers
import JacobianChain

extension LinearProgram {
  /// The linear program of `problem`, unreduced and with names that a person
  /// can read; see `lpText`. Needs no GLPK.
  ///
  /// ```swift
  /// print(try LinearProgram(of: problem, as: .plain).lpText)
  /// ```
  ///
  /// - Parameter control: may stop what large patterns take.
  /// - Throws: `ChainError` (`unsupported`) above the limits of the solver
  ///   `integer-program`; (`limitReached`, `interrupted`) when `control` stopped
  ///   it.
  /// - Complexity: O(Σ n³) over the lengths n of the targets.
  public init(
    of problem: Problem, as formulation: Formulation,
    control: SearchControl = SearchControl()
  ) throws(ChainError) {
    try IntegerProgram.check(problem)
    guard
      let graph = try ProductGraph(problem, control, finishesSmall: true)
    else { throw .stopped(control.shouldStop() ?? .timeLimit) }
    let parts = Formulating(
      graph: graph, reduction: Reduction(all: graph),
      tapeTotal: problem.limits.tapeTotal, labels: Labels(graph, problem))
    self = parts.program(formulation, named: problem.name)!.program
  }
}

extension IntegerProgram {
  /// Throws when `problem` has no linear program here.
  static func check(_ problem: Problem) throws(ChainError) {
    guard let refusal = refusal(of: problem) else { return }
    throw ChainError(
      .unsupported, at: "integer-program",
      expected: "a problem that fits a linear program", found: refusal,
      advice: "shorten the words, or state smaller dimensions and tapes")
  }
}
