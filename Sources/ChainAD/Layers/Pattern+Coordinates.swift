import ChainExecutor
import JacobianChain

extension Pattern {
  /// The row and the column of each entry, in the order in which entries are
  /// stored; those of unit structures row by row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above `SparsePattern.entryLimit`.
  /// - Complexity: O(m + entries).
  func coordinates() throws(ChainError) -> (rows: [Int], columns: [Int]) {
    try SparsePattern.guardSize(nonzeros, "entries")
    var rows = [Int](repeating: 0, count: Int(nonzeros))
    var columns = rows
    forEachStored { (rows[$0], columns[$0]) = ($1, $2) }
    var position = 0
    forEachUnit { row, column, _ in
      (rows[position], columns[position]) = (row, column)
      position += 1
    }
    return (rows, columns)
  }

  /// For each entry that the transpose stores the one that is stored here.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when the transpose can't be held.
  /// - Complexity: O(m + n + entries), times O(log entries of a row) for a
  ///   sparse one.
  func placesOfTranspose() throws(ChainError) -> [Int] {
    let places = EntryPlaces(try transposed())
    var sources = [Int](repeating: 0, count: Int(storedEntries))
    forEachStored { sources[places.position($2, $1)!] = $0 }
    return sources
  }
}
