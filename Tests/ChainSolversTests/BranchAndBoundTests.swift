import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The least makespan: against every plan and every order of its steps,
/// against published and proven optima, against the polynomial cases.
@Suite struct BranchAndBoundTests {
  private static let solver = BranchAndBound()

  /// A chain of the published family.
  private static func draw(
    factors: Int, seed: UInt64, machines: Int
  ) throws -> Problem {
    try Family.jcdp.problem(factors: factors, seed: seed)
      .with(limits: Limits(machines: machines))
  }

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
      #expect(solution.status == .optimal, "\(problem.name)")
      #expect(solution.lowerBound == checked.makespan, "\(problem.name)")
    }
    return checked.makespan
  }

  /// All structures, missing modes, both tape limits, `matrixFree: false`.
  @Test(arguments: [1, 2, 3, nil])
  func equalsEveryPlanInEveryOrder(_ machines: Int?) throws {
    try withSeeds(0..<150) { seed in
      var problem = randomProblem(seed: seed, maxFactors: 4)
      var limits = problem.limits
      limits.machines = machines
      problem = try problem.with(limits: limits)
      guard let best = Self.leastOfAll(problem) else {
        #expect(throws: ChainError.self) { try makespan(problem) }
        return
      }
      #expect(try makespan(problem) == best, "seed \(seed)")
    }
  }

  /// The same in nanoseconds of profiles that have nothing to do with fma, half
  /// of the functions timed themselves.
  @Test(arguments: [1, 2, 3, nil])
  func equalsEveryPlanInEveryOrderUnderTime(_ machines: Int?) throws {
    var differs = 0
    try withSeeds(0..<100) { seed in
      var problem = randomProblem(seed: seed, maxFactors: 4)
      var limits = problem.limits
      limits.machines = machines
      if machines == 1 { limits.tapeTotal = nil }
      problem = try timed(problem.with(limits: limits), seed: seed)
      let objective = Objective.makespan(under: try randomProfile(seed: seed))
      guard let best = Self.leastOfAll(problem, at: objective.rate) else {
        return
      }
      let solved = try Solved(
        problem, by: SolverChoice(Self.solver), objective: objective)
      #expect(solved.status == .optimal, "seed \(seed)")
      #expect(solved.objectiveValue == best, "seed \(seed)")
      let compared = try solved.compared()
      let serial = try #require(compared.machines?.serial)
      #expect(serial.isProven && serial.work >= best)
      #expect(
        compared.machines!.baselines.values.allSatisfy { $0 >= best })
      let other = try Solved(
        problem, by: SolverChoice(Self.solver), objective: .makespan)
      if try other.plan.at(objective.rate, for: problem)
        .scheduled(for: problem).makespan > best
      {
        differs += 1
      }
    }
    // Otherwise seconds would be fma.
    #expect(differs > 10)
  }

  /// Heuristics, and what follows them: two targets, a graph, a limit.
  @Test func whatIsNotSearchedHasASchedule() throws {
    let objective = Objective.makespan(under: .builtIn)
    for problem in [
      randomJointProblem(seed: 3), randomJointProblem(seed: 8),
      try randomGraph(seed: 4).with(limits: Limits(machines: 2)),
    ] {
      let solved = try Solved(problem, objective: objective).compared()
      let makespan = try #require(solved.objectiveValue)
      #expect(makespan >= solved.lowerBound)
      #expect(solved.machines?.schedule.unit == .nanoseconds)
      #expect(solved.plan.rate == objective.rate)
    }
  }

  /// The least makespan of every plan in every order of its steps; nil when no
  /// plan keeps to the limits.
  private static func leastOfAll(
    _ problem: Problem, at rate: Rate = .fma
  ) -> UInt128? {
    var best: UInt128?
    PlanEnumeration(problem)!.forEach { plan in
      guard let priced = try? plan.priced(for: problem, at: rate) else {
        return true
      }
      let found = cheapestMakespan(
        of: priced,
        machines: problem.limits.machines ?? problem.factors.count)
      best = min(best ?? found, found)
      return true
    }
    return best
  }

  /// Without eliminations every plan does the same accumulations, and what is
  /// left is a packing of large pieces.
  @Test(arguments: [2, 3])
  func entriesOnly(_ machines: Int) throws {
    try withSeeds(0..<20) { seed in
      let problem = try Self.draw(factors: 4, seed: seed, machines: machines)
        .with(matrixFree: false)
      #expect(
        try makespan(problem) == Self.leastOfAll(problem), "seed \(seed)")
    }
    // A bound that takes the pieces for divisible needs 30 times as many.
    let problem = try Self.draw(factors: 11, seed: 3, machines: machines)
      .with(matrixFree: false)
    _ = try makespan(problem, SearchControl(nodeLimit: 40_000))
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

  /// Stopped at any time: a plan, a schedule and a bound, and why.
  @Test(arguments: [1, 2, 3, 5, 10, 30, 100])
  func aStopIsAScheduleWithABound(_ calls: Int) throws {
    try withSeeds(0..<10) { seed in
      let problem = try Self.draw(factors: 14, seed: seed, machines: 4)
      let control = stopping(after: calls)
      let solution = try Self.solver.solve(
        problem, objective: .makespan, control: control)
      #expect(
        solution.status == .stopped(.interrupted) || solution.status == .optimal
      )
      _ = try makespan(problem, control, isProven: false)
    }
  }

  @Test func aGapIsEnough() throws {
    let problem = try Self.draw(factors: 30, seed: 3, machines: 8)
    let solution = try Self.solver.solve(
      problem, objective: .makespan, control: SearchControl(gapLimit: 0.2))
    #expect(
      solution.status == .stopped(.gapLimit) || solution.status == .optimal)
    let nodes = try Self.solver.solve(
      problem, objective: .makespan, control: SearchControl(nodeLimit: 1000))
    #expect(nodes.status == .stopped(.nodeLimit) || nodes.status == .optimal)
    #expect(nodes.explored < 2000)
  }

  /// Several targets, repeated factors and sums beyond 53 bits are scheduled,
  /// never worse than a baseline, with a bound.
  @Test func whatIsNotSearchedIsScheduled() throws {
    let n = 1 << 20
    let huge = try Problem(
      factors: (0..<4).map { Factor(name: "f\($0)", rows: n, columns: n) },
      limits: Limits(machines: 2))
    #expect(Self.solver.support(for: huge, objective: .makespan) == .heuristic)
    _ = try makespan(huge, isProven: false)
    try withSeeds(0..<40) { seed in
      var problem = randomJointProblem(seed: seed)
      var limits = problem.limits
      limits.machines = 2
      problem = try problem.with(limits: limits)
      let found = try makespan(problem, isProven: false)
      let baselines = try Baselines(of: problem)
      for plan in [
        baselines[.forward], baselines[.reverse], baselines[.bestSplit],
      ] {
        guard let plan else { continue }
        let listed = Schedule(listing: plan, machines: 2)
        #expect(found <= (try listed.checked(for: plan, on: 2)).makespan)
      }
    }
  }

  @Test func sameProblemSameSchedule() throws {
    try withSeeds(0..<20) { seed in
      let problem = try Self.draw(factors: 10, seed: seed, machines: 3)
      #expect(
        try Self.solver.solve(
          problem, objective: .makespan, control: .unlimited)
          == Self.solver.solve(
            problem, objective: .makespan, control: .unlimited))
    }
  }
}
