import JacobianChain

/// One tile of spans that are bands or dense: what `CostModel.BandTerms` takes
/// apart, computed once for every span.
///
/// A join costs no more operations than one of dense spans where the same band
/// is the narrower one in all products of a block, and about twice as many in
/// the few blocks where that changes. Dense spans, and bands that have filled
/// up, cost a dimension times the nonzeros of the other operand.
///
/// Unchecked: written by the one thread that computes the tile.
final class BandJoints: SpanJoints, @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>
  typealias Lanes = CostModel.Lanes

  /// The number of tables: nonzeros of each span, then its shares as the inner
  /// span of a join and as the outer one, for wider outer bands and for
  /// narrower ones.
  static let tables = 5

  let chain: BandChain
  /// Columns of the tables: lanes beyond a row's last column only reach spans
  /// that don't exist.
  let stride: Int
  /// The entries of one table.
  private let size: Int
  /// Where row 0 and column 0 of the first table would be.
  private let origin: Row

  /// - Parameter storage: room for its tables of `side` rows and columns.
  init(
    _ chain: BandChain, _ rows: Range<Int>, _ js: Range<Int>, _ storage: Row,
    _ side: Int
  ) {
    self.chain = chain
    (stride, size) = (side, side * side)
    origin = storage - (rows.lowerBound * stride + js.lowerBound)
    (storage + size).initialize(repeating: .infinity, count: 2 * size)
    for i in rows {
      let nonzeros = nonzeros(i)
      let first = max(js.lowerBound, i + 1)
      let end = max(js.upperBound, first)
      let dense = min(max(first, chain.denseFrom[i]), end)
      for j in first..<dense { nonzeros[j] = chain.band(i, j).nonzeros }
      let rows = chain.dimensions[i]
      for j in dense..<end { nonzeros[j] = rows * chain.dimensions[j] }
    }
  }

  /// Row i of a table, at index j.
  @inline(__always)
  private func row(_ table: Int, _ i: Int) -> Row {
    origin + (table * size + i * stride)
  }

  /// Nonzeros of span (i, j) at index j.
  @inline(__always)
  func nonzeros(_ i: Int) -> Row { row(0, i) }

  /// Until entry (i, j) is final, the least price of its joins with such outer
  /// bands so far, without `BandTerms.ends`; then the entry with
  /// `BandTerms.inner`.
  @inline(__always)
  func inner(_ outerIsNarrower: Bool, _ i: Int) -> Row {
    row(outerIsNarrower ? 2 : 1, i)
  }

  /// The entry with `BandTerms.outer`.
  @inline(__always)
  func outer(_ isNarrower: Bool, _ k: Int) -> Row {
    row(isNarrower ? 4 : 3, k)
  }

  func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: BandJoints) -> Double {
    chain.price(i, k, j)
  }

  func gather(_ row: Row, _ i: Int, _ js: Range<Int>) {
    let j = js.lowerBound
    let ends = CostModel.BandTerms(size: chain.dimensions[i])
      .ends(chain.sums[i], Lanes(chain.sums, j))
    var least = Lanes(row, j)
    for isNarrower in [false, true] {
      least = Lanes.lesser(
        least,
        Lanes(inner(isNarrower, i), j) + ends[outerIsNarrower: isNarrower])
    }
    least.store(row, j)
  }

  func settle(_ row: Row, _ i: Int, _ js: Range<Int>) {
    let first = js.lowerBound
    let sums = Lanes(chain.sums, first)
    var entries = Lanes(row, first)
    for j in js where j >= chain.denseFrom[i] {
      entries[j - first] = .infinity
    }
    let terms = CostModel.BandTerms(size: chain.dimensions[i])
    let inside = terms.inner(chain.sums[i], sums)
    let outside = terms.outer(chain.sums[i], sums)
    for isNarrower in [false, true] {
      (entries + inside[outerIsNarrower: isNarrower])
        .store(inner(isNarrower, i), first)
      (entries + outside[outerIsNarrower: isNarrower])
        .store(outer(isNarrower, i), first)
    }
  }
}
