import JacobianChain

/// Where the spans of a chain of square bands and dense factors are bands, and
/// how wide: sums of widths at the boundaries tell it for all of them.
///
/// Boundaries between which there are only bands are a run. A span within a run
/// is a band, which may have filled up; a span from one run to another is
/// dense. What the pointers point to is `BandPrices`'.
struct BandChain: @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>

  /// Whether all bands are as wide below the diagonal as above it.
  let isSymmetric: Bool
  /// Whether there are identities.
  let hasUnits: Bool
  /// At each boundary 0…q its dimension, and the widths of all bands before it
  /// in its run; three more are zero.
  let dimensions: Row
  let lower: Row
  let upper: Row
  /// For boundary i, the first boundary j to which the span is dense.
  let denseFrom: UnsafeMutablePointer<Int>
  /// The first to which it is dense or a band that is full on one side only.
  let cutFrom: UnsafeMutablePointer<Int>
  /// The last to which it has only identities, i itself when there are none.
  let unitTo: UnsafeMutablePointer<Int>

  /// Memory for `count` boundaries, dimensions and sums all zero.
  init(boundaries count: Int, isSymmetric: Bool, hasUnits: Bool) {
    (self.isSymmetric, self.hasUnits) = (isSymmetric, hasUnits)
    dimensions = .allocate(capacity: 3 * (count + 3))
    dimensions.initialize(repeating: 0, count: 3 * (count + 3))
    lower = dimensions + (count + 3)
    upper = lower + (count + 3)
    denseFrom = .allocate(capacity: 3 * count)
    cutFrom = denseFrom + count
    unitTo = cutFrom + count
  }

  func deallocate() {
    dimensions.deallocate()
    denseFrom.deallocate()
  }

  /// Finds `denseFrom` and `cutFrom` in one run: spans of later starts are no
  /// wider.
  func findEnds(of run: Range<Int>) {
    let full = dimensions[run.lowerBound] - 1
    var (dense, cut) = (run.lowerBound + 1, run.lowerBound + 1)
    for i in run {
      dense = max(dense, i + 1)
      while dense < run.upperBound,
        min(lower[dense] - lower[i], upper[dense] - upper[i]) < full
      {
        dense += 1
      }
      cut = max(cut, i + 1)
      while cut < dense,
        max(lower[cut] - lower[i], upper[cut] - upper[i]) <= full
      {
        cut += 1
      }
      (denseFrom[i], cutFrom[i]) = (dense, cut)
    }
  }

  /// Sums at a boundary.
  @inline(__always)
  func sums(_ i: Int) -> CostModel.BandSums {
    CostModel.BandSums(lower: lower[i], upper: upper[i])
  }

  /// Sums at four boundaries.
  @inline(__always)
  func lanes(_ j: Int) -> CostModel.BandLanes {
    CostModel.BandLanes(
      lower: CostModel.Lanes(lower, j), upper: CostModel.Lanes(upper, j))
  }

  /// Span `i..<j` within a run.
  @inline(__always)
  func band(_ i: Int, _ j: Int) -> CostModel.Band<Double> {
    isSymmetric
      ? symmetricBand(i, j)
      : CostModel.Band(
        size: dimensions[i], lower: width(lower, i, j),
        upper: width(upper, i, j))
  }

  /// The same where both widths are one number, which halves the arithmetic.
  @inline(__always)
  private func symmetricBand(_ i: Int, _ j: Int) -> CostModel.Band<Double> {
    let width = width(upper, i, j)
    return CostModel.Band(size: dimensions[i], lower: width, upper: width)
  }

  @inline(__always)
  private func width(_ sums: Row, _ i: Int, _ j: Int) -> Double {
    min(sums[j] - sums[i], dimensions[i] - 1)
  }

  /// Σ of the nonzeros of span `i..<j`; 0 for identities, whose products are
  /// free.
  @inline(__always)
  func nonzeros(_ i: Int, _ j: Int) -> Double {
    if j <= unitTo[i] { return 0 }
    if j >= denseFrom[i] { return dimensions[i] * dimensions[j] }
    return band(i, j).nonzeros
  }

  /// The price of the product of spans `i..<k` and `k..<j`.
  @inline(__always)
  func price(_ i: Int, _ k: Int, _ j: Int) -> Double {
    if hasUnits, k <= unitTo[i] || j <= unitTo[k] { return 0 }
    if k >= denseFrom[i] { return dimensions[i] * nonzeros(k, j) }
    if j >= denseFrom[k] { return dimensions[j] * nonzeros(i, k) }
    return isSymmetric
      ? symmetricBand(k, j).price(times: symmetricBand(i, k))
      : band(k, j).price(times: band(i, k))
  }

  /// Whether some bands (i, k) and (k, j) may be cut off on different sides,
  /// which `CostModel.BandTerms` doesn't know.
  func areCutApart(_ i: Int, _ ks: Range<Int>, _ js: Range<Int>) -> Bool {
    func isCut(_ sums: Row, _ start: Int, _ end: Int) -> Bool {
      sums[end] - sums[start] >= dimensions[i]
    }
    let (first, last, far) = (
      ks.lowerBound, ks.upperBound - 1, js.upperBound - 1
    )
    return isCut(lower, i, last) && isCut(upper, first, far)
      || isCut(upper, i, last) && isCut(lower, first, far)
  }

  /// The regime of all products of bands (i, k) and (k, j); nil when there are
  /// several.
  @inline(__always)
  func regime(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>
  ) -> CostModel.BandRegime? {
    // Bands of later splits are wider inside and narrower outside.
    let (first, last) = (ks.lowerBound, ks.upperBound - 1)
    let (near, far) = (js.lowerBound, js.upperBound - 1)
    let least = lower[first] + upper[first]
    let most = lower[last] + upper[last]
    var regime: CostModel.BandRegime = []
    if upper[far] + lower[i] <= least {
      regime.insert(.upperNarrower)
    } else if upper[near] + lower[i] < most {
      return nil
    }
    if lower[far] + upper[i] <= least {
      regime.insert(.lowerNarrower)
    } else if lower[near] + upper[i] < most {
      return nil
    }
    return regime
  }
}
