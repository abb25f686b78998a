extension Plan {
  /// Checks the plan against its problem and prices every step.
  ///
  /// Shares no code with any solver: structure is derived from the operands of
  /// each step, targets are read back from the leaves. On a graph every wanted
  /// block is compared with the sum over all its paths by fingerprints, which
  /// wave a wrong one through with a probability below 2^-50.
  ///
  /// - Parameters:
  ///   - rate: what prices are counted in.
  ///   - control: may stop products and colourings of large patterns.
  /// - Throws: `ChainError` (`invalidPlan`) that names the step, `tooLarge`
  ///   when the pattern of a value can't be held, or when `control` stops it.
  /// - Complexity: O(steps + Σ word lengths), on a graph O(steps + arcs · sources
  ///   of wanted blocks), plus that of the patterns. On a graph with one factor
  ///   on several arcs see `WordSums`.
  public func priced(
    for problem: Problem, at rate: Rate = .fma,
    control: SearchControl = .unlimited
  ) throws(ChainError) -> PricedPlan {
    var table = PatternTable(control)
    let priced = try priced(for: problem, &table, at: rate)
    return priced.rate == rate ? priced : priced.at(rate, for: problem)
  }

  /// The same in fma, with what is known already of patterns; chunks at the rate.
  func priced(
    for problem: Problem, _ table: inout PatternTable, at rate: Rate = .fma
  ) throws(ChainError) -> PricedPlan {
    guard targets.count == problem.targetCount else {
      throw ChainError(
        .invalidPlan, at: "/targets",
        expected: "\(problem.targetCount) targets, as in the problem",
        found: "\(targets.count)", advice: "give one step id per target")
    }
    var pricer = Pricer(problem: problem, steps)
    for (id, step) in steps.enumerated() {
      try pricer.append(step, id, &table)
    }
    for (target, id) in targets.enumerated() {
      try pricer.checkStep(id, ofTarget: target)
    }
    try pricer.checkTargets(of: self, table.control)
    try pricer.checkTape()
    pricer.forgetPaths()
    let memory = PlanMemory(self, pricer.steps, problem)
    let whole = PricedPlan(
      plan: self, rate: .fma, steps: pricer.steps, fma: pricer.fma,
      price: pricer.fma, stepPrices: [], tape: pricer.tape,
      peakEntries: peakEntries(of: pricer.steps), peakBytes: memory.peak,
      resultBytes: memory.results, workingBytes: memory.peakBesideResults)
    return try whole.inChunks(for: problem, at: rate, table.control)
  }

  private func peakEntries(of priced: PricedSteps) -> UInt128 {
    let stored = priced.ofPatterns(\.storedEntries)
    func entries(_ id: Int) -> UInt128 {
      if case .given = steps[id] { return 0 }
      return stored[priced.patternPlace(of: id)]
    }
    let last = lastUses
    var (alive, peak): (UInt128, UInt128) = (0, 0)
    for (id, step) in steps.enumerated() {
      alive += entries(id)
      peak = max(peak, alive)
      let (first, second) = step.operands
      if let first, last[first] == id { alive -= entries(first) }
      if let second, second != first, last[second] == id {
        alive -= entries(second)
      }
      if last[id] == id { alive -= entries(id) }
    }
    return peak
  }
}

