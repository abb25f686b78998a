import JacobianChain

/// How widths change with the split, for one tile of outer bands and one of
/// inner ones: counted from a split that both have, the pivot.
final class BandSplits {
  typealias Rows = BandTile.Rows
  typealias Widths = CostModel.BandWidths

  /// At index k: what inner bands gain from the pivot to k, and what outer
  /// ones lose.
  let gains: Rows
  let losses: Rows
  /// At index j: the widths of outer bands from the pivot to j.
  let ends: Rows
  /// Whether splits gain as much as they lose, so that the widths of an inner
  /// and an outer band add up to the same for all of them.
  private(set) var isSteady = true
  private var pivotEnd = Widths(lower: 0, upper: 0)
  private var innerRow = -1
  private let rows: Range<Int>
  private let js: Range<Int>

  init(_ rows: Range<Int>, _ js: Range<Int>) {
    (self.rows, self.js) = (rows, js)
    let count = 4 * rows.count + 2 * js.count
    let storage = BandTile.Row.allocate(capacity: count)
    storage.initialize(repeating: 0, count: count)
    let first = storage - rows.lowerBound
    gains = Rows(first, first + rows.count)
    losses = Rows(first + 2 * rows.count, first + 3 * rows.count)
    let column = storage + 4 * rows.count - js.lowerBound
    ends = Rows(column, column + js.count)
  }

  deinit { (gains.lower + rows.lowerBound).deallocate() }

  /// The widths of inner bands from i to the pivot.
  func start(_ i: Int, _ inner: WidthSums) -> Widths {
    pivotEnd - inner.start(i)
  }

  /// Turns to another tile of inner bands, known by its first row.
  ///
  /// - Parameter change: called for each split whose gain or loss is another
  ///   one now.
  func turn(
    to innerBands: BandTile, _ outer: WidthSums, change: (Int) -> Void
  ) {
    guard innerRow != innerBands.firstRow else { return }
    innerRow = innerBands.firstRow
    isSteady = true
    let inner = innerBands.sums
    let zero = Widths(lower: 0, upper: 0)
    let pivot =
      rows.last { !outer.run($0).isEmpty && inner.end($0) != nil }
      ?? rows.lowerBound
    let pivotStart = outer.start(pivot)
    pivotEnd = inner.end(pivot) ?? zero
    for k in rows {
      guard let end = inner.end(k), !outer.run(k).isEmpty else { continue }
      let (gain, loss) = (end - pivotEnd, outer.start(k) - pivotStart)
      if gain != loss { isSteady = false }
      if gain != gains[k] || loss != losses[k] { change(k) }
      gains[k] = gain
      losses[k] = loss
    }
    for j in js { ends[j] = (outer.end(j) ?? zero) - pivotStart }
  }
}

/// Two rows of doubles: widths below the diagonal and above it.
struct WidthRows {
  let lower: UnsafeMutablePointer<Double>
  let upper: UnsafeMutablePointer<Double>

  @inline(__always)
  init(
    _ lower: UnsafeMutablePointer<Double>,
    _ upper: UnsafeMutablePointer<Double>
  ) {
    (self.lower, self.upper) = (lower, upper)
  }

  @inline(__always)
  subscript(index: Int) -> CostModel.BandWidths {
    get {
      CostModel.BandWidths(lower: lower[index], upper: upper[index])
    }
    nonmutating set {
      (lower[index], upper[index]) = (newValue.lower, newValue.upper)
    }
  }

  @inline(__always)
  static func + (rows: WidthRows, offset: Int) -> WidthRows {
    WidthRows(rows.lower + offset, rows.upper + offset)
  }
}
