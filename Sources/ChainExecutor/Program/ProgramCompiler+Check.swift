import JacobianChain

extension ProgramCompiler {
  /// Refuses a plan that belongs to another problem, as far as that could lead
  /// to places of a wrong size.
  ///
  /// - Complexity: O(steps) for the problem that the plan was priced for,
  ///   whose patterns share memory with those of the plan.
  static func check(
    _ plan: PricedPlan, _ problem: Problem
  ) throws(ChainError) {
    try checkTargets(plan, problem)
    for (id, step) in plan.plan.steps.enumerated() {
      let made = plan.steps[id].pattern
      let fits: Bool
      switch step {
      case .given(let factor):
        fits =
          problem.factors.indices.contains(factor)
          && problem.factors[factor].isGiven
          && made == problem.patterns[factor]
      case .accumulate(let factor, let mode):
        fits =
          problem.factors.indices.contains(factor)
          && problem.factors[factor].cost(mode) != nil
          && made == problem.patterns[factor]
      case .multiply, .add:
        fits = true
      case .eliminate(let factor, let mode, let operand):
        let value = plan.steps[operand].pattern
        fits =
          problem.factors.indices.contains(factor)
          && problem.factors[factor].cost(mode) != nil
          && joins(value, problem.patterns[factor], mode, made)
      }
      guard fits else {
        throw ChainError(
          .invalidPlan, at: "/steps/\(id)",
          expected: "a step of problem \"\(problem.name)\"", found: "\(step)",
          advice: "run a plan that was priced for this problem")
      }
    }
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

  /// Whether a value, multiplied by a factor, has the shape of the result.
  private static func joins(
    _ value: Pattern, _ factor: Pattern, _ mode: Mode, _ result: Pattern
  ) -> Bool {
    switch mode {
    case .tangent:
      factor.columns == value.rows && factor.rows == result.rows
        && value.columns == result.columns
    case .adjoint:
      value.columns == factor.rows && value.rows == result.rows
        && factor.columns == result.columns
    }
  }
}
