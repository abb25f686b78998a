import ChainCatalog
import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// `shared-products` beyond the size that its exact methods take: there is
/// always a plan, and a bound.
@Suite struct LargeFamiliesTests {
  /// Asks for no proof, whatever the size.
  static let large = SharedProducts(splitLimit: 0)
  /// The same without a table of words.
  static let huge = SharedProducts(splitLimit: 0, cellLimit: 0)

  /// Tied words, structure, eliminations, tape limits: whatever is drawn.
  @Test(arguments: [large, huge])
  func boundAndPlanEncloseTheOptimum(_ solver: SharedProducts) throws {
    var (proven, infeasible, gap) = (0, 0, 0.0)
    try withSeeds(0..<500) { seed in
      let problem = randomJointProblem(seed: seed)
      let optimum: UInt128
      do {
        optimum = try SharedProducts().solve(problem).lowerBound
      } catch {
        let own = #expect(throws: ChainError.self) { try solver.solve(problem) }
        try #require(own?.kind == .infeasible)
        infeasible += 1
        return
      }
      let solution = try solver.solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      try #require(solution.lowerBound <= optimum && optimum <= price)
      try #require(
        (solution.status == .optimal) == (solution.lowerBound == price))
      if solution.status == .optimal { proven += 1 }
      gap = max(gap, Double(price - optimum) / Double(max(1, optimum)))
    }
    #expect(proven > 20 && infeasible > 10)
    if solver.isTabled { #expect(gap < 0.5) }
  }

  /// Families whose optimum the exact methods have proven.
  @Test(arguments: [
    (Family.comb, 1, 4_647_656), (.comb, 2, 3_573_987),
    (.combWidths, 1, 408_514_560), (.combWidths, 2, 589_668_352),
    (.window, 1, 7_026_659), (.window, 2, 3_219_678),
  ])
  func sixtyLayersAreWithinOnePerCent(
    _ family: Family, _ seed: UInt64, _ optimum: UInt128
  ) throws {
    let problem = try family.problem(factors: 60, seed: seed)
    let solution = try Self.large.solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(price >= optimum && 100 * price <= 101 * optimum)
    let share = Double(solution.lowerBound) / Double(optimum)
    #expect(share <= 1 && share > 0.98)
  }

  @Test(arguments: [Family.comb, .combWidths, .window, .recurrence])
  func shortFamiliesAreWithinOnePerCent(_ family: Family) throws {
    try withSeeds(1..<5) { seed in
      let problem = try family.problem(factors: 12, seed: seed)
      let optimum = try SharedProducts().solve(problem).lowerBound
      let solution = try Self.large.solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      try #require(solution.lowerBound <= optimum)
      try #require(100 * price <= 101 * optimum)
      try #require(try Self.large.solve(problem) == solution)
    }
  }

  /// One hundred and twenty layers have 9 million splits.
  @Test func whatIsTooLargeForAProofIsAnsweredUnasked() throws {
    let problem = try Family.comb.problem(factors: 120, seed: 1)
    let choice = try Catalog.choose(for: problem)
    #expect(choice.solver.name == "shared-products")
    #expect(choice.reason.contains("heuristic"))
    #expect(choice.reason.contains("above the limit of"))
    let solution = try choice.solver.solve(
      problem, objective: .fma, control: SearchControl(nodeLimit: 12))
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.status == .stopped(.nodeLimit))
    #expect(solution.lowerBound < price)
    #expect(10 * solution.lowerBound > 9 * price)
    guard
      case .unsupported(let why) = try Catalog.solver(named: "integer-program")
        .support(for: problem, objective: .fma)
    else {
      Issue.record("integer-program takes it")
      return
    }
    #expect(!why.isEmpty)
  }

  /// Layers of one width: back-propagation, 2 n − 1 products of 3072³ fma each,
  /// whose sum no double holds to the last unit.
  @Test func layersOfOneWidthAreProvenBeyondDoubles() throws {
    let (layers, width) = (320, 3072)
    var factors = (1...layers).map {
      Factor(name: "J\($0)", rows: width, columns: width)
    }
    factors += (1...layers).map {
      Factor(
        name: "W\($0)", rows: width, columns: width * width,
        structure: .blockDiagonal(count: width, rows: 1, columns: width))
    }
    let problem = try Problem(
      factors: factors,
      targets: (0..<layers).map { [layers + $0] + Array($0 + 1..<layers) })
    #expect(problem.worstPrice > 1 << 53)
    let solution = try SharedProducts().solve(problem)
    let cube = UInt128(width) * UInt128(width) * UInt128(width)
    // One product a layer with its parameters, one for each longer ending.
    let expected = UInt128(2 * layers - 3) * cube
    #expect(try solution.plan.priced(for: problem).fma == expected)
    #expect(solution.lowerBound == expected)
    #expect(solution.status == .optimal)
  }

  /// Stops after 0, 1, 2, … questions: always a valid plan and a valid bound.
  @Test(arguments: [(Family.combWidths, 10), (.window, 20)])
  func aStopAtAnyTimeIsAPlanWithABound(
    _ family: Family, _ factors: Int
  ) throws {
    let problem = try family.problem(factors: factors, seed: 3)
    let optimum = try SharedProducts().solve(problem).lowerBound
    for questions in stride(from: 0, to: 3000, by: 29) {
      let solution = try Self.large.solve(
        problem, objective: .fma, control: stopping(after: questions))
      let price = try solution.plan.priced(for: problem).fma
      #expect(solution.lowerBound <= optimum && optimum <= price)
      #expect(
        solution.status == .stopped(.interrupted)
          || solution.status == .stopped(.heuristic)
          || solution.lowerBound == price)
    }
  }

  /// A power is its own tail: no row comes before its operands.
  @Test func powersTakeFewProducts() throws {
    let step = Factor(name: "A", rows: 3, columns: 3)
    for (power, products) in [(16, 4), (40, 7), (300, 13)] {
      let problem = try Problem(
        factors: [step], targets: [[Int](repeating: 0, count: power)])
      let solution = try Self.large.solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      #expect(price <= UInt128(27 * products), "A^\(power)")
      #expect(solution.lowerBound > 0)
    }
  }

  /// The gap limit of a caller ends the search as soon as it is met.
  @Test func aGapThatIsGoodEnoughEndsIt() throws {
    let problem = try Family.comb.problem(factors: 20, seed: 1)
    let solution = try Self.large.solve(
      problem, objective: .fma, control: SearchControl(gapLimit: 0.2))
    let price = try solution.plan.priced(for: problem).fma
    #expect(
      solution.status == .stopped(.gapLimit) || solution.status == .optimal)
    #expect(Double(price - solution.lowerBound) <= 0.2 * Double(price))
  }

  /// Several targets beyond the exact methods have a schedule, too.
  @Test func theirMakespanIsPlannedWithoutAProof() throws {
    let problem = try Family.comb.problem(factors: 120, seed: 2).with(
      limits: Limits(machines: 2))
    #expect(
      BranchAndBound().support(for: problem, objective: .makespan)
        == .heuristic)
  }
}

extension SharedProducts {
  fileprivate var isTabled: Bool { cellLimit > 0 }
}
