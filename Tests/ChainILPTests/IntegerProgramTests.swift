import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainILP

/// The joint optimum, held against values worked out by hand and against
/// searches that share no code with it.
@Suite(.enabled(if: IntegerProgram.isAvailable))
struct IntegerProgramTests {
  private static let solver = IntegerProgram()

  @Test(arguments: HandChecked.joint + HandChecked.chains)
  func handChecked(_ instance: HandChecked) throws {
    let problem = instance.problem
    guard Self.solver.support(for: problem, objective: .fma) == .exact else {
      return
    }
    #expect(try proven(problem) == instance.optimum)
  }

  @Test func equalsTheExhaustiveSearchOfChains() throws {
    try withSeeds(0..<150) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 4)
      let expected = try optimum {
        try Exhaustive().solve(problem).lowerBound
      }
      let found = try optimum { try proven(problem) }
      try #require(found == expected)
    }
  }

  @Test func equalsTheJointSearch() throws {
    var limited = 0
    try withSeeds(0..<600) { seed in
      let problem = randomJointProblem(seed: seed)
      let expected = try cheapestJointly(problem)
      let found = try optimum { try proven(problem) }
      try #require(found == expected)
      if problem.limits.tapeTotal != nil { limited += 1 }
    }
    #expect(limited > 100)
  }

  /// The last stage alone, which other stages seldom leave anything to do.
  @Test func branchAndBoundAloneEqualsTheJointSearch() throws {
    var solved = 0
    try withSeeds(0..<300) { seed in
      let problem = randomJointProblem(seed: seed)
      guard let expected = try cheapestJointly(problem) else { return }
      let graph = try ProductGraph(problem)
      var start = SharedOutcome(of: graph)
      start.chosen = graph.leastTape()
      start.upper = graph.price(start.chosen!).fma
      var search = ProductBranching(
        graph, start, tapeTotal: problem.limits.tapeTotal,
        control: .unlimited)
      let reason = try search.run()
      let outcome = search.outcome
      try #require(reason == nil && outcome.isProven)
      try #require(UInt128(outcome.upper) == expected)
      let price = try graph.plan(outcome.chosen!).priced(for: problem).fma
      try #require(price == expected)
      solved += 1
    }
    #expect(solved > 200)
  }

  /// nil when the total tape forbids every plan.
  private func optimum(_ body: () throws -> UInt128) throws -> UInt128? {
    do {
      return try body()
    } catch let error as ChainError where error.kind == .infeasible {
      return nil
    }
  }

  /// The re-priced optimum, equal to the solver's own claim.
  private func proven(_ problem: Problem) throws -> UInt128 {
    let solution = try Self.solver.solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.status == .optimal)
    #expect(solution.lowerBound == price)
    return price
  }
}
