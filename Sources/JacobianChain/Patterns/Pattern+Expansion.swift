extension Pattern {
  /// The pattern entry by entry, as the truth behind the encoding.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above `SparsePattern.entryLimit`.
  /// - Complexity: O(m + entries).
  package func expanded() throws(ChainError) -> SparsePattern {
    if case .sparse(let pattern) = structure { return pattern }
    try guardSides()
    try SparsePattern.guardSize(nonzeros, "entries")
    var builder = SparsePattern.Builder(rows: rows, columns: columns)
    switch structure {
    case .dense:
      for _ in 0..<rows { builder.appendRow(sorted: 0..<columns) }
    case .diagonal, .identity, .negatedIdentity:
      for row in 0..<rows { builder.appendRow(sorted: row..<row + 1) }
    case .banded(let lower, let upper):
      let band = BandRows(lower: lower, upper: upper, columns: columns)
      for row in 0..<rows { builder.appendRow(sorted: band[row]) }
    case .blockDiagonal(_, let blockRows, let blockColumns):
      for row in 0..<rows {
        let start = row / blockRows * blockColumns
        builder.appendRow(sorted: start..<start + blockColumns)
      }
    case .selection(let chosen), .negatedSelection(let chosen):
      for column in chosen { builder.appendRow(sorted: column..<column + 1) }
    case .sparse(let pattern):
      return pattern
    case .submatrix(let chosenRows, let chosenColumns):
      let indices = chosenColumns.indices
      var next = 0
      for row in chosenRows.indices {
        while next < row {
          builder.appendRow(sorted: [])
          next += 1
        }
        builder.appendRow(sorted: indices)
        next += 1
      }
      while next < rows {
        builder.appendRow(sorted: [])
        next += 1
      }
    }
    return builder.pattern
  }

  /// The pattern of the transposed Jacobian, n × m.
  ///
  /// A transposed selection is no selection (a column may be chosen twice, or
  /// never), so it becomes sparse.
  package func transposed() throws(ChainError) -> Pattern {
    let flipped: Structure =
      switch structure {
      case .dense, .diagonal, .identity, .negatedIdentity: structure
      case .banded(let lower, let upper): .banded(lower: upper, upper: lower)
      case .blockDiagonal(let count, let blockRows, let blockColumns):
        .blockDiagonal(count: count, rows: blockColumns, columns: blockRows)
      case .selection, .negatedSelection, .sparse:
        .sparse(try transposedEntries())
      case .submatrix(let chosenRows, let chosenColumns):
        .submatrix(rows: chosenColumns, columns: chosenRows)
      }
    return Pattern(canonical: flipped, rows: columns, columns: rows)
  }

  /// Refuses more rows or columns than a list of entries may have.
  ///
  /// - Throws: `ChainError` (`tooLarge`).
  func guardSides() throws(ChainError) {
    try SparsePattern.guardSize(rows, "rows")
    try SparsePattern.guardSize(columns, "columns")
  }

  private func transposedEntries() throws(ChainError) -> SparsePattern {
    try SparsePattern.guardSize(columns, "columns")
    return try expanded().transposed
  }
}
