import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// Long chains on several machines, for which there is no exact search.
@Suite struct SegmentedPlansTests {
  private static func problem(
    _ factors: Int, seed: Int, machines: Int
  ) throws -> Problem {
    let problem = try Family.uniform.problem(
      factors: factors, seed: UInt64(seed))
    return try problem.with(limits: Limits(machines: machines))
  }

  /// The bound is one: no proven optimum lies below it.
  @Test(arguments: 1...40)
  func coverageNeverExceedsTheOptimum(seed: Int) throws {
    for machines in 1...4 {
      let problem = try Self.problem(
        2 + seed % 8, seed: seed, machines: machines)
      let solved = try BranchAndBound().solve(
        problem, objective: .makespan, control: .unlimited)
      #expect(solved.status == .optimal)
      let bound = try #require(CoverageBound(problem, machines: machines))
      #expect(bound.makespan <= solved.lowerBound, "\(machines) machines")
    }
  }

  /// Two factors have a single product, which no second machine shortens.
  @Test func coverageIsTightWhereItCanBe() throws {
    let pair = try Problem(factors: [
      Factor(name: "a", rows: 30, columns: 20),
      Factor(name: "b", rows: 40, columns: 30),
    ])
    let bound = try #require(CoverageBound(pair, machines: 2))
    #expect(bound.makespan <= 24_000 && bound.makespan >= 23_998)
  }

  @Test(arguments: [(2, 1), (2, 2), (3, 3), (4, 4), (8, 5)])
  func plansAreOfTheirProblemAndBeatTheirRivals(
    machines: Int, seed: Int
  ) throws {
    let problem = try Self.problem(500, seed: seed, machines: machines)
    let segmented = try #require(SegmentedPlans(problem, machines: machines))
    let serial = try HuShing().solve(problem)
    let share = Double(serial.lowerBound) / Double(machines)
    let plan = try #require(
      try segmented.best(share: share, .unlimited)
    ).priced(for: problem)
    let makespan = try PlanScheduling()
      .schedule(plan, machines: machines).schedule
      .checked(for: plan, on: machines).makespan
    let solution = try BranchAndBound().solve(
      problem, objective: .makespan, control: .unlimited)
    let schedule = try #require(solution.schedule).checked(
      for: solution.plan.priced(for: problem), on: machines)
    #expect(schedule.makespan <= makespan)
    #expect(solution.lowerBound <= schedule.makespan)
    let rivals = try Baselines(of: problem)
    for baseline in Baseline.allCases {
      guard let rival = rivals[baseline] else { continue }
      let length = try PlanScheduling()
        .schedule(rival, machines: machines).schedule
        .checked(for: rival, on: machines).makespan
      #expect(schedule.makespan <= length)
    }
    let gap = CostModel.gap(plan: schedule.makespan, bound: solution.lowerBound)
    // With more machines there are too few narrow interfaces.
    #expect(gap < (machines > 3 ? 1 : 0.25), "\(gap)")
  }

  @Test func whatIsNoChainOfGivenDenseFactorsHasNone() throws {
    let function = try Problem(factors: [
      Factor(name: "a", rows: 3, columns: 2),
      Factor(name: "f", rows: 3, columns: 3, tangentCost: 9),
      Factor(name: "b", rows: 2, columns: 3),
    ])
    #expect(SegmentedPlans(function, machines: 2) == nil)
    #expect(CoverageBound(function, machines: 2) == nil)
    let banded = try Problem(factors: [
      Factor(name: "a", rows: 3, columns: 3, structure: .diagonal),
      Factor(name: "b", rows: 3, columns: 3),
      Factor(name: "c", rows: 3, columns: 3),
    ])
    #expect(SegmentedPlans(banded, machines: 2) == nil)
  }
}
