import JacobianChain

/// Sweeps over one tile of outer bands whose products are of one regime: what
/// `CostModel.BandTerms` takes apart, kept where it is needed again.
final class BandSweep {
  typealias Row = BandTile.Row
  typealias Widths = CostModel.BandWidths

  private let size: Double
  private let regime: CostModel.BandRegime
  private let terms: CostModel.BandTerms
  private let rows: Range<Int>
  private let js: Range<Int>
  /// Entries of the table with `BandTerms.outer` added: C(k, j) at index j of
  /// row k.
  private let shares: Row
  /// Whether the shares of split k are made, at index k.
  private let isMade: UnsafeMutablePointer<Bool>
  /// What is known of row i: `BandTerms.start` and `BandTerms.ends`.
  private var row = -1
  private var start = Widths(lower: 0, upper: 0)
  private var base = 0.0
  private var ends: CostModel.BandQuadratic
  /// Nine rows at index k and one at index j, apart by a constant so that the
  /// compiler knows that they don't overlap.
  private let splitRows: Row
  private static var spacing: Int { SpanTable<Double>.longSide }

  init(
    _ regime: CostModel.BandRegime, _ rows: Range<Int>, js: Range<Int>,
    size: Double
  ) {
    (self.size, self.regime, self.rows, self.js) = (size, regime, rows, js)
    terms = CostModel.BandTerms(size: size, regime: regime)
    ends = terms.ends(start)
    let count = 10 * Self.spacing + rows.count * js.count
    let storage = Row.allocate(capacity: count)
    storage.initialize(repeating: 0, count: count)
    splitRows = storage - rows.lowerBound
    shares = storage + 10 * Self.spacing
    isMade = .allocate(capacity: rows.count) - rows.lowerBound
    (isMade + rows.lowerBound).initialize(repeating: false, count: rows.count)
  }

  deinit {
    (splitRows + rows.lowerBound).deallocate()
    (isMade + rows.lowerBound).deallocate()
  }

  /// Whether these are products of n × n bands of one regime.
  func holds(_ regime: CostModel.BandRegime, size: Double) -> Bool {
    self.regime == regime && self.size == size
  }

  /// Forgets the shares of split k, whose widths change in another way now.
  func forget(_ k: Int) { isMade[k] = false }

  /// What split k costs row i whatever the end, and times the end's widths.
  @inline(__always)
  private var bases: Row { splitRows }
  @inline(__always)
  private var slopes: WidthRows {
    WidthRows(splitRows + Self.spacing, splitRows + 2 * Self.spacing)
  }

  /// What split k costs by the widths from i to the pivot.
  @inline(__always)
  private func inner(_ k: Int) -> CostModel.BandQuadratic {
    let row = splitRows + 3 * Self.spacing + k
    return CostModel.BandQuadratic(
      constant: row[0],
      linear: Widths(lower: row[Self.spacing], upper: row[2 * Self.spacing]),
      square: Widths(
        lower: row[3 * Self.spacing], upper: row[4 * Self.spacing]),
      mixed: row[5 * Self.spacing])
  }

  private func set(_ inner: CostModel.BandQuadratic, _ k: Int) {
    let row = splitRows + 3 * Self.spacing + k
    (row[0], row[5 * Self.spacing]) = (inner.constant, inner.mixed)
    row[Self.spacing] = inner.linear.lower
    row[2 * Self.spacing] = inner.linear.upper
    row[3 * Self.spacing] = inner.square.lower
    row[4 * Self.spacing] = inner.square.upper
  }

  /// The least price of all splits so far, at index j.
  @inline(__always)
  private var least: Row {
    splitRows + 9 * Self.spacing + (rows.lowerBound - js.lowerBound)
  }

  /// C(k, j) with its share, at index j.
  @inline(__always)
  private func share(_ k: Int) -> Row {
    shares + ((k - rows.lowerBound) * js.count - js.lowerBound)
  }

  /// Joins the inner bands of row i with outer bands.
  ///
  /// - Parameter tile: the tile that has this sweep.
  func relax(
    _ target: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    inner: UnsafePointer<Double>, innerBands: BandTile, tile: BandTile,
    outer: UnsafePointer<Double>, side: Int
  ) {
    prepare(i, ks, inner, innerBands, tile, outer, side)
    let least = least
    for j in js { least[j] = .infinity }
    if tile.isSymmetric, innerBands.isSymmetric {
      sweepOneWidth(ks, js, tile.splits.ends.upper)
    } else {
      sweepTwoWidths(ks, js, tile.splits.ends)
    }
    let (base, share, widths) = (base, ends, tile.splits.ends)
    for j in js {
      let price = (least[j] + base) + share(widths[j])
      target[j] = price < target[j] ? price : target[j]
    }
  }

