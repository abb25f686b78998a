/// Walks a plan in order, refusing the first step that breaks a rule.
struct Pricer {
  let problem: Problem
  var steps: PricedSteps
  var fma: UInt128 = 0
  var tape: UInt128 = 0
  /// Where the values of a graph lie; nil where they have no place of their own.
  private(set) var paths: PathSums?
  /// Kinds of steps by what `patternsMet` says of them.
  private var kinds = RecentAnswers()

  init(problem: Problem, _ steps: [Step]) {
    self.problem = problem
    paths = problem.graph.flatMap { PathSums(problem, $0, steps.count) }
    self.steps = PricedSteps(of: steps, havePlaces: paths != nil)
  }

  /// Follows one more step.
  mutating func append(
    _ step: Step, _ id: Int, _ table: inout PatternTable
  ) throws(ChainError) {
    let met = try patternsMet(by: step, id)
    if let met, let kind = kinds.answer(met.0, met.1) {
      try paths?.append(step, id)
      return try pay(
        steps.append(step, ofKind: kind, between: paths?.ends(of: id)), id)
    }
    var priced = try priced(step, id, &table)
    try paths?.append(step, id)
    priced.ends = paths?.ends(of: id)
    let kind = steps.append(priced)
    if let met { kinds.keep(kind, met.0, met.1) }
    try pay(priced.fma, id)
  }

  /// The patterns that a product or a sum is made of, which say all of its
  /// price, by their places; the second one of a sum below 0. nil for other
  /// steps.
  private func patternsMet(
    by step: Step, _ id: Int
  ) throws(ChainError) -> (Int32, Int32)? {
    switch step {
    case .given, .accumulate, .eliminate: return nil
    case .multiply(let outer, let inner):
      let (a, b) = (
        try operand(outer, id, "outer"), try operand(inner, id, "inner")
      )
      return (
        Int32(steps.patternPlace(of: a)), Int32(steps.patternPlace(of: b))
      )
    case .add(let first, let second):
      // What has no sums says so first.
      guard problem.graph != nil else { return nil }
      let (a, b) = (
        try operand(first, id, "operands/0"),
        try operand(second, id, "operands/1")
      )
      return (
        Int32(steps.patternPlace(of: a)), ~Int32(steps.patternPlace(of: b))
      )
    }
  }

  private mutating func pay(_ fma: UInt128, _ id: Int) throws(ChainError) {
    let total = self.fma.addingReportingOverflow(fma)
    guard !total.overflow else {
      throw .invalidStep(
        id, "kind", "a total price below 2^128 fma", "more",
        "remove the steps that no target needs")
    }
    self.fma = total.partialValue
  }

