/// What the targets of a plan point at is what the problem wants.
extension Pricer {
  func checkStep(_ id: Int, ofTarget target: Int) throws(ChainError) {
    guard steps.indices.contains(id) else {
      throw refuse(
        target,
        steps.isEmpty ? "steps" : "a step from 0 to \(steps.count - 1)",
        steps.isEmpty ? "none" : "\(id)")
    }
  }

  private func refuse(
    _ target: Int, _ expected: String, _ found: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/targets/\(target)", expected: expected,
      found: found,
      advice: "let the target point at the step that makes this product")
  }

  /// Compares what the targets' values mean with what the problem wants.
  func checkTargets(
    of plan: Plan, _ control: SearchControl
  ) throws(ChainError) {
    if let paths {
      try paths.check(plan.targets, plan.steps, control)
    } else if let graph = problem.graph {
      try WordSums(plan, problem, control).check(graph)
    } else {
      for (target, id) in plan.targets.enumerated() {
        try checkWord(ofTarget: target, id, in: plan)
      }
    }
  }

  /// Reads the word of a value back from its leaves, innermost first, and
  /// compares it with the target. Iterative: a plan may be 10^6 deep.
  private func checkWord(
    ofTarget target: Int, _ id: Int, in plan: Plan
  ) throws(ChainError) {
    let word = problem.targets[target]
    func refuse(_ expected: String, _ found: String) -> ChainError {
      self.refuse(target, expected, found)
    }
    guard value(of: id).length == word.count else {
      throw refuse(
        "a product of \(word.count) factors",
        "\(value(of: id).length) factors")
    }
    enum Item {
      case value(Int)
      case factor(Int)
    }
    var stack: [Item] = [.value(id)]
    var position = 0
    func name(_ index: Int) -> String { problem.factors[index].name }
    while let item = stack.popLast() {
      let leaf: Int
      switch item {
      case .factor(let factor):
        leaf = factor
      case .value(let value):
        switch plan.steps[value] {
        case .given(let factor), .accumulate(let factor, _):
          leaf = factor
        case .multiply(let outer, let inner):
          stack.append(.value(outer))
          stack.append(.value(inner))
          continue
        case .eliminate(let factor, .tangent, let operand):
          stack.append(.factor(factor))
          stack.append(.value(operand))
          continue
        case .eliminate(let factor, .adjoint, let operand):
          stack.append(.value(operand))
          stack.append(.factor(factor))
          continue
        case .add:
          preconditionFailure("sums are refused before words are read")
        }
      }
      guard leaf == word[position] else {
        throw refuse(
          "\"\(name(word[position]))\" as factor \(position) from the inside",
          "\"\(name(leaf))\"")
      }
      position += 1
    }
  }
}
