extension SparsePattern {
  /// The boolean product `self · inner`: where the product of two matrices
  /// with these patterns can be nonzero (no cancellation assumed).
  ///
  /// - Throws: `ChainError`, `tooLarge` when the product can't be held, or when
  ///   `control` stops it.
  /// - Complexity: O(m + Σ_p colnnz(p) · rownnz(p)), and to sort each row.
  func product(
    _ inner: SparsePattern, _ control: SearchControl
  ) throws(ChainError) -> SparsePattern {
    var builder = Builder(rows: rows, columns: inner.columns)
    // In a wide shape repetitions are sorted out, and cost no table.
    let isWide = inner.isWide
    var seenInRow = [Int](repeating: -1, count: isWide ? 0 : inner.columns)
    var reached: [Int] = []
    var meter = WorkMeter(control)
    for row in 0..<rows {
      reached.removeAll(keepingCapacity: true)
      var work = 1
      for shared in self.row(row) {
        let further = inner.row(shared)
        work += further.count
        if isWide {
          reached += further
        } else {
          for column in further where seenInRow[column] != row {
            seenInRow[column] = row
            reached.append(column)
          }
        }
      }
      if !isWide, reached.count > inner.columns / 16 {
        builder.appendRow(
          sorted: seenInRow.indices.lazy.filter { seenInRow[$0] == row })
      } else {
        builder.appendRow(unsorted: reached)
      }
      try Self.guardSize(builder.columnIndices.count, "entries")
      _ = try meter.spend(work)
    }
    return builder.pattern
  }

  /// The rows and columns of `self · inner` when the product is full on them;
  /// nil when that can't be told without walking it.
  ///
  /// It is full when every row of the outer pattern that isn't empty passes
  /// through one shared index, from which all columns are reached that are
  /// reached at all: arrowheads, and products of a column with a row.
  ///
  /// - Complexity: O(m + entries · log runs).
  func coreOfProduct(
    _ inner: SparsePattern
  ) -> (rows: IndexRuns, columns: IndexRuns)? {
    let met = (0..<rows).filter { rowStarts[$0] < rowStarts[$0 + 1] }
    guard !met.isEmpty else { return nil }
    var counts = [Int](repeating: 0, count: columns)
    for column in columnIndices { counts[column] += 1 }
    let through = counts.indices.lazy.filter { counts[$0] == met.count }
      .max { inner.row($0).count < inner.row($1).count }
    guard let through else { return nil }
    let reached = IndexRuns(inner.row(through))
    for shared in counts.indices where counts[shared] > 0 {
      guard inner.row(shared).allSatisfy(reached.contains) else { return nil }
    }
    return (IndexRuns(met), reached)
  }
}
