import ChainRandom
import JacobianChain
import Testing

/// The polynomials for products of two bands against the sum over the shared
/// dimension.
@Suite("Band products") struct BandProductTests {
  private func price(
    _ n: Int, _ outer: (Int, Int), _ inner: (Int, Int)
  ) throws -> UInt128 {
    func band(_ widths: (Int, Int)) throws -> Pattern {
      try Pattern(
        rows: n, columns: n,
        structure: .banded(lower: widths.0, upper: widths.1), at: "")
    }
    return CostModel.multiply(try band(outer), try band(inner))
  }

  @Test("All widths of all small bands, in both kinds of number")
  func small() throws {
    for n in 1...7 {
      for code in 0..<n * n * n * n {
        let (y, x) = (code % n, code / n % n)
        let (lower, upper) = (code / n / n % n, code / n / n / n)
        let expected = try price(n, (y, x), (lower, upper))
        let exact = CostModel.BandProduct(
          size: Int128(n), innerLower: Int128(lower),
          innerUpper: Int128(upper))
        let fast = CostModel.BandProduct(
          size: Double(n), innerLower: Double(lower),
          innerUpper: Double(upper))
        try #require(
          exact.price(lower: Int128(y), upper: Int128(x)) == Int128(expected)
            && fast.price(lower: Double(y), upper: Double(x))
              == Double(expected),
          "\(n): (\(y), \(x)) · (\(lower), \(upper))")
      }
    }
  }

  @Test("A polynomial holds up to its end, and not from there on")
  func ends() {
    let n = 40
    for (lower, upper) in [(3, 3), (0, 7), (20, 25), (39, 1), (0, 0)] {
      let product = CostModel.BandProduct(
        size: Double(n), innerLower: Double(lower), innerUpper: Double(upper))
      for start in 0..<n {
        let share = product.upperShare(from: Double(start))
        for x in start..<n where Double(x) < share.end {
          #expect(
            share(Double(x)) == product.upperShare(from: Double(x))(Double(x)))
        }
        #expect(share.end > Double(start))
      }
    }
  }

  @Test("Symmetric bands that don't reach across need one quadratic")
  func symmetric() throws {
    for n in 1...12 {
      for (x, inner) in (0..<n * n).map({ ($0 % n, $0 / n) })
      where x + inner < n {
        let expected = Double(try price(n, (x, x), (inner, inner)))
        let product = CostModel.BandProduct(
          size: Double(n), innerLower: Double(inner), innerUpper: Double(inner))
        let width = Double(x)
        let pyramids = (width * width * width - width) / 3
        let (narrow, wide) = (product.narrower, product.wider)
        if x <= inner {
          let value =
            narrow.constant + narrow.linear * width
            + narrow.square * width * width - pyramids
          #expect(value == expected)
        }
        if x >= inner {
          let value =
            wide.constant + wide.linear * width
            + wide.square * width * width
          #expect(value == expected)
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
      let product = CostModel.BandProduct(
        size: Int128(n), innerLower: Int128(widths[2]),
        innerUpper: Int128(widths[3]))
      let expected = try price(
        n, (widths[0], widths[1]), (widths[2], widths[3]))
      #expect(
        product.price(lower: Int128(widths[0]), upper: Int128(widths[1]))
          == Int128(expected))
    }
  }
}
