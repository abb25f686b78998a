import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// Trajectories with tied steps [A B; 0 I]: one target, all of them, short ones
/// against all plans, long ones by their bounds and by what is counted.
@Suite struct TrajectoryTests {
  /// Some of the targets C · Sᵗ · D, 1 ≤ t ≤ 7, with or without C and D.
  private static func short(_ seed: UInt64) throws -> Problem {
    var generator = SplitMix64(seed: seed)
    let step = try TiedSteps.random(&generator)
    let ends = (0..<2).map { _ in
      generator.oneIn(2) ? nil : generator.integer(in: 1...3)
    }
    let all = try TiedSteps.problem(
      step, steps: generator.integer(in: 2...7), outputs: ends[0],
      inputs: ends[1])
    let targets = all.targets.filter { _ in generator.oneIn(2) }
    return try Problem(
      factors: all.factors,
      targets: targets.isEmpty ? [all.targets.last!] : targets,
      matrixFree: !generator.oneIn(3))
  }

  @Test func shortOnesAgreeWithAllPlans() throws {
    try withSeeds(0..<250) { seed in
      let problem = try Self.short(seed)
      let oracle = try cheapestJointly(problem)
      let optimum = try #require(oracle)
      let solution = try SharedProducts().solve(problem)
      let priced = try solution.plan.priced(for: problem)
      try #require(priced.fma == optimum && solution.lowerBound == optimum)
    }
  }

  /// The methods for long ones, on short ones.
  @Test func descentAndBoundEncloseTheOptimum() throws {
    var (met, bounds, found, least) = (0, 0, 0, 0)
    try withSeeds(0..<250) { seed in
      let problem = try Self.short(seed)
      let oracle = try cheapestJointly(problem)
      let optimum = Int(try #require(oracle))
      let graph = try ProductGraph(problem)
      let bound = ValueBound(graph).value
      try #require(bound <= optimum)
      let outcome = ValueDescent(graph, tapeTotal: nil).run(
        from: SharedOutcome(of: graph), control: .unlimited)
      let priced = try graph.plan(outcome.chosen).priced(for: problem)
      try #require(priced.fma == UInt128(outcome.upper))
      try #require(outcome.lower <= optimum && optimum <= outcome.upper)
      (found, least) = (found + outcome.upper, least + optimum)
      if outcome.upper == optimum { met += 1 }
      if bound == optimum { bounds += 1 }
    }
    #expect(met > 200 && bounds > 60)
    // Within two per cent in all.
    #expect(found * 100 <= least * 102)
  }

  @Test func descentOfAnyJointProblemEnclosesTheOptimum() throws {
    try withSeeds(0..<400) { seed in
      let problem = randomJointProblem(seed: seed)
      let graph = try ProductGraph(problem)
      let oracle = try cheapestJointly(problem)
      let bound = ValueBound(graph).value
      try #require(UInt128(bound) <= oracle ?? UInt128.max)
      let start = SharedOutcome(of: graph)
      let tapeTotal = problem.limits.tapeTotal
      guard graph.price(start.chosen).tape <= tapeTotal ?? .max else { return }
      let outcome = ValueDescent(graph, tapeTotal: tapeTotal).run(
        from: start, control: .unlimited)
      let priced = try graph.plan(outcome.chosen).priced(for: problem)
      let optimum = Int(try #require(oracle))
      try #require(priced.fma == UInt128(outcome.upper))
      try #require(outcome.lower <= optimum && optimum <= outcome.upper)
    }
  }

  /// A pattern whose square is itself: every product costs the same, and a
  /// power is a shortest addition chain, of 12 sums for 1 000 (OEIS A003313).
  @Test func aThousandSteadySteps() throws {
    let step = try TiedSteps.step(
      states: (0..<6).map { Array($0..<6) },
      parameters: [[Int]](repeating: [0, 1], count: 6), parameterCount: 2)
    let problem = try Problem(
      factors: [step], targets: [[Int](repeating: 0, count: 1000)])
    let square = try Problem(factors: [step], targets: [[0, 0]])
    let price = try SharedProducts().solve(square).lowerBound
    let solution = try SharedProducts().solve(problem)
    #expect(solution.status == .optimal && solution.lowerBound == 12 * price)
    let priced = try solution.plan.priced(for: problem)
    #expect(priced.fma == solution.lowerBound)
    let graph = try ProductGraph(problem)
    #expect(graph.computed.products == 1 && graph.computed.prices == 1)
  }

  @Test func aThousandStepsThatFillUp() throws {
    let step = try TiedSteps.tridiagonal(states: 20, parameters: 3)
    let problem = try Problem(
      factors: [step], targets: [[Int](repeating: 0, count: 1000)])
    let graph = try ProductGraph(problem)
    // Sᵏ is full from k = 19 on.
    #expect(graph.computed.products == 19)
    #expect(graph.computed.prices <= 19 * 19)
    let solution = try SharedProducts().solve(problem)
    let priced = try solution.plan.priced(for: problem)
    #expect(solution.status == .optimal && priced.fma == solution.lowerBound)
    let baselines = try Baselines(of: problem)
    #expect(priced.fma < baselines[.bestSplit]!.fma)
  }

  /// Each of them is one step more than the one before: forward with all
  /// sub-words shared is the optimum, and the bound says so.
  @Test func allPowersUpToAThousand() throws {
    let step = try TiedSteps.tridiagonal(states: 20, parameters: 3)
    let problem = try TiedSteps.problem(step, steps: 1000)
    #expect(
      SharedProducts().support(for: problem, objective: .fma) == .heuristic)
    let solution = try SharedProducts().solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.status == .optimal && price == solution.lowerBound)
    let baselines = try Baselines(of: problem)
    #expect(baselines[.forward]!.fma == price)
  }

