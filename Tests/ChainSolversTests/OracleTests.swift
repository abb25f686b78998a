import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The dynamic program against every plan there is.
@Suite struct Oracle {
  /// Blocks of seeds, so that they run side by side: 2 000 problems in all.
  @Test(arguments: 0..<20)
  func dynamicProgramIsTheCheapestOfAllPlans(_ block: Int) throws {
    var longest = 0
    try withSeeds(UInt64(block * 100)..<UInt64(block * 100 + 100)) { seed in
      let problem = try Self.problem(seed, atMost: 2_000)
      longest = max(longest, problem.factors.count)
      let exact = try DynamicProgramming().solve(problem)
      let oracle = try Exhaustive().solve(problem)
      let price = try exact.plan.priced(for: problem).fma
      try #require(price == oracle.lowerBound)
      try #require(exact.lowerBound == price)
    }
    #expect(longest >= 5)
  }

  /// The longest draw of a seed, from seven factors down, whose plans are few
  /// enough to price them all.
  private static func problem(
    _ seed: UInt64, atMost plans: Int
  ) throws -> Problem {
    for length in stride(from: 3 + Int(seed % 5), to: 0, by: -1) {
      let drawn = randomProblem(seed: seed, maxFactors: length)
      var limits = drawn.limits
      limits.tapeTotal = nil
      let problem = try drawn.with(limits: limits)
      var count = 0
      try #require(PlanEnumeration(problem)).forEach { _ in
        count += 1
        return count <= plans
      }
      if count <= plans { return problem }
    }
    preconditionFailure("one factor has three plans at most")
  }

  @Test func totalTapeIsTheCheapestPlanWithinIt() throws {
    var bound = 0
    try withSeeds(0..<200) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 3)
      guard let limit = problem.limits.tapeTotal else { return }
      let free = try problem.with(
        limits: Limits(tapePerStep: problem.limits.tapePerStep))
      do {
        let plan = try Exhaustive().solve(problem).plan
          .priced(for: problem)
        try #require(plan.tape <= UInt128(limit))
        let without = try Exhaustive().solve(free).lowerBound
        try #require(plan.fma >= without)
        if plan.fma > without { bound += 1 }
      } catch let error as ChainError {
        try #require(error.kind == .infeasible)
      }
    }
    // The limit has to bite somewhere, or this would test nothing.
    #expect(bound > 0)
  }

  /// The published growth of the number of plans (matrix-free, one mode of
  /// accumulation each).
  @Test(arguments: zip(2...6, [3, 12, 57, 300, 1686]))
  func numberOfPlans(_ q: Int, _ plans: Int) throws {
    // Two modes of elimination, one way to get each factor alone.
    let factors = (0..<q).map {
      Factor(
        name: "F\($0)", rows: 2, columns: 2, tangentCost: 3, adjointCost: 3)
    }
    let problem = try Problem(factors: factors)
    var trees = Set<[Step]>()
    try #require(PlanEnumeration(problem)).forEach { plan in
      trees.insert(
        plan.steps.map { step in
          if case .accumulate(let factor, _) = step {
            return .given(factor: factor)
          }
          return step
        })
      return true
    }
    #expect(trees.count == plans)
  }

  @Test func everyEnumeratedPlanIsValidAndDifferent() throws {
    try withSeeds(0..<80) { seed in
      let problem = try Self.problem(seed, atMost: 500)
      var plans = Set<Plan>()
      var count = 0
      var failure: (any Error)?
      try #require(PlanEnumeration(problem)).forEach { plan in
        do { _ = try plan.priced(for: problem) } catch { failure = error }
        plans.insert(plan)
        count += 1
        return failure == nil
      }
      if let failure { throw failure }
      try #require(plans.count == count && count > 0)
    }
  }
}
