import ChainCatalog
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// What every solver of the catalog promises, on every case it supports.
@Suite struct Conformance {
  /// The names of the solvers, so that a failure says which.
  static let names = Catalog.solvers.map(\.name)

  /// Debug builds price some ten thousand plans a second.
  private static func isPatient(_ name: String, _ problem: Problem) -> Bool {
    switch name {
    case "exhaustive": problem.factors.count <= 4
    // Its programs grow with the third power of the length.
    case "integer-program": problem.factors.count <= 20
    default: true
    }
  }

  @Test func namesAreDistinct() {
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test(arguments: names, HandChecked.chains)
  func handChecked(_ name: String, _ instance: HandChecked) throws {
    guard let price = try proven(name, instance.problem) else { return }
    #expect(price == instance.optimum)
  }

  @Test(arguments: HandChecked.chains)
  func automaticSolvesWhatIsHandChecked(_ instance: HandChecked) throws {
    let choice = try Catalog.choose(for: instance.problem)
    #expect(try proven(choice.solver.name, instance.problem) != nil)
  }

  @Test(
    .enabled(if: PublishedInstances.scheduled != nil), arguments: names)
  func scheduledChainsOnOneMachine(_ name: String) throws {
    var solved = 0
    for chain in try #require(PublishedInstances.scheduled)
    where chain.machines == 1 {
      guard let price = try proven(name, chain.problem()) else { continue }
      let optimum = try #require(chain.optimum, "\(chain.id)")
      #expect(price == UInt128(optimum), "\(chain.id)")
      solved += 1
    }
    if name == "dynamic-programming" { #expect(solved > 20) }
  }

  @Test(
    .enabled(if: PublishedInstances.scheduled != nil))
  func scheduledChainsWithoutMachines() throws {
    for chain in try #require(PublishedInstances.scheduled) {
      var limits = try chain.problem().limits
      limits.tapePerStep = nil
      limits.machines = nil
      let free = try chain.problem().with(limits: limits, matrixFree: true)
      if chain.tapeLimit == nil {
        #expect(
          try proven("dynamic-programming", free)
            == UInt128(chain.optimalMatrixFreeSerial), "\(chain.id)")
        let strict = try free.with(matrixFree: false)
        #expect(
          try proven("dynamic-programming", strict)
            == UInt128(chain.preaccumulateThenOptimalBracketing),
          "\(chain.id)")
      }
    }
  }

  @Test(
    .enabled(if: PublishedInstances.admission != nil), arguments: names)
  func admissionChains(_ name: String) throws {
    for chain in try #require(PublishedInstances.admission) {
      guard let price = try proven(name, chain.problem()) else { continue }
      #expect(price == UInt128(chain.optimum), "\(chain.id)")
    }
  }

  @Test(.enabled(if: PublishedInstances.acda25 != nil))
  func acda25ChainsOnOneMachine() throws {
    for chain in try #require(PublishedInstances.acda25) {
      guard let published = chain.published["1"], published.finished else {
        continue
      }
      #expect(
        try proven("dynamic-programming", chain.problem())
          == UInt128(published.branchAndBound), "\(chain.id)")
    }
  }

  @Test(arguments: names)
  func sameProblemSamePlan(_ name: String) throws {
    try withSeeds(0..<40) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 4)
      let solver = try Catalog.solver(named: name)
      guard solver.support(for: problem, objective: .fma) == .exact else {
        return
      }
      #expect(try solver.solve(problem) == solver.solve(problem))
    }
  }

  @Test(arguments: names)
  func aStopIsAPlanWithABound(_ name: String) throws {
    let control = SearchControl(shouldStop: { .timeLimit })
    try withSeeds(0..<60) { seed in
      let problem = randomProblem(seed: seed, maxFactors: 5)
      let solver = try Catalog.solver(named: name)
      guard solver.support(for: problem, objective: .fma) == .exact else {
        return
      }
      let solution = try solver.solve(
        problem, objective: .fma, control: control)
      let price = try solution.plan.priced(for: problem).fma
      try #require(solution.lowerBound <= price)
      try #require(
        solution.status == .stopped(.timeLimit) || solution.lowerBound == price)
    }
  }

  /// Whoever takes makespan gives a schedule that stands the check, proves it
  /// where it says so, and does the same again.
  @Test(arguments: names, [1, 2, 3])
  func makespanHasAScheduleAndABound(_ name: String, _ machines: Int) throws {
    let solver = try Catalog.solver(named: name)
    try withSeeds(0..<30) { seed in
      var problem = randomProblem(seed: seed, maxFactors: 6)
      var limits = problem.limits
      (limits.machines, limits.tapeTotal) = (machines, nil)
      problem = try problem.with(limits: limits)
      let support = solver.support(for: problem, objective: .makespan)
      if case .unsupported = support { return }
      let solution = try solver.solve(
        problem, objective: .makespan, control: .unlimited)
      let plan = try solution.plan.priced(for: problem)
      let schedule = try #require(solution.schedule)
        .checked(for: plan, on: machines)
      #expect(solution.lowerBound <= schedule.makespan)
      if support == .exact {
        #expect(solution.lowerBound == schedule.makespan)
        #expect(solution.status == .optimal)
      }
      #expect(
        try solver.solve(problem, objective: .makespan, control: .unlimited)
          == solution)
    }
  }

  @Test func unknownNamesListTheKnownOnes() {
    #expect {
      try Catalog.solver(named: "oracle")
    } throws: { error in
      let error = error as? ChainError
      return error?.kind == .unsupported
        && Self.names.allSatisfy { error!.expected.contains($0) }
    }
  }

  @Test(arguments: names)
  func anotherObjectiveIsRefusedWithTheSolversReason(name: String) throws {
    let problem = denseChain([4, 3, 2])
    let solver = try Catalog.solver(named: name)
    for objective in Objective.all {
      guard
        case .unsupported(let why) = solver.support(
          for: problem, objective: objective)
      else { continue }
      #expect {
        try Catalog.choose(name, for: problem, objective: objective)
      } throws: { error in
        (error as? ChainError)?.found == "\(name): \(why)"
      }
    }
  }

  /// The re-priced optimum, equal to the solver's own claim; nil when the
  /// solver doesn't support the problem.
  private func proven(
    _ name: String, _ problem: Problem
  ) throws -> UInt128? {
    let solver = try Catalog.solver(named: name)
    guard Self.isPatient(name, problem),
      solver.support(for: problem, objective: .fma) == .exact
    else { return nil }
    let solution = try solver.solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.status == .optimal)
    #expect(solution.lowerBound == price, "\(name): \(problem.name)")
    return price
  }
}
