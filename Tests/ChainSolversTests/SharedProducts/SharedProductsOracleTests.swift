import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

/// `shared-products` against every joint plan there is.
@Suite struct SharedProductsOracle {
  /// Seeds in each of four blocks, which run side by side; `JCHAIN_SEEDS` asks
  /// for more than a quick run.
  static let seeds =
    ProcessInfo.processInfo.environment["JCHAIN_SEEDS"].flatMap { Int($0) }
    ?? 150

  @Test(arguments: 0..<4)
  func equalsTheCheapestOfAllJointPlans(_ block: Int) throws {
    var (many, tied, bound, infeasible) = (0, 0, 0, 0)
    let first = UInt64(block * Self.seeds)
    try withSeeds(first..<first + UInt64(Self.seeds)) { seed in
      let problem = randomJointProblem(seed: seed)
      var search = JointSearch(problem)
      guard let optimum = try search.optimum() else {
        let error = #expect(throws: ChainError.self) {
          try SharedProducts().solve(problem)
        }
        try #require(error?.kind == .infeasible)
        infeasible += 1
        return
      }
      let solution = try SharedProducts().solve(problem)
      let priced = try solution.plan.priced(for: problem)
      try #require(solution.status == .optimal)
      try #require(priced.fma == optimum)
      try #require(solution.lowerBound == optimum)
      if problem.targets.count > 1 { many += 1 }
      if problem.targets.contains(where: { Set($0).count < $0.count }) {
        tied += 1
      }
      if try Self.isBound(problem, optimum) { bound += 1 }
    }
    // Every kind has to occur, or this would test nothing.
    #expect(many > 30 && tied > 30 && bound > 0 && infeasible > 0)
  }

  /// Whether the total tape costs something.
  private static func isBound(
    _ problem: Problem, _ optimum: UInt128
  ) throws -> Bool {
    guard problem.limits.tapeTotal != nil else { return false }
    var search = JointSearch(
      try problem.with(limits: Limits(tapePerStep: problem.limits.tapePerStep)))
    return try search.optimum()! < optimum
  }
}
