import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The set search against addition chains, a joint search of its own and
/// values worked out by hand.
@Suite struct SetSearchLaws {
  /// fma of a step of size 10: prices count products.
  private static let product = 1000

  @Test func powersAreShortestAdditionChains() throws {
    let lengths = AdditionChains.lengths(upTo: 64)
    #expect(lengths[15] == 5 && lengths[63] == 8 && lengths[64] == 6)
    for n in 1...64 {
      let problem = try Self.tied([10], [[Int](repeating: 0, count: n)])
      let outcome = try Self.solved(problem)
      #expect(outcome.upper == lengths[n] * Self.product, "A^\(n)")
    }
  }

  @Test func handCheckedJointOptima() throws {
    for known in HandChecked.joint {
      let outcome = try Self.solved(known.problem)
      #expect(UInt128(outcome.upper) == known.optimum, "\(known)")
    }
  }

  /// Loops of 2, 3, 4 and 6 steps, taken part of the way, and recurrences.
  @Test(arguments: [2, 3, 4, 6])
  func loopsAgreeWithAllPlans(_ period: Int) throws {
    try withSeeds(0..<12) { seed in
      var generator = SplitMix64(seed: seed)
      let sizes = (0..<period).map { _ in generator.integer(in: 1...9) }
      let length = generator.integer(in: period...max(7, period + 2))
      let word = (0..<length).map { $0 % period }
      let problem = try Self.tied(sizes, [word])
      let outcome = try Self.solved(problem)
      let oracle = try cheapestJointly(problem)
      try #require(UInt128(outcome.upper) == oracle)
    }
  }

  /// Several targets with repeated factors, matrix-free factors and tapes.
  @Test func severalTargetsAgreeWithAllPlans() throws {
    var (bites, refused) = (0, 0)
    try withSeeds(0..<400) { seed in
      let problem = try Self.mixture(seed)
      guard let oracle = try cheapestJointly(problem) else {
        refused += 1
        let error = #expect(throws: ChainError.self) {
          try SharedProducts.start(problem, .unlimited)
        }
        try #require(error?.kind == .infeasible)
        return
      }
      try #require(UInt128(try Self.solved(problem).upper) == oracle)
      guard problem.limits.tapeTotal != nil else { return }
      let free = try problem.with(limits: Limits())
      if try Self.solved(free).upper < oracle { bites += 1 }
    }
    #expect(bites > 5)
    #expect(refused > 0)
  }

  @Test func backPropagationThroughTime() throws {
    let problem = try Family.recurrence.problem(factors: 10, seed: 1)
    let outcome = try Self.solved(problem)
    let single = try problem.targets.reduce(0) { total, word in
      let alone = try Problem(factors: problem.factors, targets: [word])
      return try total + Self.solved(alone).upper
    }
    #expect(outcome.upper < single)
  }

  @Test(arguments: [0, 1, 10, 100, 1000])
  func aStopLeavesAPlanAndABound(_ calls: Int) throws {
    for family in [Family.powers, .periodic, .recurrence] {
      let problem = try family.problem(factors: 14, seed: 2)
      let graph = try ProductGraph(problem)
      let optimum = try Self.solved(problem).upper
      let outcome = SetSearch(graph).run(
        from: SharedOutcome(of: graph), control: stopping(after: calls))
      let priced = try graph.plan(outcome.chosen).priced(for: problem)
      #expect(priced.fma == UInt128(outcome.upper))
      #expect(outcome.lower <= optimum && optimum <= outcome.upper)
    }
  }

  @Test func littleMemoryLeavesAPlanAndABound() throws {
    let problem = try Family.recurrence.problem(factors: 15, seed: 1)
    let optimum = try Self.solved(problem).upper
    let graph = try ProductGraph(problem)
    let outcome = SetSearch(graph, memoryBudget: 10_000).run(
      from: SharedOutcome(of: graph), control: .unlimited)
    #expect(graph.price(outcome.chosen).fma == outcome.upper)
    #expect(outcome.lower <= optimum && optimum <= outcome.upper)
    #expect(!outcome.isProven)
  }

  @Test func startsFromWhatIsKnown() throws {
    let problem = try Family.periodic.problem(factors: 20, seed: 3)
    let graph = try ProductGraph(problem)
    let first = try Self.solved(problem)
    let again = SetSearch(graph).run(from: first, control: .unlimited)
    #expect(again.chosen == first.chosen && again.lower == first.lower)
    // All operations closed: nothing is cheaper than what is known.
    var closed = SharedOutcome(of: graph, chosen: first.chosen)
    closed.isOpen = closed.isOpen.map { _ in false }
    let proven = SetSearch(graph).run(from: closed, control: .unlimited)
    #expect(proven.isProven && proven.upper == first.upper)
  }

  @Test func sameInputSamePlan() throws {
    for family in [Family.powers, .periodic, .recurrence] {
      let problem = try family.problem(factors: 12, seed: 9)
      #expect(try Self.solved(problem).chosen == Self.solved(problem).chosen)
    }
  }

  /// The outcome of an unlimited search, which is proven, and whose plan the
  /// pricer confirms.
  private static func solved(_ problem: Problem) throws -> SharedOutcome {
    let graph = try ProductGraph(problem)
    let search = SetSearch(graph, tapeTotal: problem.limits.tapeTotal)
    let outcome = search.run(
      from: SharedOutcome(of: graph), control: .unlimited)
    let priced = try graph.plan(outcome.chosen).priced(for: problem)
    try #require(priced.fma == UInt128(outcome.upper))
    try #require(outcome.isProven && outcome.lower == outcome.upper)
    return outcome
  }

  /// A loop of given dense factors between these sizes.
  private static func tied(
    _ sizes: [Int], _ targets: [[Int]]
  ) throws -> Problem {
    try Problem(
      factors: sizes.indices.map { index in
        Factor(
          name: "f\(index)", rows: sizes[(index + 1) % sizes.count],
          columns: sizes[index])
      }, targets: targets)
  }

  /// One to three words over square factors of all kinds, up to five long.
  private static func mixture(_ seed: UInt64) throws -> Problem {
    var generator = SplitMix64(seed: seed)
    let size = generator.integer(in: 2...6)
    let factors = (0..<generator.integer(in: 1...3)).map { index in
      var factor = Factor(name: "f\(index)", rows: size, columns: size)
      if generator.oneIn(4) { factor.structure = .diagonal }
      guard !generator.oneIn(3) else { return factor }
      factor.isGiven = generator.oneIn(4)
      factor.adjointCost = generator.integer(in: 0...30)
      factor.tape = generator.integer(in: 0...20)
      if generator.oneIn(2) {
        factor.tangentCost = generator.integer(in: 0...60)
      }
      return factor
    }
    let words = (0..<generator.integer(in: 1...3)).map { _ in
      (0..<generator.integer(in: 1...5)).map { _ in
        generator.integer(in: 0...factors.count - 1)
      }
    }
    let least = max(1, factors.map(\.tape).max() ?? 1)
    let limit = generator.integer(in: least...2 * least)
    return try Problem(
      factors: factors, targets: words, matrixFree: !generator.oneIn(4),
      limits: Limits(tapeTotal: generator.oneIn(2) ? limit : nil))
  }
}
