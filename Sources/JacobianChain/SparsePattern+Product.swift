extension SparsePattern {
  /// The boolean product `self · inner`: where the product of two matrices
  /// with these patterns can be nonzero (no cancellation assumed).
  ///
  /// A row of the product is the union of rows of `inner`. Where these are
  /// long they are kept as masks, of 64 columns a word.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above `entryLimit` entries.
  /// - Complexity: O(m + Σ_p colnnz(p) · rownnz(p)) at most; for a full
  ///   `inner` O(entries · n / 64), and the entries of the product.
  func product(_ inner: SparsePattern) throws(ChainError) -> SparsePattern {
    // A mask of all columns has to fit.
    guard inner.columns <= Self.entryLimit else {
      return try product(listing: inner)
    }
    let words = (inner.columns + 63) >> 6
    return inner.rows * words <= inner.entries
      ? try product(masks: inner.masks(words), words, inner.columns)
      : try product(rows: inner, words)
  }

  /// Unites rows that are lists.
  private func product(
    rows inner: SparsePattern, _ words: Int
  ) throws(ChainError) -> SparsePattern {
    var builder = Builder(rows: rows, columns: inner.columns)
    var mask = [UInt64](repeating: 0, count: words)
    var reached: [Int] = []
    for row in 0..<rows {
      reached.removeAll(keepingCapacity: true)
      for shared in self.row(row) {
        for column in inner.row(shared) {
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
    }
    return builder.pattern
  }

  /// Unites rows by sorting them together.
  private func product(
    listing inner: SparsePattern
  ) throws(ChainError) -> SparsePattern {
    var builder = Builder(rows: rows, columns: inner.columns)
    for row in 0..<rows {
      builder.appendRow(unsorted: self.row(row).flatMap { inner.row($0) })
      try Self.guardSize(builder.columnIndices.count, "entries")
    }
    return builder.pattern
  }

  /// Unites rows that are masks of `words` words each.
  private func product(
    masks: [UInt64], _ words: Int, _ columns: Int
  ) throws(ChainError) -> SparsePattern {
    var builder = Builder(rows: rows, columns: columns)
    var mask = [UInt64](repeating: 0, count: words)
    for row in 0..<rows {
      for word in 0..<words { mask[word] = 0 }
      for shared in self.row(row) {
        for word in 0..<words { mask[word] |= masks[shared * words + word] }
      }
      builder.appendRow(mask: mask, words: 0..<words)
      try Self.guardSize(builder.columnIndices.count, "entries")
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
}

extension SparsePattern {
  /// Mixes in shape, size and a sample of the entries: patterns that differ
  /// seldom agree in these, and comparing them tells the rest.
  ///
  /// - Complexity: O(1).
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rows)
    hasher.combine(columns)
    hasher.combine(entries)
    for (list, step) in [
      (columnIndices, entries / 32 + 1), (rowStarts, rows / 32 + 1),
    ] {
      for position in stride(from: 0, to: list.count, by: step) {
        hasher.combine(list[position])
      }
    }
  }
}
