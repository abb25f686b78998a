/// Consecutive rows of a sparse pattern that have the same run of columns at
/// the same place: a dense matrix, stored with one row's length between its
/// rows, as in the Jacobian of a coupling layer.
package struct DensePanel: Sendable {
  package let rows: Range<Int>
  /// The first of its entries in the first row, counted from where that row
  /// begins.
  package let offset: Int
  /// From one row to the next.
  package let stride: Int
  package let columns: Range<Int>

  /// Smaller ones are no faster than their rows one by one.
  package static let fewestRows = 8
  private static let fewestColumns = 16

  /// The panels of a pattern, by ascending rows.
  ///
  /// - Complexity: O(rows + entries).
  package static func all(of pattern: SparsePattern) -> [DensePanel] {
    all(of: pattern, NeighbourRuns(pattern))
  }

  /// The same where its runs are known.
  ///
  /// - Complexity: O(rows + entries).
  static func all(
    of pattern: SparsePattern, _ runs: NeighbourRuns
  ) -> [DensePanel] {
    var panels: [DensePanel] = []
    var open: DensePanel?
    func close() {
      if let open, open.rows.count >= fewestRows { panels.append(open) }
      open = nil
    }
    for row in 0..<pattern.rows {
      let start = pattern.rowStarts[row]
      guard
        let run = runs.ofRow(row).max(by: { $0.count < $1.count }),
        run.count >= fewestColumns
      else {
        close()
        continue
      }
      let own = DensePanel(
        rows: row..<row + 1, offset: run.entry - start,
        stride: pattern.rowStarts[row + 1] - start,
        columns: run.column..<run.column + run.count)
      if let longer = open?.extended(by: own) {
        open = longer
      } else {
        close()
        open = own
      }
    }
    close()
    return panels
  }

  /// With one more row; nil where that has its run elsewhere, or one of quite
  /// another length. What a row has beyond the shorter run stays outside.
  private func extended(by row: DensePanel) -> DensePanel? {
    let (count, other) = (columns.count, row.columns.count)
    guard offset == row.offset, stride == row.stride,
      columns.lowerBound == row.columns.lowerBound,
      4 * min(count, other) >= 3 * max(count, other)
    else { return nil }
    return DensePanel(
      rows: rows.lowerBound..<row.rows.upperBound, offset: offset,
      stride: stride,
      columns: columns.lowerBound..<columns.lowerBound + min(count, other))
  }
}