  private mutating func priced(
    _ step: Step, _ id: Int, _ table: inout PatternTable
  ) throws(ChainError) -> PricedStep {
    switch step {
    case .given(let factor):
      try checkFactor(factor, id)
      guard problem.factors[factor].isGiven else {
        throw .invalidStep(
          id, "kind",
          "accumulate, because the entries of "
            + "\"\(problem.factors[factor].name)\" are not given",
          "given", "accumulate it in a mode it has")
      }
      return PricedStep(
        step: step, fma: 0, evaluations: 0, pattern: problem.patterns[factor],
        innermost: factor, outermost: factor, length: 1)
    case .accumulate(let factor, let mode):
      try checkFactor(factor, id)
      let cost = try cost(of: factor, mode, id)
      let pattern = problem.patterns[factor]
      let evaluations = try table.evaluations(mode, pattern)
      return PricedStep(
        step: step,
        fma: CostModel.apply(evaluations: evaluations, cost: cost),
        evaluations: evaluations, pattern: pattern, innermost: factor,
        outermost: factor, length: 1)
    case .multiply(let outer, let inner):
      let a = value(of: try operand(outer, id, "outer"))
      let b = value(of: try operand(inner, id, "inner"))
      guard a.pattern.columns == b.pattern.rows else {
        throw .invalidStep(
          id, "inner", "a value with \(a.pattern.columns) rows",
          "\(b.pattern.rows) rows", "multiply neighbours of the chain")
      }
      return PricedStep(
        step: step, fma: table.price(a.pattern, b.pattern), evaluations: 0,
        pattern: try table.product(a.pattern, b.pattern),
        innermost: b.innermost, outermost: a.outermost,
        length: a.length.addingClamped(b.length))
    case .eliminate(let factor, let mode, let id_):
      try checkFactor(factor, id)
      guard problem.matrixFree else {
        throw .invalidStep(
          id, "kind", "no eliminate step, because matrixFree is false",
          "eliminate", "accumulate the factor and multiply")
      }
      let cost = try cost(of: factor, mode, id)
      let value = value(of: try operand(id_, id, "operand"))
      let own = problem.patterns[factor]
      let fits =
        mode == .tangent
        ? own.columns == value.pattern.rows
        : value.pattern.columns == own.rows
      guard fits else {
        throw .invalidStep(
          id, "operand", "a value next to \"\(problem.factors[factor].name)\"",
          "\(value.pattern.rows) × \(value.pattern.columns) against "
            + "\(own.rows) × \(own.columns)",
          "tangents take the value below the factor, adjoints the one above")
      }
      let pattern =
        mode == .tangent
        ? try table.product(own, value.pattern)
        : try table.product(value.pattern, own)
      let evaluations = try table.evaluations(mode, pattern)
      return PricedStep(
        step: step,
        fma: CostModel.apply(evaluations: evaluations, cost: cost),
        evaluations: evaluations, pattern: pattern,
        innermost: mode == .tangent ? value.innermost : factor,
        outermost: mode == .tangent ? factor : value.outermost,
        length: value.length.addingClamped(1))
    case .add(let first, let second):
      guard problem.graph != nil else {
        throw .invalidStep(
          id, "kind", "no add step: the targets are products", "add",
          "sums belong to graphs")
      }
      let a = value(of: try operand(first, id, "operands/0"))
      let b = value(of: try operand(second, id, "operands/1"))
      guard
        (a.pattern.rows, a.pattern.columns)
          == (b.pattern.rows, b.pattern.columns)
      else {
        throw .invalidStep(
          id, "operands",
          "two values of \(a.pattern.rows) × \(a.pattern.columns)",
          "\(b.pattern.rows) × \(b.pattern.columns) as the second",
          "add values of one shape")
      }
      return PricedStep(
        step: step, fma: CostModel.sum, evaluations: 0,
        pattern: try table.union(a.pattern, b.pattern), innermost: a.innermost,
        outermost: a.outermost, length: max(a.length, b.length))
    }
  }

  /// Lets go of what is only needed to check the targets.
  mutating func forgetPaths() { paths = nil }

  /// What a step that reads a value asks for.
  func value(
    of id: Int
  ) -> (pattern: Pattern, innermost: Int?, outermost: Int?, length: Int) {
    let step = steps[id]
    return (step.pattern, step.innermost, step.outermost, step.length)
  }

  private func checkFactor(_ factor: Int, _ id: Int) throws(ChainError) {
    guard problem.factors.indices.contains(factor) else {
      throw .invalidStep(
        id, "factor", "a factor from 0 to \(problem.factors.count - 1)",
        "\(factor)", "refer to factors of this problem")
    }
  }

  private func operand(
    _ operand: Int, _ id: Int, _ key: String
  ) throws(ChainError) -> Int {
    guard operand >= 0, operand < id else {
      throw .invalidStep(
        id, key,
        id == 0 ? "a step before this one" : "a step from 0 to \(id - 1)",
        "\(operand)", "steps may only read values that exist already")
    }
    return operand
  }

  /// The cost of one evaluation, with the tape accounted for.
  private mutating func cost(
    of index: Int, _ mode: Mode, _ id: Int
  ) throws(ChainError) -> Int {
    let factor = problem.factors[index]
    guard let cost = factor.cost(mode) else {
      throw .invalidStep(
        id, "mode", "a mode that \"\(factor.name)\" has", mode.rawValue,
        "use the other mode, or state what one product costs")
    }
    guard mode == .adjoint else { return cost }
    if let limit = problem.limits.tapePerStep, factor.tape > limit {
      throw .invalidStep(
        id, "mode", "a tape of at most tapePerStep = \(limit)",
        "\(factor.tape)", "use tangents for \"\(factor.name)\"")
    }
    tape += UInt128(factor.tape)
    return cost
  }

  func checkTape() throws(ChainError) {
    guard let limit = problem.limits.tapeTotal, tape > UInt128(limit) else {
      return
    }
    throw ChainError(
      .invalidPlan, at: "/steps",
      expected: "tapes of at most tapeTotal = \(limit) in all",
      found: "\(tape)", advice: "use fewer adjoint steps, or raise the limit")
  }
}

extension ChainError {
  /// What is wrong with a step of a plan.
  ///
  /// - Parameter key: the part of the step, as files name it.
  static func invalidStep(
    _ id: Int, _ key: String, _ expected: String, _ found: String,
    _ advice: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/steps/\(id)/\(key)", expected: expected,
      found: found, advice: advice)
  }
}
