import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// Laws of the model that hold whatever the numbers are.
@Suite struct Laws {
  @Test func optimumIsAtMostEveryBaseline() throws {
    try withSeeds(0..<400) { seed in
      let problem = try Self.problem(seed)
      let optimum = try Self.optimum(problem)
      let baselines = try Baselines(of: problem)
      for plan in [
        baselines[.forward], baselines[.reverse], baselines[.bestSplit],
      ] {
        if let plan { try #require(optimum <= plan.fma) }
      }
      let ends = [baselines[.forward]?.fma, baselines[.reverse]?.fma]
        .compactMap(\.self)
      if let split = baselines[.bestSplit]?.fma {
        for end in ends { try #require(split <= end) }
      } else {
        try #require(ends.isEmpty)
      }
    }
  }

  @Test func bestSplitOfAGivenDenseChainIsWithinTwiceTheOptimum() throws {
    try withSeeds(0..<300) { seed in
      let chain = randomProblem(seed: seed, maxFactors: 9, limits: false)
      let factors = chain.factors.map {
        Factor(name: $0.name, rows: $0.rows, columns: $0.columns)
      }
      let problem = try Problem(factors: factors)
      let split = try #require(try Baselines(of: problem)[.bestSplit])
      let optimum = try Self.optimum(problem)
      try #require(split.fma <= 2 * optimum)
    }
  }

  @Test func relaxingALimitNeverHurts() throws {
    try withSeeds(0..<300) { seed in
      let problem = try Self.problem(seed)
      let optimum = try Self.optimum(problem)
      let unlimited = try Self.optimum(problem.with(limits: Limits()))
      let matrixFree = try Self.optimum(problem.with(matrixFree: true))
      try #require(unlimited <= optimum && matrixFree <= optimum)
    }
  }

  @Test func transposedAndReversedChainsCostTheSame() throws {
    try withSeeds(0..<300) { seed in
      // A tape limits adjoints only, so only free problems have a mirror.
      let problem = randomProblem(seed: seed, maxFactors: 6, limits: false)
      guard let mirror = try Self.mirror(problem) else { return }
      let optima = try (Self.optimum(problem), Self.optimum(mirror))
      try #require(optima.0 == optima.1)
      let (here, there) = try (Baselines(of: problem), Baselines(of: mirror))
      try #require(here[.forward]?.fma == there[.reverse]?.fma)
      try #require(here[.reverse]?.fma == there[.forward]?.fma)
      try #require(here[.bestSplit]?.fma == there[.bestSplit]?.fma)
    }
  }

  @Test func structureNeverCostsMoreThanDense() throws {
    try withSeeds(0..<300) { seed in
      let problem = try Self.problem(seed)
      let dense = try Problem(
        factors: problem.factors.map { factor in
          var factor = factor
          factor.structure = .dense
          return factor
        }, matrixFree: problem.matrixFree, limits: problem.limits)
      let optima = try (Self.optimum(problem), Self.optimum(dense))
      try #require(optima.0 <= optima.1)
    }
  }

  /// Prices above 2^62 take the 128-bit table, which is as exact.
  @Test func wideTablesFindTheCheapestPlan() throws {
    try withSeeds(0..<60) { seed in
      let problem = randomProblem(
        seed: seed, maxFactors: 6, dimensions: 1...9, limits: false)
      // Dear evaluations and one wide factor push the sum over 62 bits.
      let last = problem.factors[problem.factors.count - 1]
      let wide = try Problem(
        factors: problem.factors.map { factor in
          var factor = factor
          factor.tangentCost = factor.tangentCost.map { $0 << 50 }
          factor.adjointCost = factor.adjointCost.map { $0 << 50 }
          return factor
        } + [
          Factor(
            name: "wide", rows: 1 << 30, columns: last.rows,
            tangentCost: 1 << 62)
        ])
      try #require(wide.worstPrice >= UInt128(1) << 62)
      let solution = try DynamicProgramming().solve(wide)
      let price = try solution.plan.priced(for: wide).fma
      try #require(price == solution.lowerBound)
      guard wide.factors.count <= 5 else { return }
      let oracle = try Exhaustive().solve(wide).lowerBound
      try #require(oracle == price)
    }
  }

  private static func problem(_ seed: UInt64) throws -> Problem {
    let drawn = randomProblem(seed: seed, maxFactors: 7)
    var limits = drawn.limits
    limits.tapeTotal = nil
    return try drawn.with(limits: limits)
  }

  private static func optimum(_ problem: Problem) throws -> UInt128 {
    try DynamicProgramming().solve(problem).lowerBound
  }

  /// The chain of the transposed factors in reverse order, with tangents and
  /// adjoints swapped; nil when a factor has no transposed structure, or one
  /// that is no longer known to hold ones (a selection).
  private static func mirror(_ problem: Problem) throws -> Problem? {
    var factors: [Factor] = []
    for factor in problem.factors.reversed() {
      if case .selection = factor.structure { return nil }
      let pattern = try Pattern(
        rows: factor.rows, columns: factor.columns,
        structure: factor.structure, at: "")
      factors.append(
        Factor(
          name: factor.name, rows: factor.columns, columns: factor.rows,
          structure: try pattern.transposed().structure,
          isGiven: factor.isGiven, tangentCost: factor.adjointCost,
          adjointCost: factor.tangentCost, tape: factor.tape))
    }
    return try Problem(factors: factors, matrixFree: problem.matrixFree)
  }
}
