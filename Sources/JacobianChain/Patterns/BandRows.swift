/// The rows of a band, each of which is one run of columns.
struct BandRows {
  let lower: Int
  let upper: Int
  let columns: Int

  /// The columns of a row.
  subscript(row: Int) -> Range<Int> {
    let start = max(0, row - lower)
    return start..<max(start, min(columns, row + upper + 1))
  }
}

extension SparsePattern {
  /// The boolean product `self · band`, whose runs are united as they come; a
  /// wide band isn't listed for it.
  ///
  /// - Throws: as the product of two sparse patterns.
  /// - Complexity: O(m + entries + entries of the product).
  func product(
    _ band: BandRows, _ control: SearchControl
  ) throws(ChainError) -> SparsePattern {
    var meter = WorkMeter(control)
    var builder = Builder(rows: rows, columns: band.columns)
    builder.columnIndices.reserveCapacity(
      min(mostEntries(times: band), Self.entryLimit))
    for row in 0..<rows {
      let before = builder.columnIndices.count
      var united = 0..<0
      for shared in self.row(row) {
        // None begins or ends before the one of a row above.
        let run = band[shared]
        if run.lowerBound > united.upperBound {
          builder.columnIndices.append(contentsOf: united)
          united = run
        } else {
          united = united.lowerBound..<max(united.upperBound, run.upperBound)
        }
        try Self.guardSize(
          builder.columnIndices.count + united.count, "entries")
      }
      builder.appendRow(sorted: united)
      _ = try meter.spend(
        self.row(row).count + builder.columnIndices.count - before + 1)
    }
    return builder.pattern
  }

  /// As many entries as the product has where those of each row are neighbours
  /// or far apart, and otherwise more.
  private func mostEntries(times band: BandRows) -> Int {
    let width = min(band.columns, band.lower + band.upper + 1)
    return (0..<rows).reduce(0) { sum, row in
      let columns = self.row(row)
      guard let first = columns.first, let last = columns.last else {
        return sum
      }
      let span = band[last].upperBound - band[first].lowerBound
      return sum + max(0, min(span, columns.count * width))
    }
  }
}
