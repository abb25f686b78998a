import ChainCatalog
import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// Plans that are fastest under a profile, against every plan there is.
@Suite struct TimeObjective {
  /// Seeded structures, matrix-free factors, half of them timed, tape limits;
  /// the profile of a seed has nothing to do with fma.
  @Test(arguments: 0..<10)
  func dynamicProgramIsTheFastestOfAllPlans(_ block: Int) throws {
    var (longest, differs) = (0, 0)
    try withSeeds(UInt64(block * 50)..<UInt64(block * 50 + 50)) { seed in
      let drawn = randomProblem(seed: seed, maxFactors: 3 + Int(seed % 3))
      var limits = drawn.limits
      limits.tapeTotal = nil
      let untimed = try drawn.with(limits: limits)
      let problem =
        seed.isMultiple(of: 2) ? untimed : try timed(untimed, seed: seed)
      let profile = try randomProfile(seed: seed)
      let solver = DynamicProgramming()
      let objective = Objective.time(profile)
      try #require(
        solver.support(for: problem, objective: objective) == .exact)
      let exact = try solver.solve(
        problem, objective: objective, control: .unlimited)
      try #require(exact.status == .optimal)
      let priced = try exact.plan.priced(for: problem, at: objective.rate)
      try #require(priced.price == exact.lowerBound)
      var least = UInt128.max
      var failure: (any Error)?
      try #require(PlanEnumeration(problem)).forEach { plan in
        do {
          least = min(
            least, try plan.priced(for: problem, at: objective.rate).price)
          return true
        } catch {
          failure = error
          return false
        }
      }
      try #require(failure == nil)
      try #require(priced.price == least)
      longest = max(longest, problem.factors.count)
      let work = try solver.solve(problem)
      let other = try work.plan.priced(for: problem, at: objective.rate)
      try #require(other.price >= least)
      if other.price > least { differs += 1 }
    }
    #expect(longest >= 4)
    // Otherwise the two objectives would be one.
    #expect(differs > 3)
  }

  /// Tiles, sweeps and rows of the table of dense chains.
  @Test func longDenseChainsHaveTheirPrice() throws {
    var draw = SplitMix64(seed: 5)
    for count in [1, 2, 3, 10, 63, 64, 65, 130] {
      let problem = denseChain(
        (0...count).map { _ in draw.integer(in: 1...200) })
      let profile = try randomProfile(seed: UInt64(count))
      let solved = try Solved(problem, objective: .time(profile))
      #expect(solved.choice?.solver == "dynamic-programming")
      #expect(solved.status == .optimal)
      #expect(solved.lowerBound == solved.plan.price)
      #expect(solved.price == Self.plain(problem, profile))
    }
  }

  /// The recurrence, as it is written in books.
  private static func plain(_ problem: Problem, _ profile: Profile) -> UInt128 {
    let q = problem.factors.count
    let d = [problem.factors[0].columns] + problem.factors.map(\.rows)
    let rate = Rate.time(profile)
    let reading = Reading(of: problem, at: rate)
    func read(_ i: Int, _ j: Int) -> UInt128 {
      j == i + 1 ? reading.price(UInt128(d[i] * d[j])) : 0
    }
    func shape(_ i: Int, _ j: Int) -> ValueShape {
      ValueShape(Pattern(denseRows: d[j], columns: d[i]))
    }
    var best = [[UInt128]](
      repeating: [UInt128](repeating: 0, count: q + 1), count: q + 1)
    for length in 2..<max(q + 1, 2) {
      for i in 0...q - length {
        let j = i + length
        best[i][j] = (i + 1..<j).map { k in
          best[i][k] + best[k][j] + read(i, k) + read(k, j)
            + rate.price(
              Work(
                multiply: shape(k, j), shape(i, k), into: shape(i, j),
                fma: CostModel.dense(d[j], d[k], d[i])))
        }.min()!
      }
    }
    return best[0][q]
  }

  @Test func baselinesArePricedInTheSameUnit() throws {
    let problem = denseChain([30, 35, 15, 5, 10, 20, 25])
    let rate = Rate.time(.builtIn)
    let solved = try Solved(problem, objective: .time(.builtIn)).compared()
    for baseline in Baseline.products {
      let plan = try #require(solved.baselines?[baseline])
      #expect(plan.rate == rate)
      #expect(plan.price == solved.price(of: baseline))
      #expect(plan.price >= solved.price)
      #expect(
        try plan.plan.priced(for: problem, at: rate).price == plan.price)
    }
    #expect(solved.isProven)
  }

  @Test func whoKnowsNoTimeSaysSo() {
    let problem = denseChain([4, 3, 2])
    for name in ["hu-shing", "branch-and-bound", "face-elimination"] {
      let solver = Catalog.solvers.first { $0.name == name }
      guard
        case .unsupported(let why)? = solver?.support(
          for: problem, objective: .time(.builtIn))
      else {
        Issue.record("\(name) takes time")
        continue
      }
      #expect(why.hasSuffix("not time"))
    }
  }

  @Test func plansOfCenturiesAreRefused() throws {
    let n = 1 << 24
    let problem = denseChain([n, n, n, n])
    #expect {
      try DynamicProgramming().solve(
        problem, objective: .time(.builtIn), control: .unlimited)
    } throws: { ($0 as? ChainError)?.kind == .tooLarge }
  }

  @Test func stopsAreResults() throws {
    let problem = denseChain((0...40).map { 3 + $0 % 7 })
    let solution = try DynamicProgramming().solve(
      problem, objective: .time(.builtIn),
      control: SearchControl(shouldStop: { .timeLimit }))
    #expect(solution.status == .stopped(.timeLimit))
    #expect(solution.lowerBound == 0)
  }

  /// Both against the dynamic program on chains, and never behind the plan with
  /// the least fma.
  @Test(arguments: ["shared-products", "integer-program"])
  func sharedProductsAreTheFastest(_ name: String) throws {
    let solver = try Catalog.solver(named: name)
    var (proven, joint) = (0, 0)
    try withSeeds(0..<60) { seed in
      let objective = Objective.time(try randomProfile(seed: seed))
      let chain = randomProblem(seed: seed, maxFactors: 5, limits: false)
      for drawn in [chain, randomJointProblem(seed: seed)] {
        let problem =
          seed.isMultiple(of: 2) ? drawn : try timed(drawn, seed: seed)
        guard solver.support(for: problem, objective: objective) == .exact
        else { continue }
        let solved: Solved
        do {
          solved = try Solved(
            problem, by: SolverChoice(solver), objective: objective)
        } catch let error as ChainError {
          try #require(error.kind == .infeasible)
          continue
        }
        try #require(solved.status == .optimal)
        try #require(solved.lowerBound == solved.plan.price)
        proven += 1
        if problem.chain != nil, problem.limits.tapeTotal == nil {
          let other = try DynamicProgramming().solve(
            problem, objective: objective, control: .unlimited)
          try #require(other.lowerBound == solved.plan.price)
        } else {
          joint += 1
          let least = try SharedProducts().solve(problem).plan
            .priced(for: problem, at: objective.rate)
          try #require(solved.plan.price <= least.price)
        }
      }
    }
    if name == "shared-products" {
      #expect(proven > 50)
      #expect(joint > 20)
    }
  }
}
