import JacobianChain

extension Pattern {
  /// The row and the column of each entry, in the order in which entries are
  /// stored; those of unit structures row by row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above `SparsePattern.entryLimit`.
  /// - Complexity: O(m + entries).
  func coordinates() throws(ChainError) -> (rows: [Int], columns: [Int]) {
    let expanded = try expanded()
    var coordinates: (rows: [Int], columns: [Int]) = ([], [])
    if case .banded(let lower, let upper) = structure {
      for offset in -lower...upper {
        let first = max(0, -offset)
        let end = max(first, min(rows, columns - offset))
        for row in first..<end {
          coordinates.rows.append(row)
          coordinates.columns.append(row + offset)
        }
      }
      return coordinates
    }
    for row in 0..<rows {
      for column in expanded.row(row) {
        coordinates.rows.append(row)
        coordinates.columns.append(column)
      }
    }
    return coordinates
  }
}
