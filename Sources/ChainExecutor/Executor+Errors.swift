import JacobianChain

extension Executor {
  /// Refuses operands and plans that belong to another problem.
  static func check(
    _ plan: PricedPlan, _ problem: Problem, _ operands: [any Operand]
  ) throws(ChainError) {
    guard operands.count == problem.factors.count else {
      throw ChainError(
        .malformed, at: "/factors",
        expected: "\(problem.factors.count) operands, one per factor",
        found: "\(operands.count)", advice: "give one operand per factor")
    }
    for (index, operand) in operands.enumerated() {
      let (rows, columns) = (operand.rows, operand.columns)
      guard problem.patterns[index].rows == rows,
        problem.patterns[index].columns == columns
      else {
        let factor = problem.factors[index]
        throw ChainError(
          .malformed, at: "/factors/\(index)",
          expected: "\(factor.rows) × \(factor.columns) for "
            + "\"\(factor.name)\"",
          found: "an operand of \(rows) × \(columns)",
          advice: "list the operands in the order of the factors")
      }
    }
    try checkTargets(plan, problem)
  }

  /// Refuses a plan in chunks where there are no passes.
  static func checkIsWhole(_ plan: PricedPlan) throws(ChainError) {
    guard plan.plan.chunks != nil else { return }
    throw ChainError(
      .unsupported, at: "/chunks", expected: "a plan that is made at once",
      found: "one in chunks",
      advice: "run it by an `Executor`, one step after the other")
  }

  /// Refuses a plan with another number of targets.
  static func checkTargets(
    _ plan: PricedPlan, _ problem: Problem
  ) throws(ChainError) {
    guard plan.plan.targets.count == problem.targetCount else {
      throw ChainError(
        .invalidPlan, at: "/targets",
        expected: "\(problem.targetCount) targets",
        found: "\(plan.plan.targets.count)",
        advice: "run a plan that was priced for this problem")
    }
  }

  /// An operand's own error, with the step and the factor.
  static func failed(
    _ error: any Error, _ mode: Mode, _ name: String, _ id: Int
  ) -> ChainError {
    let own = error as? ChainError
    return ChainError(
      own?.kind ?? .unsupported, at: "/steps/\(id)",
      expected: "\(mode)s of \"\(name)\"",
      found: own.map { "\($0.found), where \($0.expected) was expected" }
        ?? "\(error)",
      advice: own?.advice ?? "see the function behind \"\(name)\"")
  }

  /// A plan that reads a value after its last use, or before it is made.
  static func lost(_ id: Int) -> ChainError {
    ChainError(
      .invalidPlan, at: "/steps/\(id)", expected: "operands made before",
      found: "a value that isn't there",
      advice: "run a plan that was priced for this problem")
  }
}
