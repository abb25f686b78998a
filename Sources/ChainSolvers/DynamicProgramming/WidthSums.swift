import JacobianChain

/// The bands of one tile whose widths are differences: those of span k..<j are
/// `end(j)` less `start(k)`. Factors' widths add up, so these are most bands of
/// a chain until they fill up.
struct WidthSums {
  typealias Widths = CostModel.BandWidths

  /// For each row, one run of columns with such bands; may be empty.
  private var runs: [Range<Int>]
  /// The columns in which all spans of the tile are such bands.
  private(set) var common: Range<Int>
  private var starts: [Widths]
  private var ends: [Widths?]
  private let firstRow: Int
  private let firstColumn: Int

  /// Finds starts and ends from the last row on, whose spans are the shortest.
  ///
  /// - Parameters:
  ///   - runs: a run of columns with bands for each row.
  ///   - widths: the widths of a row's bands, at index j.
  /// - Complexity: O(spans of the tile).
  init(
    _ rows: Range<Int>, _ js: Range<Int>, runs: [Range<Int>],
    widths: (Int) -> BandTile.Rows
  ) {
    (firstRow, firstColumn) = (rows.lowerBound, js.lowerBound)
    (self.runs, common) = (runs, js)
    starts = Array(repeating: Widths(lower: 0, upper: 0), count: rows.count)
    ends = Array(repeating: nil, count: js.count)
    for k in rows.reversed() {
      let (row, run) = (widths(k), runs[k - firstRow])
      let known = run.first { ends[$0 - firstColumn] != nil }
      let start =
        known.map { ends[$0 - firstColumn]! - row[$0] }
        ?? starts[k - firstRow]
      starts[k - firstRow] = start
      let fits = run.allSatisfy { j in
        let end = ends[j - firstColumn]
        return end == nil || end! - start == row[j]
      }
      if fits {
        for j in run where ends[j - firstColumn] == nil {
          ends[j - firstColumn] = row[j] + start
        }
      } else {
        self.runs[k - firstRow] = run.lowerBound..<run.lowerBound
      }
      // What isn't a span needs no band.
      let first = run.lowerBound == k + 1 ? js.lowerBound : run.lowerBound
      if k + 1 < js.upperBound {
        common = common.clamped(to: fits ? first..<run.upperBound : k..<k)
      }
    }
  }

  /// The number of rows.
  var count: Int { starts.count }

  @inline(__always)
  func run(_ k: Int) -> Range<Int> { runs[k - firstRow] }

  /// Only differences of starts and ends mean anything.
  @inline(__always)
  func start(_ k: Int) -> Widths { starts[k - firstRow] }

  /// nil where no row has a run.
  @inline(__always)
  func end(_ j: Int) -> Widths? { ends[j - firstColumn] }
}