  @Test func allOutputsByAllInputsHaveABound() throws {
    let step = try TiedSteps.tridiagonal(states: 12, parameters: 2)
    let problem = try TiedSteps.problem(
      step, steps: 300, outputs: 2, inputs: 4)
    let solution = try SharedProducts().solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.lowerBound <= price)
    #expect(solution.status == .stopped(.heuristic))
    // Two grids of helpers serve all targets.
    let baselines = try Baselines(of: problem)
    #expect(price * 5 < baselines[.bestSplit]!.fma * 4)
    #expect(price * 10 < solution.lowerBound * 15)
    let again = try SharedProducts().solve(problem)
    #expect(again == solution)
  }

  @Test func periodicWords() throws {
    var other = try TiedSteps.tridiagonal(states: 12, parameters: 2)
    other.name = "T"
    let step = try TiedSteps.step(
      states: (0..<12).map { [$0, ($0 + 5) % 12] },
      parameters: [[Int]](repeating: [0], count: 12), parameterCount: 2)
    let problem = try Problem(
      factors: [step, other],
      targets: [(0..<1000).map { $0 % 2 }, (0..<999).map { $0 % 2 }])
    let solution = try SharedProducts().solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.lowerBound <= price)
    let baselines = try Baselines(of: problem)
    #expect(price < baselines[.bestSplit]!.fma)
  }

  /// Stops while the graph is built, and at any later time.
  @Test(arguments: [0, 1, 5, 30, 70, 100, 300])
  func aStopIsAPlanWithABound(_ questions: Int) throws {
    let step = try TiedSteps.tridiagonal(states: 5, parameters: 1)
    let problem = try TiedSteps.problem(
      step, steps: 120, outputs: 2, inputs: 4)
    let solution = try SharedProducts().solve(
      problem, objective: .fma, control: stopping(after: questions))
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.lowerBound <= price)
    #expect(solution.status != .optimal)
  }

  /// Nobody's clock: the effort of the search is counted.
  @Test func theSearchGivesUpByItself() throws {
    let step = try TiedSteps.tridiagonal(states: 8, parameters: 2)
    let all = try TiedSteps.problem(step, steps: 60, outputs: 2, inputs: 3)
    let problem = try Problem(
      factors: all.factors, targets: [all.targets.last!])
    let graph = try ProductGraph(problem)
    let start = SharedOutcome(of: graph)
    let short = SetSearch(graph, effortLimit: 1000).run(
      from: start, control: .unlimited)
    let long = SetSearch(graph, effortLimit: 1_000_000).run(
      from: start, control: .unlimited)
    #expect(short.explored < long.explored)
    #expect(short.lower <= long.lower && long.upper <= short.upper)
    #expect(short.lower <= long.upper)
  }
}
