import JacobianChain

/// One tile of spans that are bands or dense: what `CostModel.BandTerms` takes
/// apart, computed once for every span.
///
/// A join costs no more operations than one of dense spans where all products
/// of a block follow one polynomial, and about twice as many in the few blocks
/// in which the narrower band changes. Dense spans, and bands that have filled
/// up, cost a dimension times the nonzeros of the other operand.
///
/// Unchecked: written by the one thread that computes the tile.
final class BandJoints: SpanJoints, @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>
  typealias Lanes = CostModel.Lanes

  let chain: BandChain
  /// Columns of the tables: lanes beyond a row's last column only reach spans
  /// that don't exist.
  let stride: Int
  private let regimes: Int
  /// The entries of one table.
  private let size: Int
  /// Nonzeros of each span, then two tables for each regime.
  /// Where row 0 and column 0 of the first table would be.
  private let origin: Row

  /// The number of tables.
  static func tables(isSymmetric: Bool) -> Int {
    1 + 2 * regimes(isSymmetric: isSymmetric)
  }

  /// The regimes that bands can meet in: symmetric ones are narrower on both
  /// sides or on none.
  private static func regimes(isSymmetric: Bool) -> Int { isSymmetric ? 2 : 4 }

  /// - Parameter storage: room for its tables of `side` rows and columns.
  init(
    _ chain: BandChain, _ rows: Range<Int>, _ js: Range<Int>, _ storage: Row,
    _ side: Int
  ) {
    self.chain = chain
    (stride, size) = (side, side * side)
    regimes = Self.regimes(isSymmetric: chain.isSymmetric)
    origin = storage - (rows.lowerBound * stride + js.lowerBound)
    (storage + size).initialize(repeating: .infinity, count: regimes * size)
    for i in rows {
      let nonzeros = nonzeros(i)
      let first = max(js.lowerBound, i + 1)
      let end = max(js.upperBound, first)
      let unit = min(max(first, chain.unitTo[i] + 1), end)
      let dense = min(max(unit, chain.denseFrom[i]), end)
      for j in first..<unit { nonzeros[j] = 0 }
      for j in unit..<dense { nonzeros[j] = chain.band(i, j).nonzeros }
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

  /// Until entry (i, j) is final, the least price of its joins in that regime
  /// so far, without `BandTerms.ends`; then the entry with `BandTerms.inner`.
  @inline(__always)
  func inner(_ regime: CostModel.BandRegime, _ i: Int) -> Row {
    row(1 + index(regime), i)
  }

  /// The entry with `BandTerms.outer`.
  @inline(__always)
  func outer(_ regime: CostModel.BandRegime, _ k: Int) -> Row {
    row(1 + regimes + index(regime), k)
  }

  @inline(__always)
  private func index(_ regime: CostModel.BandRegime) -> Int {
    chain.isSymmetric ? regime.rawValue & 1 : regime.rawValue
  }

  func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: BandJoints) -> Double {
    chain.price(i, k, j)
  }

  func gather(_ row: Row, _ i: Int, _ js: Range<Int>) {
    let (start, sums) = (chain.sums(i), chain.lanes(js.lowerBound))
    if chain.isSymmetric {
      gather(row, i, js, start.symmetric, sums.symmetric)
    } else {
      gather(row, i, js, start, sums)
    }
  }

  @inline(__always)
  private func gather(
    _ row: Row, _ i: Int, _ js: Range<Int>, _ start: CostModel.BandSums,
    _ sums: CostModel.BandLanes
  ) {
    let ends = CostModel.BandTerms(size: chain.dimensions[i]).ends(start, sums)
    var least = Lanes(row, js.lowerBound)
    forEachRegime { regime in
      let joined = Lanes(inner(regime, i), js.lowerBound)
      least = Lanes.lesser(least, joined + ends[regime])
    }
    least.store(row, js.lowerBound)
  }

  func settle(_ row: Row, _ i: Int, _ js: Range<Int>) {
    let (start, sums) = (chain.sums(i), chain.lanes(js.lowerBound))
    var entries = Lanes(row, js.lowerBound)
    if js.upperBound > chain.denseFrom[i] {
      for j in js where j >= chain.denseFrom[i] {
        entries[j - js.lowerBound] = .infinity
      }
    }
    if chain.isSymmetric {
      settle(entries, i, js.lowerBound, start.symmetric, sums.symmetric)
    } else {
      settle(entries, i, js.lowerBound, start, sums)
    }
  }

  @inline(__always)
  private func settle(
    _ entries: Lanes, _ i: Int, _ j: Int, _ start: CostModel.BandSums,
    _ sums: CostModel.BandLanes
  ) {
    let terms = CostModel.BandTerms(size: chain.dimensions[i])
    let (inside, outside) = (terms.inner(start, sums), terms.outer(start, sums))
    var (inner, outer) = (entries, entries)
    if !chain.isSymmetric, j + 4 > chain.cutFrom[i] {
      inner += terms.innerCut(start, sums)
      outer += terms.outerCut(start, sums)
    }
    forEachRegime { regime in
      (inner + inside[regime]).store(self.inner(regime, i), j)
      (outer + outside[regime]).store(self.outer(regime, i), j)
    }
  }

  @inline(__always)
  private func forEachRegime(_ body: (CostModel.BandRegime) -> Void) {
    body([])
    body([.upperNarrower, .lowerNarrower])
    if chain.isSymmetric { return }
    body(.upperNarrower)
    body(.lowerNarrower)
  }
}
