extension SparsePattern {
  /// The boolean product `self · inner`: where the product of two matrices
  /// with these patterns can be nonzero (no cancellation assumed).
  ///
  /// A row of the product is the union of rows of `inner`. Where these are
  /// long they are kept as masks, of 64 columns a word.
  ///
  /// - Throws: `ChainError`, `tooLarge` above `entryLimit` entries, or when
  ///   `control` stops it.
  /// - Complexity: O(m + Σ_p colnnz(p) · rownnz(p)) at most; for a full
  ///   `inner` O(entries · n / 64), and the entries of the product.
  func product(
    _ inner: SparsePattern, _ control: SearchControl
  ) throws(ChainError) -> SparsePattern {
    let meter = WorkMeter(control)
    try guardCrossings(inner)
    // In a wide shape a mask of all columns costs more than the entries.
    if inner.isWide { return try product(listing: inner, meter) }
    let words = (inner.columns + 63) >> 6
    return inner.rows * words <= inner.entries
      ? try product(masks: inner.masks(words), words, inner.columns, meter)
      : try product(rows: inner, words, meter)
  }

  /// Refuses a product that one column and the row that it meets make too large,
  /// before anything is listed: their product is full.
  private func guardCrossings(_ inner: SparsePattern) throws(ChainError) {
    let (size, overflows) = rows.multipliedReportingOverflow(by: inner.columns)
    guard overflows || size > Self.entryLimit else { return }
    var counts = [Int](repeating: 0, count: columns)
    for column in columnIndices { counts[column] += 1 }
    for shared in 0..<columns {
      try Self.guardSize(counts[shared] * inner.row(shared).count, "entries")
    }
  }

  /// Unites rows that are lists.
  private func product(
    rows inner: SparsePattern, _ words: Int, _ meter: WorkMeter
  ) throws(ChainError) -> SparsePattern {
    var meter = meter
    var builder = Builder(rows: rows, columns: inner.columns)
    var mask = [UInt64](repeating: 0, count: words)
    var reached: [Int] = []
    for row in 0..<rows {
      reached.removeAll(keepingCapacity: true)
      var work = 1
      for shared in self.row(row) {
        // No slices: counting their references would take half of the time.
        let places = inner.rowStarts[shared]..<inner.rowStarts[shared + 1]
        work += places.count
        for place in places {
          let column = inner.columnIndices[place]
          let bit = UInt64(1) << UInt64(column & 63)
          guard mask[column >> 6] & bit == 0 else { continue }
          mask[column >> 6] |= bit
          reached.append(column)
        }
      }
      if reached.count > words / 8 {
        builder.appendRow(mask: mask, words: 0..<words)
        for word in 0..<words { mask[word] = 0 }
      } else {
        for column in reached { mask[column >> 6] = 0 }
        reached.sort()
        builder.appendRow(sorted: reached)
      }
      try Self.guardSize(builder.columnIndices.count, "entries")
      _ = try meter.spend(work)
    }
    return builder.pattern
  }

  /// Unites rows by sorting them together.
  private func product(
    listing inner: SparsePattern, _ meter: WorkMeter
  ) throws(ChainError) -> SparsePattern {
    var meter = meter
    var builder = Builder(rows: rows, columns: inner.columns)
    for row in 0..<rows {
      let reached = self.row(row).flatMap { inner.row($0) }
      builder.appendRow(unsorted: reached)
      try Self.guardSize(builder.columnIndices.count, "entries")
      _ = try meter.spend(reached.count + 1)
    }
    return builder.pattern
  }

  /// Unites rows that are masks of `words` words each.
  private func product(
    masks: [UInt64], _ words: Int, _ columns: Int, _ meter: WorkMeter
  ) throws(ChainError) -> SparsePattern {
    var meter = meter
    var builder = Builder(rows: rows, columns: columns)
    var mask = [UInt64](repeating: 0, count: words)
    for row in 0..<rows {
      for word in 0..<words { mask[word] = 0 }
      for shared in self.row(row) {
        for word in 0..<words { mask[word] |= masks[shared * words + word] }
      }
      builder.appendRow(mask: mask, words: 0..<words)
      try Self.guardSize(builder.columnIndices.count, "entries")
      _ = try meter.spend((self.row(row).count + 1) * words)
    }
    return builder.pattern
  }

  /// All rows as masks: bit c mod 64 of word c / 64 is column c.
  private func masks(_ words: Int) -> [UInt64] {
    var masks = [UInt64](repeating: 0, count: rows * words)
    for row in 0..<rows {
      for column in self.row(row) {
        masks[row * words + column >> 6] |= 1 << UInt64(column & 63)
      }
    }
    return masks
  }

  /// The rows and columns of `self · inner` when the product is full on them;
  /// nil when that can't be told without walking it.
  ///
  /// It is full when every row of the outer pattern that isn't empty passes
  /// through one shared index, from which all columns are reached that are
  /// reached at all: arrowheads, and products of a column with a row.
  ///
  /// - Parameter inner: the columns of each row of the inner pattern, ascending.
  /// - Complexity: O(m), and where rows share an index O(the entries of both ·
  ///   log n), O(entries · log n) where the inner rows are runs.
  func coreOfProduct(
    _ inner: (Int) -> some BidirectionalCollection<Int>
  ) -> (rows: IndexRuns, columns: IndexRuns)? {
    let met = (0..<rows).filter { rowStarts[$0] < rowStarts[$0 + 1] }
    // What all rows have lies between where the last begins and the first ends.
    guard let first = met.first,
      let start = met.lazy.map({ columnIndices[rowStarts[$0]] }).max(),
      let end = met.lazy.map({ columnIndices[rowStarts[$0 + 1] - 1] }).min(),
      start <= end
    else { return nil }
    var common = columnIndices[places(ofRow: first, in: start..<end + 1)]
    for row in met.dropFirst() where !common.isEmpty {
      common.removeAll { position(row: row, column: $0) == nil }
    }
    let through = common.max { inner($0).count < inner($1).count }
    guard let through else { return nil }
    let reached = IndexRuns(inner(through))
    var isSeen = [Bool](repeating: false, count: columns)
    for shared in columnIndices where !isSeen[shared] {
      isSeen[shared] = true
      guard reached.contains(ascending: inner(shared)) else { return nil }
    }
    return (IndexRuns(met), reached)
  }
}
