import JacobianChain

/// Where the spans of a chain of symmetric bands and dense factors are bands,
/// and how wide: sums of widths at the boundaries tell it for all of them.
///
/// Boundaries between which there are only bands are a run. A span within a run
/// is a band, or dense where that has filled up; a span from one run to another
/// is dense. What the pointers point to is `BandPrices`'.
struct BandChain: @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>

  /// At each boundary 0…q its dimension, and the widths of all bands before it
  /// in its run; three more are zero.
  let dimensions: Row
  let sums: Row
  /// For boundary i, the first boundary j to which the span is dense.
  let denseFrom: UnsafeMutablePointer<Int>

  /// Memory for `count` boundaries, dimensions and sums all zero.
  init(boundaries count: Int) {
    dimensions = .allocate(capacity: 2 * (count + 3))
    dimensions.initialize(repeating: 0, count: 2 * (count + 3))
    sums = dimensions + (count + 3)
    denseFrom = .allocate(capacity: count)
  }

  func deallocate() {
    dimensions.deallocate()
    denseFrom.deallocate()
  }

  /// Finds `denseFrom` in one run: spans of later starts are no wider.
  func findEnds(of run: Range<Int>) {
    let full = dimensions[run.lowerBound] - 1
    var dense = run.lowerBound + 1
    for i in run {
      dense = max(dense, i + 1)
      while dense < run.upperBound, sums[dense] - sums[i] < full { dense += 1 }
      denseFrom[i] = dense
    }
  }

  /// Span `i..<j` within a run.
  @inline(__always)
  func band(_ i: Int, _ j: Int) -> CostModel.Band<Double> {
    let width = min(sums[j] - sums[i], dimensions[i] - 1)
    return CostModel.Band(size: dimensions[i], lower: width, upper: width)
  }

  /// The nonzeros of span `i..<j`.
  @inline(__always)
  func nonzeros(_ i: Int, _ j: Int) -> Double {
    if j >= denseFrom[i] { return dimensions[i] * dimensions[j] }
    return band(i, j).nonzeros
  }

  /// The price of the product of spans `i..<k` and `k..<j`.
  @inline(__always)
  func price(_ i: Int, _ k: Int, _ j: Int) -> Double {
    if k >= denseFrom[i] { return dimensions[i] * nonzeros(k, j) }
    if j >= denseFrom[k] { return dimensions[j] * nonzeros(i, k) }
    return band(k, j).price(times: band(i, k))
  }

  /// Whether the outer band is the narrower one in all products of bands (i, k)
  /// and (k, j); nil when it is in some.
  @inline(__always)
  func isOuterNarrower(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>
  ) -> Bool? {
    // Bands of later splits are wider inside and narrower outside.
    if sums[js.upperBound - 1] + sums[i] <= 2 * sums[ks.lowerBound] {
      return true
    }
    return sums[js.lowerBound] + sums[i] < 2 * sums[ks.upperBound - 1]
      ? nil : false
  }
}
