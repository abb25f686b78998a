import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The tiled table against the recurrence as it stands in the book, on chains
/// of several tiles, in every number type and every way to price a split.
@Suite struct SpanTableTests {
  /// The recurrence of the model, span by span, priced by `CostModel`.
  static func optimum(of problem: Problem) throws -> UInt128 {
    try optima(of: problem)[0].last!
  }

  /// The optimum of every span i..<j, at [i][j].
  static func optima(of problem: Problem) throws -> [[UInt128]] {
    let chain = problem.chain!
    let q = chain.count
    var patterns: [[Pattern]] = []
    for i in 0..<q {
      var row = [problem.patterns[chain[i]]]
      for j in i + 1..<max(q, i + 1) {
        row.append(
          try Pattern.product(problem.patterns[chain[j]], row[row.count - 1]))
      }
      patterns.append(row)
    }
    func pattern(_ i: Int, _ j: Int) -> Pattern { patterns[i][j - i - 1] }
    func apply(_ mode: Mode, _ index: Int, _ pattern: Pattern) -> UInt128? {
      let factor = problem.factors[index]
      guard let cost = factor.cost(mode),
        mode == .tangent || problem.allowsAdjoint(of: factor)
      else { return nil }
      return CostModel.apply(
        evaluations: CostModel.evaluations(mode, pattern), cost: cost)
    }
    var best = [[UInt128]](
      repeating: [UInt128](repeating: .max, count: q + 1), count: q)
    for length in 1...q {
      for i in 0...q - length {
        let j = i + length
        var prices: [UInt128] = []
        if length == 1 {
          if problem.factors[chain[i]].isGiven { prices.append(0) }
          for mode in Mode.allCases {
            if let price = apply(mode, chain[i], pattern(i, j)) {
              prices.append(price)
            }
          }
        } else if problem.matrixFree {
          if let price = apply(.tangent, chain[j - 1], pattern(i, j)) {
            prices.append(best[i][j - 1] + price)
          }
          if let price = apply(.adjoint, chain[i], pattern(i, j)) {
            prices.append(best[i + 1][j] + price)
          }
        }
        for k in i + 1..<max(j, i + 1) {
          prices.append(
            best[i][k] + best[k][j]
              + CostModel.multiply(pattern(k, j), pattern(i, k)))
        }
        best[i][j] = prices.min()!
      }
    }
    return best
  }

  private func check(_ problem: Problem) throws {
    let solution = try DynamicProgramming().solve(problem)
    let expected = try Self.optimum(of: problem)
    let price = try solution.plan.priced(for: problem).fma
    #expect(solution.lowerBound == expected, "\(problem.name)")
    #expect(price == expected, "\(problem.name)")
  }

  private func bands(
    _ count: Int, size: Int, seed: UInt64,
    _ widths: (inout SplitMix64) -> (Int, Int)
  ) throws -> Problem {
    var random = SplitMix64(seed: seed)
    return try Problem(
      name: "\(count) bands of size \(size), seed \(seed)",
      factors: (0..<count).map { index in
        let (lower, upper) = widths(&random)
        return Factor(
          name: "f\(index)", rows: size, columns: size,
          structure: .banded(
            lower: min(lower, size - 1), upper: min(upper, size - 1)))
      })
  }

  @Test(arguments: [Family.uniform, .matrixFree, .banded, .huge])
  func severalTiles(_ family: Family) throws {
    try check(try family.problem(factors: 135, seed: 3))
  }

  @Test func everyStructure() throws {
    try check(try Family.mixed.problem(factors: 70, seed: 3))
  }

  @Test(arguments: 62...66)
  func theEdgeOfATile(_ factors: Int) throws {
    try check(try Family.matrixFree.problem(factors: factors, seed: 5))
    try check(
      try bands(factors, size: 40, seed: 5) { random in
        (random.integer(in: 0...2), random.integer(in: 0...2))
      })
  }

  @Test(arguments: [1, 2, 5, 30, 100, 400])
  func bandsThatFillUpEarlyLateOrNever(_ size: Int) throws {
    try check(try bands(135, size: size, seed: 1) { _ in (1, 1) })
    try check(
      try bands(67, size: size, seed: 2) { random in
        (random.integer(in: 0...3), random.integer(in: 0...3))
      })
    try check(try bands(67, size: size, seed: 3) { _ in (0, 1) })
  }

  @Test(arguments: [40, 1 << 10, 100_000_000])
  func bandsOverThreeTiles(_ size: Int) throws {
    // Wide and narrow ones in turns, so that tiles meet every regime; some
    // diagonals; above 10^7 some polynomials don't fit doubles.
    try check(
      try bands(140, size: size, seed: 7) { random in
        (random.integer(in: 0...2), random.integer(in: 0...1))
      })
    try check(
      try bands(70, size: size, seed: 8) { random in
        let width = random.integer(in: 0...9) == 0 ? 20 : 0
        return (width, width)
      })
  }

  @Test func bandsOfTwoSizes() throws {
    // A tile may hold bands of both.
    var random = SplitMix64(seed: 9)
    var size = 30
    let factors = (0..<66).map { index -> Factor in
      let columns = size
      if index % 10 == 9 { size = 50 - size }
      return Factor(
        name: "f\(index)", rows: size, columns: columns,
        structure: .banded(
          lower: random.integer(in: 0...2), upper: random.integer(in: 0...1)))
    }
    try check(try Problem(name: "two sizes", factors: factors))
  }

  @Test func pricesBeyondDoubles() throws {
    // Above 2^53 and above 2^62, with bands and with dense dimensions.
    for size in [1 << 20, 1 << 30, 1 << 40] {
      try check(
        try bands(67, size: size, seed: 4) { random in
          (random.integer(in: 0...size), random.integer(in: 0...9))
        })
    }
    for unit in [1 << 8, 1 << 16, 1 << 20] {
      var random = SplitMix64(seed: 6)
      let dimensions = (0...67).map { _ in
        unit * random.integer(in: 1...1000)
      }
      try check(
        try Problem(
          name: "dimensions times \(unit)",
          factors: zip(dimensions, dimensions.dropFirst()).enumerated().map {
            Factor(name: "J\($0)", rows: $1.1, columns: $1.0)
          }))
    }
  }

  @Test func bandsBetweenOtherStructures() throws {
    // Units, blocks, diagonals and patterns without closed form among bands.
    var random = SplitMix64(seed: 8)
    let size = 24
    let factors = (0..<70).map { index -> Factor in
      let structure: Structure =
        switch random.integer(in: 0...9) {
        case 0: .identity
        case 1: .diagonal
        case 2: .blockDiagonal(count: 6, rows: 4, columns: 4)
        case 3: .selection((0..<size).map { ($0 + 1) % size })
        case 4: .dense
        default: .banded(lower: index % 3, upper: 1)
        }
      return Factor(
        name: "f\(index)", rows: size, columns: size, structure: structure,
        isGiven: index % 4 != 0,
        tangentCost: index % 4 < 2 ? 30 : nil,
        adjointCost: index % 5 == 0 || index % 4 == 0 ? 50 : nil, tape: index)
    }
    try check(try Problem(name: "between", factors: factors))
    try check(
      try Problem(
        name: "between, tape", factors: factors,
        limits: Limits(tapePerStep: 30)))
  }
}
