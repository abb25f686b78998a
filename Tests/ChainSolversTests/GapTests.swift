import ChainCatalog
import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// One gap, (plan − bound) ÷ plan, wherever a search is told of one.
@Suite struct GapTests {
  @Test(
    "(plan − bound) ÷ plan",
    arguments: [
      (100, 64, 0.36), (100, 100, 0), (100, 0, 1), (0, 0, 0), (3, 4, 0),
      (3, 1, 2.0 / 3),
    ] as [(UInt128, UInt128, Double)])
  func formula(plan: UInt128, bound: UInt128, gap: Double) {
    #expect(CostModel.gap(plan: plan, bound: bound) == gap)
    let state = SearchProgress(incumbent: plan, bound: bound)
    #expect(state.gap == gap)
    // A limit is reached by the gap itself, and by nothing above it.
    #expect(SearchControl(gapLimit: gap).report(state) == .gapLimit)
    if gap > 0 {
      #expect(SearchControl(gapLimit: gap.nextDown).report(state) == nil)
    }
    #expect(CostModel.gap(plan: .max, bound: .max - 1) < 1e-38)
  }

  /// Chains, joint problems and graphs whose searches take more than one step.
  private static func problems() throws -> [Problem] {
    let joint: [(Family, Int)] = [
      (.comb, 5), (.combWidths, 6), (.window, 10), (.powers, 23),
      (.periodic, 14), (.recurrence, 7), (.matrixFree, 6), (.mixed, 5),
      (.stencil, 3), (.windowGraph, 9),
    ]
    return try joint.flatMap { family, factors in
      try (1...3).map {
        try family.problem(factors: factors, seed: UInt64($0))
      }
    }
  }

  /// Whoever stops at a gap is that close, by the same definition, and says
  /// nothing else; and a limit stops no later than a proof would.
  @Test(arguments: Conformance.names, [Objective.fma, .makespan])
  func aGapThatWasAskedForIsKept(
    _ name: String, _ objective: Objective
  ) throws {
    let solver = try Catalog.solver(named: name)
    let problems = try Self.problems()
    var stopped = 0
    for var problem in problems {
      if objective == .makespan {
        var limits = problem.limits
        limits.machines = 2
        problem = try problem.with(limits: limits)
      }
      let support = solver.support(for: problem, objective: objective)
      if case .unsupported = support { continue }
      if name == "exhaustive", problem.factors.count > 4 { continue }
      for limit in [0, 0.01, 0.1, 0.36, 0.559, 0.9] {
        let solution = try solver.solve(
          problem, objective: objective,
          control: SearchControl(gapLimit: limit))
        let plan = try solution.plan.priced(for: problem)
        let value =
          objective == .fma
          ? plan.fma
          : try #require(solution.schedule)
            .checked(for: plan, on: problem.limits.machines).makespan
        let gap = CostModel.gap(plan: value, bound: solution.lowerBound)
        let comment: Comment = "\(problem.name), gap \(gap), limit \(limit)"
        switch solution.status.stopReason {
        case nil: #expect(gap == 0, comment)
        case .gapLimit:
          stopped += 1
          #expect(gap > 0 && gap <= limit, comment)
        case .heuristic: #expect(support == .heuristic, comment)
        case .timeLimit, .nodeLimit, .interrupted:
          Issue.record("\(solution.status): \(comment)")
        }
      }
    }
    let searches = [
      Objective.fma: [
        "shared-products", "integer-program", "vertex-elimination",
        "face-elimination",
      ],
      .makespan: ["branch-and-bound"],
    ]
    // A build may lack the library of a solver.
    let isThere = problems.contains {
      if case .unsupported = solver.support(for: $0, objective: objective) {
        return false
      }
      return true
    }
    #expect(
      (isThere && searches[objective]!.contains(name)) == (stopped > 0))
  }
}
