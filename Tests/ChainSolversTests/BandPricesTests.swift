import ChainRandom
import JacobianChain
import Testing

@testable import ChainSolvers

/// Chains of bands and dense factors: every entry of the table against the
/// recurrence as it stands in the book. Bands that are wider on one side, and
/// identities, are priced as other structures are.
@Suite struct BandPricesTests {
  private func problem(
    _ name: String, seed: UInt64, _ sizes: [Int],
    free: Bool = false,
    _ structure: (Int, inout ChainRandom.SplitMix64) -> Structure
  ) throws -> Problem {
    var random = ChainRandom.SplitMix64(seed: seed)
    return try Problem(
      name: "\(name), \(sizes.count - 1) factors, seed \(seed)",
      factors: (0..<sizes.count - 1).map { k in
        let isSquare = sizes[k] == sizes[k + 1]
        return Factor(
          name: "f\(k)", rows: sizes[k + 1], columns: sizes[k],
          structure: isSquare ? structure(k, &random) : .dense,
          isGiven: !free || k % 3 != 0, tangentCost: free ? 40 + k % 7 : nil,
          adjointCost: free && k % 2 == 0 ? 50 - k % 5 : nil)
      })
  }

  private func band(_ size: Int, _ lower: Int, _ upper: Int) -> Structure {
    .banded(lower: min(lower, size - 1), upper: min(upper, size - 1))
  }

  private func check(_ problem: Problem, isOther: Bool = false) throws {
    let chain = problem.chain!
    let expected = try SpanTableTests.optima(of: problem)
    if !isOther {
      let prices = try #require(
        try BandPrices(chain, of: problem), "\(problem.name)")
      let table = SpanTable<Double>(factors: chain.count)
      #expect(table.fill(prices, .unlimited) == nil)
      for i in 0..<chain.count {
        for j in i + 1...chain.count {
          try #require(
            table.value(i, j).fma == expected[i][j],
            "\(problem.name): \(i)..<\(j)")
        }
      }
    }
    let solution = try DynamicProgramming().solve(problem)
    #expect(try solution.plan.priced(for: problem).fma == expected[0].last)
  }

  @Test(arguments: [1, 2, 3, 4, 7, 12, 40, 300])
  func anyWidths(_ size: Int) throws {
    for seed in 0..<12 as Range<UInt64> {
      var random = ChainRandom.SplitMix64(seed: seed)
      let count = random.integer(in: 1...30)
      let most = random.integer(in: 0...min(4, size))
      let (l, u) = (
        random.integer(in: 0...most), random.integer(in: 0...most)
      )
      let isFree = random.integer(in: 0...2) == 0
      let sizes = [Int](repeating: size, count: count + 1)
      try check(
        try problem("any", seed: seed, sizes, free: isFree) { _, random in
          let width = random.integer(in: 0...most)
          return band(size, width, width)
        })
      try check(
        try problem("uneven", seed: seed, sizes, free: isFree) { _, random in
          band(
            size, random.integer(in: 0...most), random.integer(in: 0...most))
        }, isOther: true)
      try check(
        try problem("one width", seed: seed, sizes, free: isFree) { _, _ in
          band(size, l, l)
        })
      try check(
        try problem("two widths", seed: seed, sizes) { _, _ in
          band(size, l, u)
        }, isOther: true)
    }
  }

  @Test func wideOnOneSideThenOnTheOther() throws {
    for (seed, size) in [(1, 5), (2, 9), (3, 20)] as [(UInt64, Int)] {
      for period in [3, 8, 25] {
        let sizes = [Int](repeating: size, count: 51)
        try check(
          try problem("sides", seed: seed, sizes) { k, random in
            let width = random.integer(in: 0...3)
            return k / period % 2 == 0
              ? band(size, width, 0) : band(size, 0, width)
          }, isOther: true)
      }
    }
  }

  @Test func denseFactorsAndIdentitiesAmongBands() throws {
    for seed in 0..<25 as Range<UInt64> {
      var random = ChainRandom.SplitMix64(seed: seed)
      var sizes = [random.integer(in: 1...30)]
      let rarity = random.integer(in: 1...15)
      for _ in 0..<random.integer(in: 2...70) {
        let changes = random.integer(in: 0...rarity) == 0
        sizes.append(changes ? random.integer(in: 1...30) : sizes.last!)
      }
      let hasIdentities = random.integer(in: 0...1) == 0
      let isSymmetric = random.integer(in: 0...1) == 0
      try check(
        try problem(
          "among", seed: seed, sizes, free: random.integer(in: 0...2) == 0
        ) { k, random in
          if hasIdentities, random.integer(in: 0...5) == 0 { return .identity }
          if random.integer(in: 0...20) == 0 { return .dense }
          let lower = random.integer(in: 0...2)
          return band(
            sizes[k], lower,
            isSymmetric ? lower : random.integer(in: 0...2))
        }, isOther: !isSymmetric || hasIdentities)
    }
  }

  @Test(arguments: [59, 62, 63, 64, 65, 127, 128])
  func theEdgesOfTiles(_ count: Int) throws {
    let sizes = [3] + [Int](repeating: 70, count: count - 1) + [5]
    try check(
      try problem("tridiagonal", seed: 0, sizes) { _, _ in band(70, 1, 1) })
    try check(
      try problem("several", seed: 1, sizes) { _, random in
        let width = random.integer(in: 0...2)
        return band(70, width, width)
      })
    // The 64th factor is the first that leads out of a tile.
    try check(
      try problem("identities", seed: 2, sizes) { k, _ in
        k % 3 == 0 ? .identity : band(70, 1, 1)
      }, isOther: true)
  }

  @Test func numbersThatDoublesHold() throws {
    // (n + W) · W² up to 2^46, whose prices are 64 times as much.
    func bands(_ size: Int, _ width: Int, _ count: Int) throws -> Problem {
      let sizes = [Int](repeating: size, count: count + 1)
      return try problem("large", seed: 0, sizes) { k, _ in
        let width = k % 2 == 0 ? width : width - 1
        return band(size, width, width)
      }
    }
    try check(try bands(1 << 36, 2, 12))
    try check(try bands(30_000, 2_900, 10))
    for (size, width) in [(1 << 36, 4), (1 << 31, 2_900), (50_000, 4_000)] {
      let problem = try bands(size, width, 12)
      #expect(!BandPrices.takes(problem.chain!, of: problem))
      let solution = try DynamicProgramming().solve(problem)
      #expect(
        try solution.lowerBound == SpanTableTests.optimum(of: problem))
    }
  }

  @Test func otherStructuresArePricedOneByOne() throws {
    for structure in [
      .selection([1, 2, 0, 3]),
      .blockDiagonal(count: 2, rows: 2, columns: 2),
    ] as [Structure] {
      let problem = try problem("others", seed: 0, [4, 4, 4, 4]) { k, _ in
        k == 1 ? structure : band(4, 1, 1)
      }
      #expect(!BandPrices.takes(problem.chain!, of: problem))
    }
  }

  @Test func memoryIsToldBeforeItIsTaken() throws {
    func support(_ count: Int) throws -> Support {
      let sizes = [Int](repeating: 100, count: count + 1)
      let problem = try problem("many", seed: 0, sizes) { _, _ in
        band(100, 1, 1)
      }
      return DynamicProgramming().support(for: problem, objective: .fma)
    }
    // Six tables of eight bytes a span.
    #expect(try support(13_000) == .exact)
    #expect(try support(14_000) != .exact)
  }
}
