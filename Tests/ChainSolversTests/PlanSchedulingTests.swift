import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@Suite struct PlanSchedulingTests {
  /// The makespan of the checked schedule.
  private func makespan(
    _ plan: PricedPlan, _ machines: Int?,
    by scheduling: PlanScheduling = PlanScheduling()
  ) throws -> (UInt128, isProven: Bool) {
    let result = scheduling.schedule(plan, machines: machines)
    let checked = try result.schedule.checked(for: plan, on: machines)
    #expect(checked.makespan == result.makespan)
    #expect(result.lowerBound <= result.makespan)
    let listed = Schedule(listing: plan, machines: machines)
    #expect(
      result.makespan <= (try listed.checked(for: plan, on: machines)).makespan)
    return (result.makespan, result.isProven)
  }

  /// Random plans of chains of all structures.
  @Test(arguments: [1, 2, 3]) func equalsEveryOrder(_ machines: Int) throws {
    try withSeeds(0..<200) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 5)
      var generator = SplitMix64(seed: seed)
      let plan = randomPlan(for: problem, using: &generator)
      guard let priced = try? plan.priced(for: problem) else { return }
      let found = try makespan(
        priced, machines, by: PlanScheduling(nodeLimit: 50_000))
      #expect(found.isProven)
      #expect(found.0 == cheapestMakespan(of: priced, machines: machines))
    }
  }

  /// Values that several steps read.
  @Test(arguments: [2, 3]) func equalsEveryOrderOfSharedPlans(
    _ machines: Int
  ) throws {
    var compared = 0
    try withSeeds(0..<120) { seed in
      let problem = try randomJointProblem(seed: seed).with(limits: Limits())
      let solution = try SharedProducts().solve(
        problem, objective: .fma, control: SearchControl(nodeLimit: 1000))
      let priced = try solution.plan.priced(for: problem)
      guard priced.steps.count(where: { $0.fma > 0 }) <= 8 else { return }
      compared += 1
      let found = try makespan(
        priced, machines, by: PlanScheduling(nodeLimit: 50_000))
      #expect(found.isProven)
      #expect(found.0 == cheapestMakespan(of: priced, machines: machines))
    }
    #expect(compared > 30)
  }

  /// The longest way first isn't always the best order.
  @Test(arguments: [2, 3]) func isShorterThanAList(_ machines: Int) throws {
    var (shorter, proven) = (0, 0)
    try withSeeds(0..<100) { seed in
      let problem = try Family.jcdp.problem(factors: 10, seed: seed)
      var generator = SplitMix64(seed: seed)
      let plan = try randomPlan(for: problem, using: &generator)
        .priced(for: problem)
      let listed = Schedule(listing: plan, machines: machines)
      let list = try listed.checked(for: plan, on: machines).makespan
      let found = try makespan(
        plan, machines, by: PlanScheduling(nodeLimit: 50_000))
      if found.isProven { proven += 1 }
      if found.0 < list { shorter += 1 }
    }
    #expect(shorter > 10)
    #expect(proven >= 99)
  }

  /// Long plans, prices beyond 53 bits, no machines to share, no time: the
  /// list schedule with a bound.
  @Test func isNeverWithoutAnAnswer() throws {
    let n = 1 << 20
    let huge = try Problem(
      factors: (0..<4).map { Factor(name: "f\($0)", rows: n, columns: n) })
    let long = try Problem(
      factors: (0..<5000).map {
        Factor(name: "f\($0)", rows: 2 + $0 % 3, columns: 2 + ($0 + 2) % 3)
      })
    for problem in [huge, long] {
      let plan = try HuShing().solve(
        problem, objective: .fma, control: .unlimited
      ).plan.priced(for: problem)
      for machines in [1, 2, 5, nil] {
        _ = try makespan(plan, machines)
        _ = try makespan(plan, machines, by: PlanScheduling(nodeLimit: 1))
      }
    }
  }
}
