import ChainRandom
import JacobianChain
import Testing

/// Prices of joined bands, taken apart, against the sum over the shared
/// dimension.
@Suite("Terms of joined bands") struct BandTermsTests {
  typealias Widths = CostModel.BandWidths

  private func price(
    _ n: Int, _ outer: Widths, _ inner: Widths
  ) throws -> Double {
    func band(_ widths: Widths) throws -> Pattern {
      try Pattern(
        rows: n, columns: n,
        structure: .banded(lower: Int(widths.lower), upper: Int(widths.upper)),
        at: "")
    }
    return Double(CostModel.multiply(try band(outer), try band(inner)))
  }

  /// The sum of the terms, for one way to take widths apart.
  private func sum(
    _ terms: CostModel.BandTerms, _ outer: Widths, _ inner: Widths,
    gain: Widths, loss: Widths
  ) -> Double {
    let (start, end) = (inner - gain, outer + loss)
    let slopes = terms.slopes(start, gain: gain, loss: loss)
    return terms.start(start) + terms.inner(gain: gain, loss: loss)(start)
      + terms.outer(outer, gain: gain, loss: loss) + terms.ends(start)(end)
      + slopes.lower * end.lower + slopes.upper * end.upper
  }

  @Test("All widths of all small bands, taken apart anyhow")
  func small() throws {
    var random = SplitMix64(seed: 1)
    func widths() -> Widths {
      Widths(
        lower: Double(random.integer(in: -4...4)),
        upper: Double(random.integer(in: -4...4)))
    }
    for n in 1...6 {
      for code in 0..<n * n * n * n {
        let inner = Widths(lower: Double(code % n), upper: Double(code / n % n))
        let outer = Widths(
          lower: Double(code / n / n % n), upper: Double(code / n / n / n))
        let regime = try #require(
          CostModel.BandRegime(
            size: Double(n), inner: (inner, inner), outer: (outer, outer),
            sums: (inner + outer, inner + outer)))
        let terms = CostModel.BandTerms(size: Double(n), regime: regime)
        let sum = sum(terms, outer, inner, gain: widths(), loss: widths())
        try #require(
          try sum == price(n, outer, inner), "\(n): \(outer) · \(inner)")
      }
    }
  }

  @Test("A regime of ranges holds for all widths in them")
  func ranges() throws {
    var random = SplitMix64(seed: 2)
    let n = 60
    var found = 0
    func range() -> CostModel.BandRange {
      let lower = random.integer(in: 0...n - 4)
      let upper = random.integer(in: 0...n - 4)
      let (least, size) = (
        Widths(lower: Double(lower), upper: Double(upper)), 3
      )
      return (
        least,
        least
          + Widths(
            lower: Double(random.integer(in: 0...size)),
            upper: Double(random.integer(in: 0...size)))
      )
    }
    func one(_ range: CostModel.BandRange) -> Widths {
      let span = range.most - range.least
      return range.least
        + Widths(
          lower: Double(random.integer(in: 0...Int(span.lower))),
          upper: Double(random.integer(in: 0...Int(span.upper))))
    }
    for _ in 0..<500 {
      let (inner, outer) = (range(), range())
      guard
        let regime = CostModel.BandRegime(
          size: Double(n), inner: inner, outer: outer,
          sums: (inner.least + outer.least, inner.most + outer.most))
      else { continue }
      found += 1
      let terms = CostModel.BandTerms(size: Double(n), regime: regime)
      for _ in 0..<5 {
        let (x, y) = (one(inner), one(outer))
        let sum = sum(terms, y, x, gain: one(inner), loss: one(outer))
        try #require(try sum == price(n, y, x), "\(y) · \(x)")
      }
    }
    #expect(found > 300)
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
