import ChainRandom
import JacobianChain
import Testing

/// Prices of joined bands, taken apart, against the sum over the shared
/// dimension.
@Suite("Terms of joined bands") struct BandTermsTests {
  typealias Sums = CostModel.BandSums
  typealias Terms = CostModel.BandTerms

  private func price(
    _ n: Int, _ outer: (lower: Int, upper: Int),
    _ inner: (lower: Int, upper: Int)
  ) throws -> Double {
    func band(_ widths: (lower: Int, upper: Int)) throws -> Pattern {
      try Pattern(
        rows: n, columns: n,
        structure: .banded(lower: widths.lower, upper: widths.upper), at: "")
    }
    return Double(CostModel.multiply(try band(outer), try band(inner)))
  }

  /// The same boundary in each lane.
  private func lanes(_ sums: Sums) -> CostModel.BandLanes {
    CostModel.BandLanes(
      lower: CostModel.Lanes(repeating: sums.lower),
      upper: CostModel.Lanes(repeating: sums.upper))
  }

  /// The sum of the terms in one regime.
  private func sum(
    _ n: Int, _ i: Sums, _ k: Sums, _ j: Sums, _ regime: CostModel.BandRegime
  ) -> Double {
    let terms = Terms(size: Double(n))
    let (slopes, more) = (Terms.slopes(i, k, regime), terms.slopesCut(i, k))
    let inner = terms.inner(i, lanes(k))[regime] + terms.innerCut(i, lanes(k))
    let outer = terms.outer(k, lanes(j))[regime] + terms.outerCut(k, lanes(j))
    return inner[0] + outer[1] + terms.ends(i, lanes(j))[regime][2]
      + (slopes.lower + more.lower) * j.lower
      + (slopes.upper + more.upper) * j.upper + terms.cut(i, k, lanes(j))[3]
  }

  /// The terms of every regime that holds, and those of the wider outer band
  /// with what is missing otherwise.
  private func check(
    _ n: Int, _ i: (Int, Int), _ inner: (lower: Int, upper: Int),
    _ outer: (lower: Int, upper: Int)
  ) throws {
    let start = Sums(lower: Double(i.0), upper: Double(i.1))
    let k = Sums(
      lower: Double(i.0 + inner.lower), upper: Double(i.1 + inner.upper))
    let j = Sums(
      lower: k.lower + Double(outer.lower), upper: k.upper + Double(outer.upper)
    )
    let full = n - 1
    let expected = try price(
      n, (min(outer.lower, full), min(outer.upper, full)),
      (min(inner.lower, full), min(inner.upper, full)))
    // Full on different sides: never too cheap.
    let isApart =
      min(inner.lower, outer.upper) > n || min(inner.upper, outer.lower) > n
    func holds(_ sum: Double) -> Bool {
      isApart ? sum >= expected : sum == expected
    }
    let place: Comment = "\(n): \(outer) · \(inner) from \(i)"
    for upper in [true, false]
    where upper ? outer.upper <= inner.lower : outer.upper >= inner.lower {
      for lower in [true, false]
      where lower ? outer.lower <= inner.upper : outer.lower >= inner.upper {
        var regime: CostModel.BandRegime = []
        if upper { regime.insert(.upperNarrower) }
        if lower { regime.insert(.lowerNarrower) }
        try #require(holds(sum(n, start, k, j, regime)), place)
      }
    }
    let excess = Terms.excess(start, k, lanes(j))[1]
    try #require(holds(sum(n, start, k, j, []) + excess), place)
  }

  @Test("All widths of all small bands, from anywhere in a chain")
  func small() throws {
    var random = SplitMix64(seed: 1)
    for n in 1...5 {
      // Half as many again as a full band has.
      let m = n + n / 2 + 2
      for code in 0..<m * m * m * m {
        let start = (random.integer(in: 0...9), random.integer(in: 0...9))
        try check(
          n, start, (code % m, code / m % m),
          (code / m / m % m, code / m / m / m))
      }
    }
  }

  @Test("Sums up to the bound of exact prices")
  func border() throws {
    // 16 · (n + W) · (W + 1)² is just below 2^52.
    var random = SplitMix64(seed: 2)
    for (n, most) in [(1 << 15, 52_000), (50, 65_000), (1 << 38, 31)] {
      for _ in 0..<100 {
        let width = min(n, most / 3)
        let (a, b, c, d) = (
          random.integer(in: 0...width), random.integer(in: 0...width),
          random.integer(in: 0...width), random.integer(in: 0...width)
        )
        let start = (most - a - c, most - b - d)
        try check(n, start, (a, b), (c, d))
      }
    }
  }

  @Test("Products of square bands add widths, as all products of patterns do")
  func squareBands() throws {
    for n in 1...5 {
      let patterns = try (0..<n * n).map {
        try Pattern(
          rows: n, columns: n,
          structure: .banded(lower: $0 % n, upper: $0 / n), at: "")
      }
      for (outer, inner) in patterns.flatMap({ a in patterns.map { (a, $0) } })
      {
        let band = try #require(outer.squareBand)
        let product = band.product(try #require(inner.squareBand))
        let expected = try Pattern.product(outer, inner)
        #expect(Pattern(product) == expected)
        #expect(expected.squareBand == product)
      }
    }
    let others: [(Int, Int, Structure)] = [
      (3, 3, .identity), (3, 4, .banded(lower: 1, upper: 1)), (3, 4, .dense),
      (3, 3, .selection([0, 0, 1])),
    ]
    for (rows, columns, structure) in others {
      let pattern = try Pattern(
        rows: rows, columns: columns, structure: structure, at: "")
      #expect(pattern.squareBand == nil)
    }
  }
}