  /// Makes and prices what sweeps over `ks` in row i need.
  private func prepare(
    _ i: Int, _ ks: Range<Int>, _ inner: UnsafePointer<Double>,
    _ innerBands: BandTile, _ tile: BandTile, _ outer: UnsafePointer<Double>,
    _ side: Int
  ) {
    for k in ks where !isMade[k] {
      make(k, tile, outer + (k - ks.lowerBound) * side)
    }
    if row != i {
      (row, start) = (i, tile.splits.start(i, innerBands.sums))
      (base, ends) = (terms.start(start), terms.ends(start))
    }
    price(ks, tile.splits, inner)
  }

  /// Makes the shares of outer spans (k, j), all ends j.
  private func make(
    _ k: Int, _ tile: BandTile, _ tail: UnsafePointer<Double>
  ) {
    let (row, widths) = (share(k), tile.widths(of: k))
    let (gain, loss) = (tile.splits.gains[k], tile.splits.losses[k])
    set(terms.inner(gain: gain, loss: loss), k)
    for j in tile.sums.run(k) {
      row[j] = tail[j] + terms.outer(widths[j], gain: gain, loss: loss)
    }
    isMade[k] = true
  }

  /// Prices the splits of one row.
  private func price(
    _ ks: Range<Int>, _ splits: BandSplits, _ prices: UnsafePointer<Double>
  ) {
    let (gains, losses, start) = (splits.gains, splits.losses, start)
    let (bases, slopes) = (bases, slopes)
    for k in ks {
      bases[k] = prices[k] + inner(k)(start)
      slopes[k] = terms.slopes(start, gain: gains[k], loss: losses[k])
    }
  }

  /// Four splits a sweep; the last of them stands in for missing ones. Ends
  /// that are as wide below as above take the sum of both slopes.
  private func sweepOneWidth(_ ks: Range<Int>, _ js: Range<Int>, _ x: Row) {
    let (bases, lower, upper) = (bases, slopes.lower, slopes.upper)
    let (least, last) = (least, ks.upperBound - 1)
    for k in stride(from: ks.lowerBound, through: last, by: 4) {
      let (k1, k2, k3) = (min(k + 1, last), min(k + 2, last), min(k + 3, last))
      let (b0, b1, b2, b3) = (bases[k], bases[k1], bases[k2], bases[k3])
      let (a0, a1, a2, a3) = (
        lower[k] + upper[k], lower[k1] + upper[k1], lower[k2] + upper[k2],
        lower[k3] + upper[k3]
      )
      let (t0, t1, t2, t3) = (share(k), share(k1), share(k2), share(k3))
      for j in js {
        let p0 = b0 + t0[j] + a0 * x[j]
        let p1 = b1 + t1[j] + a1 * x[j]
        let p2 = b2 + t2[j] + a2 * x[j]
        let p3 = b3 + t3[j] + a3 * x[j]
        let (low, high) = (p0 < p1 ? p0 : p1, p2 < p3 ? p2 : p3)
        let price = low < high ? low : high
        least[j] = price < least[j] ? price : least[j]
      }
    }
  }

  private func sweepTwoWidths(
    _ ks: Range<Int>, _ js: Range<Int>, _ widths: WidthRows
  ) {
    let (bases, lower, upper) = (bases, slopes.lower, slopes.upper)
    let (y, x) = (widths.lower, widths.upper)
    let (least, last) = (least, ks.upperBound - 1)
    for k in stride(from: ks.lowerBound, through: last, by: 4) {
      let (k1, k2, k3) = (min(k + 1, last), min(k + 2, last), min(k + 3, last))
      let (b0, b1, b2, b3) = (bases[k], bases[k1], bases[k2], bases[k3])
      let (a0, a1, a2, a3) = (upper[k], upper[k1], upper[k2], upper[k3])
      let (c0, c1, c2, c3) = (lower[k], lower[k1], lower[k2], lower[k3])
      let (t0, t1, t2, t3) = (share(k), share(k1), share(k2), share(k3))
      for j in js {
        let p0 = (b0 + t0[j]) + (a0 * x[j] + c0 * y[j])
        let p1 = (b1 + t1[j]) + (a1 * x[j] + c1 * y[j])
        let p2 = (b2 + t2[j]) + (a2 * x[j] + c2 * y[j])
        let p3 = (b3 + t3[j]) + (a3 * x[j] + c3 * y[j])
        let (low, high) = (p0 < p1 ? p0 : p1, p2 < p3 ? p2 : p3)
        let price = low < high ? low : high
        least[j] = price < least[j] ? price : least[j]
      }
    }
  }
}
