import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The least makespan: against every plan and every order of its steps,
/// against published and proven optima, against the polynomial cases.
@Suite struct BranchAndBoundTests {
  private static let solver = BranchAndBound()

  /// The makespan of the checked schedule, proven or not.
  private func makespan(
    _ problem: Problem, _ control: SearchControl = .unlimited,
    isProven: Bool = true
  ) throws -> UInt128 {
    let solution = try Self.solver.solve(
      problem, objective: .makespan, control: control)
    let priced = try solution.plan.priced(for: problem)
    let schedule = try #require(solution.schedule)
    let checked = try schedule.checked(
      for: priced, on: problem.limits.machines)
    #expect(solution.lowerBound <= checked.makespan, "\(problem.name)")
    #expect(checked.makespan >= checked.criticalLength)
    if isProven {
      #expect(solution.stopReason == nil, "\(problem.name)")
      #expect(solution.lowerBound == checked.makespan, "\(problem.name)")
    }
    return checked.makespan
  }

  /// All structures, missing modes, tape limits, `matrixFree: false`.
  @Test(arguments: [1, 2, 3, nil])
  func equalsEveryPlanInEveryOrder(_ machines: Int?) throws {
    try withSeeds(0..<150) { seed in
      var problem = randomProblem(seed: seed, maxFactors: 4)
      var limits = problem.limits
      limits.machines = machines
      limits.tapeTotal = nil
      problem = try problem.with(limits: limits)
      var best = UInt128.max
      PlanEnumeration(problem)!.forEach { plan in
        guard let priced = try? plan.priced(for: problem) else { return true }
        best = min(
          best,
          cheapestMakespan(
            of: priced, machines: machines ?? problem.factors.count))
        return true
      }
      #expect(try makespan(problem) == best, "seed \(seed)")
    }
  }

  @Test func handChecked() throws {
    let factors = [(117, 45, 39041), (45, 29, 85994), (29, 213, 33574)]
      .enumerated().map { index, shape in
        Factor(
          name: "f\(index)", rows: shape.1, columns: shape.0,
          tangentCost: shape.2, adjointCost: shape.2, tape: shape.2)
      }
    for (machines, expected) in [(1, 5_322_370), (2, 3_453_200)] {
      let problem = try Problem(
        factors: factors, limits: Limits(machines: machines))
      #expect(try makespan(problem) == UInt128(expected))
    }
  }

  /// Every known optimum of the published chains, proven; nothing worse than
  /// what is known of the open ones.
  @Test(.enabled(if: PublishedInstances.scheduled != nil))
  func scheduledChains() throws {
    for chain in try #require(PublishedInstances.scheduled) {
      let problem = try chain.problem()
      guard
        Self.solver.support(for: problem, objective: .makespan) == .exact
      else {
        Issue.record("\(chain.id) is not supported")
        continue
      }
      let found = try makespan(
        problem, isProven: chain.optimum != nil)
      if let optimum = chain.optimum {
        #expect(found == UInt128(optimum), "\(chain.id)")
      }
      #expect(found <= UInt128(chain.bestKnown), "\(chain.id)")
    }
  }

  /// Every finished optimum, and a proof for the unfinished ones.
  @Test(.enabled(if: PublishedInstances.acda25 != nil))
  func acda25Chains() throws {
    for chain in try #require(PublishedInstances.acda25) {
      for (machines, published) in chain.published {
        let count = try #require(Int(machines))
        let problem = try chain.problem(machines: count)
        let found = try makespan(problem)
        if published.finished {
          #expect(
            found == UInt128(published.branchAndBound),
            "\(chain.id) on \(machines)")
        } else {
          #expect(found <= UInt128(published.branchAndBound), "\(chain.id)")
        }
      }
    }
  }

  /// One machine more never hurts, from one to unlimited.
  @Test func aMachineMoreNeverHurts() throws {
    try withSeeds(0..<30) { seed in
      var problem = randomProblem(
        seed: seed, maxFactors: 6, dimensions: 1...30, limits: false)
      var last: UInt128?
      for machines in [1, 2, 3, 4, 6, 100, nil] {
        problem = try problem.with(limits: Limits(machines: machines))
        let found = try makespan(problem)
        #expect(found <= last ?? .max, "seed \(seed)")
        last = found
      }
    }
  }
}
