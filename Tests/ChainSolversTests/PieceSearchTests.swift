import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// Long chains on several machines, for which there is no exact search.
@Suite struct PieceSearchTests {
  private static func problem(
    _ family: Family, _ factors: Int, seed: Int, machines: Int
  ) throws -> Problem {
    try family.problem(factors: factors, seed: UInt64(seed))
      .with(limits: Limits(machines: machines))
  }

  /// The bound is one: no proven optimum lies below it.
  @Test(arguments: [Family.uniform, .matrixFree, .ties, .hourglass], 1...20)
  func boundNeverExceedsTheOptimum(family: Family, seed: Int) throws {
    for machines in 1...4 {
      let problem = try Self.problem(
        family, 2 + seed % 6, seed: seed, machines: machines)
      let solution = try BranchAndBound().solve(
        problem, objective: .makespan, control: .unlimited)
      #expect(solution.status == .optimal)
      let interfaces = try #require(InterfaceBound(problem))
      #expect(interfaces.bound(machines: machines) <= solution.lowerBound)
      #expect(interfaces.bound(machines: nil) <= solution.lowerBound)
      // Whatever takes the optimum is within the horizon; so is a little more.
      for horizon in [solution.lowerBound, 2 * solution.lowerBound] {
        let apexes = try #require(ApexBound(problem, within: horizon))
        #expect(apexes.bound(machines: machines) <= solution.lowerBound)
      }
    }
  }

  /// One product of neighbours is all that two factors take.
  @Test func boundOfTwoFactorsIsTheirProduct() throws {
    let pair = try Problem(factors: [
      Factor(name: "a", rows: 30, columns: 20),
      Factor(name: "b", rows: 40, columns: 30),
    ])
    for machines in [nil, 1, 2] {
      #expect(InterfaceBound(pair)!.bound(machines: machines) == 24_000)
    }
    let apexes = try #require(ApexBound(pair, within: 24_000))
    for machines in 1...3 {
      #expect(apexes.bound(machines: machines) == 24_000)
    }
  }

  /// Any multipliers give a bound, be they as bad as these.
  @Test func multipliersNeedNotBeGood() throws {
    for seed in 1...20 {
      let problem = try Self.problem(.uniform, 7, seed: seed, machines: 2)
      let best = try BranchAndBound().solve(
        problem, objective: .makespan, control: .unlimited
      ).lowerBound
      let bound = try #require(ApexBound(problem, within: best))
      var generator = SplitMix64(seed: UInt64(seed))
      for _ in 1...20 {
        let multipliers = ApexBound.Multipliers(
          work: UInt128(generator.next() % 100),
          across: (0..<bound.multiplierCount).map { _ in
            UInt128(generator.next() % 50)
          } + [0])
        let share =
          2 * multipliers.work + multipliers.across.reduce(0, +)
        #expect(bound.minimum(multipliers).sum <= best * share)
      }
    }
  }

  /// Two machines share a chain that is 1 wide in the middle; three can't do
  /// better, because nothing else is narrow.
  @Test func boundKnowsThatNarrowInterfacesAreFew() throws {
    let widths = [100, 100, 100, 100, 1, 100, 100, 100, 100]
    let problem = try Problem(
      factors: zip(widths, widths.dropFirst()).enumerated().map { place, ends in
        Factor(name: "f\(place)", rows: ends.1, columns: ends.0)
      })
    let bound = try #require(ApexBound(problem, within: 50_000))
    let best = try BranchAndBound().solve(
      problem.with(limits: Limits(machines: 2)), objective: .makespan,
      control: .unlimited)
    #expect(best.lowerBound == 20_000 + 10_000 + 10_000)
    #expect(bound.bound(machines: 2) > 29_000)
    #expect(bound.bound(machines: 8) > 29_000)
  }

  @Test(
    arguments: [
      (Family.uniform, 4, 0.06), (.uniform, 8, 0.1), (.widths, 4, 0.01),
      (.matrixFree, 3, 0.01),
    ])
  func plansOfPiecesAreCloseToTheBound(
    family: Family, machines: Int, gap: Double
  ) throws {
    let problem = try Self.problem(family, 500, seed: 2, machines: machines)
    let solution = try BranchAndBound().solve(
      problem, objective: .makespan, control: .unlimited)
    let plan = try solution.plan.priced(for: problem)
    let makespan = try #require(solution.schedule)
      .checked(for: plan, on: machines).makespan
    #expect(solution.lowerBound <= makespan)
    #expect(CostModel.gap(plan: makespan, bound: solution.lowerBound) < gap)
    for plan in try PieceSearch(problem, .unlimited)!.plans() {
      #expect(try plan.scheduled(for: problem).makespan >= makespan)
    }
    let rivals = try Baselines(of: problem)
    for baseline in Baseline.allCases {
      guard let rival = rivals[baseline] else { continue }
      #expect(try rival.scheduled(for: problem).makespan >= makespan)
    }
  }

  @Test func aStopLeavesAPlan() throws {
    let problem = try Self.problem(.uniform, 500, seed: 1, machines: 4)
    let stopped = SearchControl(shouldStop: { .interrupted })
    #expect(try PieceSearch(problem, stopped)!.plans().isEmpty)
  }

  @Test func piecesKeepToWhatFactorsCan() throws {
    // Only tangents: no plan may ask for an adjoint.
    let problem = try Problem(
      factors: (0..<40).map { place in
        Factor(
          name: "f\(place)", rows: 1 + (place + 1) % 7, columns: 1 + place % 7,
          tangentCost: 50)
      }, limits: Limits(machines: 3))
    for plan in try PieceSearch(problem, .unlimited)!.plans() {
      #expect(plan.fma > 0)
    }
    #expect(
      PieceSearch(
        try problem.with(limits: Limits(tapeTotal: 5, machines: 3)),
        .unlimited) == nil)
  }
}
