import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// What `shared-products` promises: known optima, bounds, stops, refusals.
@Suite struct SharedProductsTests {
  @Test(arguments: HandChecked.joint)
  func handChecked(_ instance: HandChecked) throws {
    let solution = try SharedProducts().solve(instance.problem)
    let price = try solution.plan.priced(for: instance.problem).fma
    #expect(price == instance.optimum)
    #expect(solution.lowerBound == instance.optimum)
    #expect(solution.status == .optimal)
  }

  @Test func aChainIsSolvedLikeByDynamicProgramming() throws {
    try withSeeds(0..<150) { seed in
      let drawn = randomProblem(seed: seed, maxFactors: 9)
      var limits = drawn.limits
      limits.tapeTotal = nil
      let problem = try drawn.with(limits: limits)
      let exact = try DynamicProgramming().solve(problem).lowerBound
      let solution = try SharedProducts().solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      try #require(price == exact)
      try #require(solution.lowerBound == exact)
    }
  }

  @Test(arguments: [Family.comb, .combWidths, .window])
  func familiesAreProvenAndRepeatable(_ family: Family) throws {
    try withSeeds(1..<4) { seed in
      let problem = try family.problem(factors: 12, seed: seed)
      let solution = try SharedProducts().solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      try #require(solution.status == .optimal)
      try #require(solution.lowerBound == price)
      let again = try SharedProducts().solve(problem)
      try #require(again == solution)
    }
  }

  @Test func neverMoreThanEachTargetOnItsOwn() throws {
    try withSeeds(0..<100) { seed in
      let drawn = randomJointProblem(seed: seed)
      var limits = drawn.limits
      limits.tapeTotal = nil
      let problem = try drawn.with(limits: limits)
      let joint = try SharedProducts().solve(problem).lowerBound
      var apart: UInt128 = 0
      for word in problem.targets {
        let one = try Problem(
          factors: problem.factors, targets: [word],
          matrixFree: problem.matrixFree, limits: problem.limits)
        apart += try SharedProducts().solve(one).lowerBound
      }
      try #require(joint <= apart)
    }
  }

  /// Stops after 0, 1, 2, … questions: always a valid plan and a valid bound.
  @Test func aStopAtAnyTimeIsAPlanWithABound() throws {
    let problem = try Family.combWidths.problem(factors: 12, seed: 3)
    let optimum = try SharedProducts().solve(problem).lowerBound
    var isProven = false
    for questions in 0..<400 where !isProven {
      let solution = try SharedProducts().solve(
        problem, objective: .fma, control: stopping(after: questions))
      let price = try solution.plan.priced(for: problem).fma
      isProven = solution.status == .optimal
      #expect(solution.lowerBound <= optimum && optimum <= price)
      #expect(isProven == (solution.lowerBound == price) || !isProven)
      #expect(isProven || solution.status == .stopped(.interrupted))
    }
    #expect(isProven)
  }

  @Test func targetsThatNeedNothingAreFree() throws {
    let given = Factor(name: "A", rows: 4, columns: 4)
    let unit = Factor(name: "I", rows: 4, columns: 4, structure: .identity)
    let problem = try Problem(
      factors: [given, unit], targets: [[0], [1, 1], [0, 1], [0]])
    let solution = try SharedProducts().solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(price == 0 && solution.lowerBound == 0)
    #expect(solution.status == .optimal)
  }

  @Test func refusalsCarryTheFigures() throws {
    func reason(_ problem: Problem) -> String {
      switch SharedProducts().support(for: problem, objective: .fma) {
      case .unsupported(let reason): reason
      case .exact, .heuristic: ""
      }
    }
    let wide = denseChain([1_000_000, 1_000_000, 1_000_000])
    #expect(reason(wide).contains(" 1000000000000000000 fma"))
    let long = denseChain([Int](repeating: 2, count: 300))
    #expect(reason(long).contains("\(SharedProducts.splitLimit)"))
    #expect(
      SharedProducts().support(for: wide, objective: .makespan)
        != SharedProducts().support(for: wide, objective: .fma))
  }
}
