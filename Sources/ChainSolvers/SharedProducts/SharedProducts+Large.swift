import JacobianChain

extension SharedProducts {
  /// A plan and a bound for what is too large for the exact methods: from the
  /// table of all words, or, where that is too large as well, from what
  /// targets begin and end with.
  ///
  /// - Throws: `ChainError` (`infeasible`) when no plan keeps to the total
  ///   tape, (`tooLarge`) when a pattern can't be held.
  func solveLarge(
    _ problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    let endings = TargetEndings(
      of: problem.targets, factorCount: problem.factors.count)
    let base = try endings.leastTapePlan(of: problem)
    if let limit = problem.limits.tapeTotal {
      try ProductGraph.check(tape: base.tape(of: problem), within: limit)
    }
    var best = try base.priced(for: problem)
    var (lower, explored) = (CostModel.lowerBound(of: problem), 0)
    if var search = try ShareSearch(
      problem, endings, from: best, cellLimit: cellLimit, control)
    {
      try search.run(control)
      best = search.best
      (lower, explored) = (max(lower, search.lower), search.explored)
    } else if var ends = try EndPlans(problem, endings, control) {
      lower = max(lower, ends.lowerBound)
      let priced = try ends.makePlan().priced(for: problem)
      if priced.fma < best.fma { best = priced }
    }
    lower = min(lower, best.fma)
    let progress = SearchProgress(
      incumbent: best.fma, bound: lower, explored: explored)
    return Solution(
      plan: best.plan, lowerBound: lower,
      status: lower == best.fma
        ? .optimal : .stopped(control.report(progress) ?? .heuristic),
      explored: explored)
  }
}

extension Plan {
  /// Σ tape of the adjoint steps.
  fileprivate func tape(of problem: Problem) -> UInt128 {
    steps.reduce(0) { sum, step in
      switch step {
      case .accumulate(let factor, .adjoint),
        .eliminate(let factor, .adjoint, _):
        sum + UInt128(problem.factors[factor].tape)
      case .given, .accumulate, .eliminate, .multiply, .add: sum
      }
    }
  }
}
