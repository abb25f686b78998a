import ChainRandom
import JacobianChain
import Testing

/// Closed forms of bands against patterns and the sum over the shared dimension.
@Suite("Band products") struct BandProductTests {
  private func pattern(_ n: Int, _ widths: (Int, Int)) throws -> Pattern {
    try Pattern(
      rows: n, columns: n,
      structure: .banded(lower: widths.0, upper: widths.1), at: "")
  }

  private func band<Number: BandNumber>(
    _ n: Int, _ widths: (Int, Int), as: Number.Type
  ) -> CostModel.Band<Number> {
    CostModel.Band(
      size: Number(n), lower: Number(widths.0), upper: Number(widths.1))
  }

  @Test("All widths of all small bands, in both kinds of number")
  func small() throws {
    for n in 1...7 {
      for code in 0..<n * n * n * n {
        let outer = (code % n, code / n % n)
        let inner = (code / n / n % n, code / n / n / n)
        let expected = CostModel.multiply(
          try pattern(n, outer), try pattern(n, inner))
        let exact = band(n, outer, as: Int128.self)
          .price(times: band(n, inner, as: Int128.self))
        let fast = band(n, outer, as: Double.self)
          .price(times: band(n, inner, as: Double.self))
        try #require(
          exact == Int128(expected) && fast == Double(expected),
          "\(n): \(outer) · \(inner)")
      }
    }
  }

  @Test("Nonzeros and colours of all small bands")
  func counts() throws {
    for n in 1...8 {
      for widths in (0..<n * n).map({ ($0 % n, $0 / n) }) {
        let pattern = try pattern(n, widths)
        let (exact, fast) = (
          band(n, widths, as: Int128.self), band(n, widths, as: Double.self)
        )
        #expect(exact.nonzeros == Int128(pattern.columnCounts.sum))
        #expect(fast.nonzeros == Double(pattern.columnCounts.sum))
        for mode in Mode.allCases {
          let colours = CostModel.evaluations(mode, pattern)
          #expect(exact.colours == Int128(colours))
          #expect(fast.colours == Double(colours))
        }
      }
    }
  }

  @Test("Widths up to 2^40 need 128 bits and are exact")
  func huge() throws {
    var random = SplitMix64(seed: 1)
    let n = Problem.dimensionLimit
    for _ in 0..<200 {
      let widths = (0..<4).map { _ in random.integer(in: 0...n - 1) }
      let (outer, inner) = ((widths[0], widths[1]), (widths[2], widths[3]))
      let expected = CostModel.multiply(
        try pattern(n, outer), try pattern(n, inner))
      let price = band(n, outer, as: Int128.self)
        .price(times: band(n, inner, as: Int128.self))
      #expect(price == Int128(expected))
    }
  }

  @Test("Doubles are exact up to the bound that they are used to")
  func border() throws {
    // 16 · n · W² is just below 2^53, with rounded sixths of cubes up to W³.
    var random = SplitMix64(seed: 2)
    for (n, width) in [(1 << 17, 1 << 16), (82_000, 81_999), (1 << 40, 22)] {
      for _ in 0..<200 {
        let widths = (0..<4).map { _ in
          random.integer(in: width / 2...width - 1)
        }
        let (outer, inner) = ((widths[0], widths[1]), (widths[2], widths[3]))
        let exact = band(n, outer, as: Int128.self)
          .price(times: band(n, inner, as: Int128.self))
        let fast = band(n, outer, as: Double.self)
          .price(times: band(n, inner, as: Double.self))
        #expect(Int128(fast) == exact, "\(n): \(outer) · \(inner)")
      }
    }
  }
}
