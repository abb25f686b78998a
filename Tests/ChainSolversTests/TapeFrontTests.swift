import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The fronts of fma and tape against every plan there is.
@Suite struct TapeFrontLaws {
  /// Blocks of seeds, so that they run side by side: 240 problems in all.
  @Test(arguments: 0..<4)
  func cheapestOfAllPlansWithinTheTape(_ block: Int) throws {
    var (bites, refused) = (0, 0)
    try withSeeds(UInt64(block * 60)..<UInt64(block * 60 + 60)) { seed in
      guard let problem = try Self.problem(seed) else { return }
      let fronts = try #require(TapeFronts(problem))
      let oracle = Result { try Exhaustive().solve(problem) }
      let result = Result { try fronts.solve(.unlimited) }
      switch oracle {
      case .failure(let error):
        let kind = try #require(error as? ChainError).kind
        try #require(kind == .infeasible)
        #expect(throws: ChainError.self) { try result.get() }
        refused += 1
      case .success(let optimum):
        let solution = try result.get()
        let priced = try solution.plan.priced(for: problem)
        try #require(priced.fma == optimum.lowerBound)
        try #require(solution.lowerBound == optimum.lowerBound)
        try #require(solution.status == .optimal)
        let free = try problem.with(
          limits: Limits(tapePerStep: problem.limits.tapePerStep))
        let unlimited = try DynamicProgramming().solve(free).lowerBound
        if priced.fma > unlimited { bites += 1 }
      }
    }
    // The limit has to bite, and sometimes to be too small.
    #expect(bites > 5)
    #expect(refused > 0)
  }

  /// A random chain with few enough plans, every factor's tape drawn anew,
  /// and a total tape from a little to all.
  private static func problem(_ seed: UInt64) throws -> Problem? {
    var generator = SplitMix64(seed: seed)
    for length in stride(from: 6, to: 1, by: -1) {
      let drawn = randomProblem(seed: seed, maxFactors: length)
      var factors = drawn.factors
      for index in factors.indices where factors[index].adjointCost != nil {
        factors[index].tape = generator.integer(in: 0...300)
      }
      if generator.oneIn(4) {
        // Nothing but adjoints, so that a tape can be too small for all.
        for index in factors.indices where factors[index].adjointCost != nil {
          factors[index].isGiven = false
          factors[index].tangentCost = nil
        }
      }
      let needed = factors.filter { !$0.isGiven && $0.tangentCost == nil }
      let least = max(1, needed.map(\.tape).max() ?? 1)
      let all = max(least, factors.reduce(0) { $0 + $1.tape })
      let problem = try Problem(
        factors: factors, matrixFree: drawn.matrixFree,
        limits: Limits(
          tapeTotal: generator.integer(in: least...max(least, all * 2 / 3))))
      var plans = 0
      try #require(PlanEnumeration(problem)).forEach { _ in
        plans += 1
        return plans <= 400
      }
      if plans <= 400 { return problem }
    }
    return nil
  }

  @Test func infeasibleNamesTheLeastTape() throws {
    let factors = (1...3).map {
      Factor(
        name: "f\($0)", rows: 4, columns: 4, adjointCost: 10, tape: 5)
    }
    let problem = try Problem(
      factors: factors, limits: Limits(tapeTotal: 14))
    let fronts = try #require(TapeFronts(problem))
    let error = #expect(throws: ChainError.self) {
      try fronts.solve(.unlimited)
    }
    #expect(error?.kind == .infeasible)
    #expect(error?.location == "/limits/tapeTotal")
    #expect(error?.found.contains("15") == true)
  }

  @Test func onlyChainsWithATotalTape() throws {
    let step = Factor(name: "A", rows: 3, columns: 3)
    let limits = Limits(tapeTotal: 7)
    #expect(TapeFronts(try Problem(factors: [step])) == nil)
    #expect(
      TapeFronts(
        try Problem(factors: [step], targets: [[0, 0]], limits: limits)) == nil)
    #expect(TapeFronts(try Problem(factors: [step], limits: limits)) != nil)
  }

  @Test(arguments: [0, 1, 5, 40, 200])
  func aStopLeavesAPlanAndABound(_ calls: Int) throws {
    let free = try Family.matrixFree.problem(factors: 30, seed: 5)
    let problem = try free.with(limits: Limits(tapeTotal: 30_000))
    let fronts = try #require(TapeFronts(problem))
    let optimum = try fronts.solve(.unlimited).lowerBound
    let solution = try fronts.solve(stopping(after: calls))
    #expect(solution.lowerBound <= optimum)
    #expect(solution.status != .optimal || solution.lowerBound == optimum)
    if let priced = try? solution.plan.priced(for: problem) {
      #expect(priced.fma >= optimum)
    }
  }

  @Test func longChainsAreProven() throws {
    let free = try Family.matrixFree.problem(factors: 40, seed: 1)
    var last = UInt128.max
    for limit in [12_000, 50_000, 600_000] {
      let problem = try free.with(limits: Limits(tapeTotal: limit))
      let fronts = try #require(TapeFronts(problem))
      let solution = try fronts.solve(.unlimited)
      let priced = try solution.plan.priced(for: problem)
      #expect(priced.fma == solution.lowerBound)
      #expect(solution.status == .optimal)
      #expect(solution.lowerBound <= last, "more tape never hurts")
      #expect(try fronts.solve(.unlimited) == solution)
      last = solution.lowerBound
    }
    #expect(last == (try DynamicProgramming().solve(free).lowerBound))
  }
}
