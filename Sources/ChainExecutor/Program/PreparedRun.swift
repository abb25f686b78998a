import JacobianChain

/// A plan made ready with its operands, to be run again and again: what a call
/// costs on one core that was prepared once.
package struct PreparedRun {
  private let program: Program
  private let workspace = Workspace()
  private let operands: [Operand]

  /// Compiles a plan, and hands over the entries that it reads.
  ///
  /// - Parameters:
  ///   - plan: priced for this problem.
  ///   - operands: one per factor of the problem, in its order.
  /// - Throws: `ChainError`; as `Executor.run`.
  package init(
    _ plan: PricedPlan, of problem: Problem, operands: [Operand]
  ) throws(ChainError) {
    try operands.check(for: problem)
    program = try Program(plan, of: problem, threads: 1)
    self.operands = operands
    try program.give(operands, in: workspace)
  }

  /// Computes the targets once; results stay where they are.
  ///
  /// - Throws: `ChainError` when an operand fails.
  @discardableResult
  package func run() throws(ChainError) -> Program.Count {
    try program.run(operands, in: workspace)
  }
}
