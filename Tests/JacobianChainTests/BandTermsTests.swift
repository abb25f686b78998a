import ChainRandom
import JacobianChain
import Testing

/// Prices of joined bands, taken apart, against the sum over the shared
/// dimension.
@Suite("Terms of joined bands") struct BandTermsTests {
  typealias Lanes = CostModel.Lanes
  typealias Terms = CostModel.BandTerms

  private func price(_ n: Int, outer: Int, inner: Int) throws -> Double {
    func band(_ width: Int) throws -> Pattern {
      try Pattern(
        rows: n, columns: n, structure: .banded(lower: width, upper: width),
        at: "")
    }
    return Double(CostModel.multiply(try band(outer), try band(inner)))
  }

  /// The sum of the terms for narrower or wider outer bands.
  private func sum(
    _ n: Int, _ i: Double, _ k: Double, _ j: Double, _ isNarrower: Bool
  ) -> Double {
    let terms = Terms(size: Double(n))
    let (middle, end) = (Lanes(repeating: k), Lanes(repeating: j))
    return terms.inner(i, middle)[outerIsNarrower: isNarrower][0]
      + terms.outer(k, end)[outerIsNarrower: isNarrower][1]
      + terms.ends(i, end)[outerIsNarrower: isNarrower][2]
      + Terms.slope(i, k, outerIsNarrower: isNarrower) * j
  }

  /// The terms of every polynomial that holds, and those of the wider outer
  /// band with what is missing otherwise.
  private func check(_ n: Int, from start: Int, inner: Int, outer: Int) throws {
    let i = Double(start)
    let (k, j) = (i + Double(inner), i + Double(inner + outer))
    let expected = try price(n, outer: outer, inner: inner)
    let place: Comment = "\(n): \(outer) · \(inner) from \(start)"
    if outer <= inner { try #require(sum(n, i, k, j, true) == expected, place) }
    if outer >= inner {
      try #require(sum(n, i, k, j, false) == expected, place)
    }
    let excess = Terms.excess(i, k, Lanes(repeating: j))[1]
    try #require(sum(n, i, k, j, false) + excess == expected, place)
  }

  @Test("All widths of all small bands, from anywhere in a chain")
  func small() throws {
    for n in 1...9 {
      for start in 0...9 {
        for code in 0..<n * n {
          try check(n, from: start, inner: code % n, outer: code / n)
        }
      }
    }
  }

  @Test("Sums up to the bound of exact prices")
  func border() throws {
    // 16 · (n + W) · (W + 1)² is just below 2^52.
    var random = SplitMix64(seed: 2)
    for (n, most) in [(1 << 15, 52_000), (50, 65_000), (1 << 38, 31)] {
      for _ in 0..<100 {
        let width = min(n - 1, most / 3)
        let (inner, outer) = (
          random.integer(in: 0...width), random.integer(in: 0...width)
        )
        try check(n, from: most - inner - outer, inner: inner, outer: outer)
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
