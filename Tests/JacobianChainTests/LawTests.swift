import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Laws of the baselines")
struct LawTests {
  @Test("Transposing and reversing a chain swaps forward and reverse")
  func transposition() throws {
    var tested = 0
    try withSeeds(0..<400) { seed in
      let problem = randomProblem(seed: seed, limits: false)
      // The transpose of a gather is a scatter, which adds: no unit structure.
      let hasSelection = problem.patterns.contains {
        if case .selection = $0.structure { true } else { false }
      }
      guard !hasSelection else { return }
      let baselines = try Baselines(of: problem)
      let swapped = try Baselines(of: Self.transposed(problem))
      try #require(baselines[.forward]?.fma == swapped[.reverse]?.fma)
      try #require(baselines[.reverse]?.fma == swapped[.forward]?.fma)
      try #require(baselines[.bestSplit]?.fma == swapped[.bestSplit]?.fma)
      tested += 1
    }
    #expect(tested > 100)
  }

  private static func transposed(_ problem: Problem) throws -> Problem {
    let factors = try zip(problem.factors, problem.patterns).map {
      factor, pattern in
      Factor(
        name: factor.name, rows: factor.columns, columns: factor.rows,
        structure: try pattern.transposed().structure, isGiven: factor.isGiven,
        tangentCost: factor.adjointCost, adjointCost: factor.tangentCost)
    }
    return try Problem(
      factors: factors.reversed(), matrixFree: problem.matrixFree)
  }

  @Test("A structured factor never prices above the same factor dense")
  func denseIsDearest() throws {
    try withSeeds(0..<400) { seed in
      let problem = randomProblem(seed: seed)
      let baselines = try Baselines(of: problem)
      for index in problem.factors.indices {
        var factors = problem.factors
        factors[index].structure = .dense
        let dense = try Baselines(
          of: Problem(
            factors: factors, matrixFree: problem.matrixFree,
            limits: Limits(tapePerStep: problem.limits.tapePerStep)))
        let free = try Baselines(
          of: problem.with(
            limits: Limits(tapePerStep: problem.limits.tapePerStep)))
        try Self.requireAtMost(free[.forward], dense[.forward])
        try Self.requireAtMost(free[.reverse], dense[.reverse])
        try Self.requireAtMost(free[.bestSplit], dense[.bestSplit])
      }
      if let best = baselines[.bestSplit] {
        try Self.requireAtMost(best, baselines[.forward] ?? best)
        try Self.requireAtMost(best, baselines[.reverse] ?? best)
      }
    }
  }

  private static func requireAtMost(
    _ price: PricedPlan?, _ other: PricedPlan?
  ) throws {
    try #require((price == nil) == (other == nil))
    guard let price, let other else { return }
    try #require(price.fma <= other.fma)
  }

  @Test("Relaxing the limits never makes a baseline dearer or forbids it")
  func relaxing() throws {
    try withSeeds(0..<400) { seed in
      let problem = randomProblem(seed: seed)
      let strict = try Baselines(of: problem)
      let free = try Baselines(of: problem.with(limits: Limits()))
      if let price = strict[.bestSplit]?.fma {
        let relaxed = try #require(free[.bestSplit]?.fma)
        try #require(relaxed <= price)
      }
    }
  }
}
