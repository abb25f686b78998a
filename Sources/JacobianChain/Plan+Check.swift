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
    control: SearchControl = SearchControl()
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
    if let seedsAtOnce, seedsAtOnce < 1 {
      throw ChainError(
        .invalidPlan, at: "/seedsAtOnce", expected: "at least 1 seed",
        found: "\(seedsAtOnce)", advice: "leave it out to evaluate all at once")
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
