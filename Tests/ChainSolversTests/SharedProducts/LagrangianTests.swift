import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The relaxation without branching: its bound, and what it fixes.
@Suite struct LagrangianTests {
  @Test func boundIsAtMostTheOptimumAndThePlanAtLeast() throws {
    var tight = 0
    try withSeeds(0..<300) { seed in
      let problem = randomJointProblem(seed: seed)
      var search = JointSearch(problem)
      guard let optimum = try search.optimum() else { return }
      let outcome = try Self.relaxed(problem)
      let graph = try ProductGraph(problem)
      let price = try graph.plan(outcome.chosen).priced(for: problem).fma
      try #require(price == UInt128(outcome.upper))
      try #require(UInt128(outcome.lower) <= optimum && optimum <= price)
      if outcome.isProven { tight += 1 }
    }
    #expect(tight > 200)
  }

  /// Every plan with an operation that was fixed costs at least the incumbent,
  /// by a search that must take this operation.
  @Test func fixedOperationsAreInNoCheaperPlan() throws {
    var fixed = 0
    try withSeeds(0..<30) { seed in
      let problem = randomJointProblem(seed: seed)
      var feasible = JointSearch(problem)
      guard try feasible.optimum() != nil else { return }
      let graph = try ProductGraph(problem)
      let outcome = try Self.relaxed(problem)
      for (word, value) in Self.words(of: graph) where !graph.isFree[value] {
        for id in graph.operations(of: value) where !outcome.isOpen[id] {
          var search = JointSearch(
            problem, required: (word, Self.way(id, graph)))
          let price = try search.optimum()
          try #require(price ?? .max >= UInt128(outcome.upper))
          fixed += 1
        }
      }
    }
    #expect(fixed > 50)
  }

  @Test(arguments: [Family.comb, .combWidths, .window])
  func whatIsFixedIsMostOfAFamily(_ family: Family) throws {
    let problem = try family.problem(factors: 16, seed: 2)
    let outcome = try Self.relaxed(problem)
    let open = outcome.isOpen.count { $0 }
    #expect(outcome.isProven || 4 * open < outcome.isOpen.count)
    #expect(outcome.explored < 5_000)
  }

  private static func relaxed(_ problem: Problem) throws -> SharedOutcome {
    let graph = try ProductGraph(problem)
    return LagrangianRelaxation(graph, tapeTotal: problem.limits.tapeTotal)
      .run(
        from: SharedOutcome(of: graph), control: .unlimited, branching: false)
  }

  /// The word of each value.
  private static func words(of graph: ProductGraph) -> [([Int], Int)] {
    var words: [Int: [Int]] = [:]
    for (t, word) in graph.words.enumerated() {
      let spans = graph.spans(of: t)
      for b in word.indices {
        for e in b + 1...word.count {
          words[spans[b, e]] = Array(word[b..<e])
        }
      }
    }
    return words.map { ($1, $0) }.sorted { $0.1 < $1.1 }
  }

  private static func way(_ id: Int, _ graph: ProductGraph) -> JointSearch.Way {
    switch graph.operations[id].step {
    case .given: .given
    case .accumulate(_, let mode), .eliminate(_, let mode, _):
      .evaluations(mode)
    case .multiply(_, let inner): .split(graph.lengths[inner])
    case .add: preconditionFailure("words have no sums")
    }
  }
}