/// Walks a plan in order, refusing the first step that breaks a rule.
private struct Pricer {
  let problem: Problem
  var steps: PricedSteps
  var fma: UInt128 = 0
  var tape: UInt128 = 0
  /// Where the values of a graph lie; nil where they have no place of their own.
  private var paths: PathSums?
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
      throw invalid(
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
        throw invalid(
          id, "kind",
          "accumulate, because the entries of "
            + "\"\(problem.factors[factor].name)\" are not given",
          "given", "accumulate it in a mode it has")
      }
      return PricedStep(
        step, 0, 0, problem.patterns[factor], factor, factor, 1)
    case .accumulate(let factor, let mode):
      try checkFactor(factor, id)
      let cost = try cost(of: factor, mode, id)
      let pattern = problem.patterns[factor]
      let evaluations = try table.evaluations(mode, pattern)
      return PricedStep(
        step, CostModel.apply(evaluations: evaluations, cost: cost),
        evaluations, pattern, factor, factor, 1)
    case .multiply(let outer, let inner):
      let a = value(of: try operand(outer, id, "outer"))
      let b = value(of: try operand(inner, id, "inner"))
      guard a.pattern.columns == b.pattern.rows else {
        throw invalid(
          id, "inner", "a value with \(a.pattern.columns) rows",
          "\(b.pattern.rows) rows", "multiply neighbours of the chain")
      }
      return PricedStep(
        step, table.price(a.pattern, b.pattern), 0,
        try table.product(a.pattern, b.pattern), b.innermost, a.outermost,
        a.length.addingClamped(b.length))
    case .eliminate(let factor, let mode, let id_):
      try checkFactor(factor, id)
      guard problem.matrixFree else {
        throw invalid(
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
        throw invalid(
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
        step, CostModel.apply(evaluations: evaluations, cost: cost),
        evaluations, pattern, mode == .tangent ? value.innermost : factor,
        mode == .tangent ? factor : value.outermost,
        value.length.addingClamped(1))
    case .add(let first, let second):
      guard problem.graph != nil else {
        throw invalid(
          id, "kind", "no add step: the targets are products", "add",
          "sums belong to graphs")
      }
      let a = value(of: try operand(first, id, "operands/0"))
      let b = value(of: try operand(second, id, "operands/1"))
      guard
        (a.pattern.rows, a.pattern.columns)
          == (b.pattern.rows, b.pattern.columns)
      else {
        throw invalid(
          id, "operands",
          "two values of \(a.pattern.rows) × \(a.pattern.columns)",
          "\(b.pattern.rows) × \(b.pattern.columns) as the second",
          "add values of one shape")
      }
      return PricedStep(
        step, CostModel.sum, 0, try table.union(a.pattern, b.pattern),
        a.innermost, a.outermost, max(a.length, b.length))
    }
  }

  /// Lets go of what is only needed to check the targets.
  mutating func forgetPaths() { paths = nil }

  private func invalid(
    _ id: Int, _ key: String, _ expected: String, _ found: String,
    _ advice: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/steps/\(id)/\(key)", expected: expected,
      found: found, advice: advice)
  }

  /// What a step that reads a value asks for.
  private func value(
    of id: Int
  ) -> (pattern: Pattern, innermost: Int?, outermost: Int?, length: Int) {
    let step = steps[id]
    return (step.pattern, step.innermost, step.outermost, step.length)
  }

  private func checkFactor(_ factor: Int, _ id: Int) throws(ChainError) {
    guard problem.factors.indices.contains(factor) else {
      throw invalid(
        id, "factor", "a factor from 0 to \(problem.factors.count - 1)",
        "\(factor)", "refer to factors of this problem")
    }
  }

  private func operand(
    _ operand: Int, _ id: Int, _ key: String
  ) throws(ChainError) -> Int {
    guard operand >= 0, operand < id else {
      throw invalid(
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
      throw invalid(
        id, "mode", "a mode that \"\(factor.name)\" has", mode.rawValue,
        "use the other mode, or state what one product costs")
    }
    guard mode == .adjoint else { return cost }
    if let limit = problem.limits.tapePerStep, factor.tape > limit {
      throw invalid(
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

extension PricedStep {
  fileprivate init(
    _ step: Step, _ fma: UInt128, _ evaluations: Int, _ pattern: Pattern,
    _ innermost: Int?, _ outermost: Int?, _ length: Int
  ) {
    self.init(
      step: step, fma: fma, evaluations: evaluations, pattern: pattern,
      innermost: innermost, outermost: outermost, length: length)
  }
}
