import ChainRandom
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

  /// Sizes to which it is an oracle without help: combs of twelve layers.
  @Test(arguments: [Family.comb, .combWidths])
  func provesCombsAlone(_ family: Family) throws {
    try withSeeds(1..<4) { seed in
      let problem = try family.problem(factors: 12, seed: seed)
      let expected = try SharedProducts().solve(problem).lowerBound
      try #require(try proven(problem) == expected)
    }
  }

  /// The shortest addition chain of 15 has five additions (D. E. Knuth, The Art
  /// of Computer Programming 2, 4.6.3).
  @Test func provesTheFifteenthPowerAlone() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 3, columns: 3)],
      targets: [[Int](repeating: 0, count: 15)])
    #expect(try proven(problem) == 5 * 27)
  }

  /// Twenty factors under a bound on the total tape.
  @Test(arguments: [10_000, 40_000])
  func provesTotalTapesAlone(_ tape: Int) throws {
    try withSeeds(1..<3) { seed in
      let problem = try Family.jcdp.problem(factors: 20, seed: seed).with(
        limits: Limits(tapeTotal: tape))
      let expected = try SharedProducts().solve(problem).lowerBound
      try #require(try proven(problem) == expected)
    }
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
