extension Pattern {
  /// Nonzeros of each column, n counts.
  package var columnCounts: CountVector {
    switch structure {
    case .dense:
      return CountVector(constant: rows, length: columns)
    case .diagonal, .identity, .negatedIdentity:
      return CountVector(constant: 1, length: columns)
    case .banded(let lower, let upper):
      return Self.bandCounts(across: rows, along: columns, lower, upper)
    case .blockDiagonal(_, let blockRows, _):
      return CountVector(constant: blockRows, length: columns)
    case .selection(let chosen), .negatedSelection(let chosen):
      return Self.histogram(of: chosen, length: columns)
    case .sparse(let pattern):
      return Self.histogram(of: pattern.columnIndices, length: columns)
    case .submatrix(let chosenRows, let chosenColumns):
      return Self.counts(
        chosenRows.count, on: chosenColumns, length: columns)
    }
  }

  /// Nonzeros of each row, m counts.
  package var rowCounts: CountVector {
    switch structure {
    case .dense:
      return CountVector(constant: columns, length: rows)
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      return CountVector(constant: 1, length: rows)
    case .banded(let lower, let upper):
      return Self.bandCounts(across: columns, along: rows, upper, lower)
    case .blockDiagonal(_, _, let blockColumns):
      return CountVector(constant: blockColumns, length: rows)
    case .sparse(let pattern):
      return CountVector(
        (0..<rows).lazy.map {
          pattern.rowStarts[$0 + 1] - pattern.rowStarts[$0]
        })
    case .submatrix(let chosenRows, let chosenColumns):
      return Self.counts(
        chosenColumns.count, on: chosenRows, length: rows)
    }
  }

  /// The number of entries that may be nonzero.
  public var nonzeros: UInt128 {
    switch structure {
    case .dense: UInt128(rows) * UInt128(columns)
    case .diagonal, .identity, .negatedIdentity, .selection,
      .negatedSelection:
      UInt128(rows)
    case .blockDiagonal(_, _, let blockColumns):
      UInt128(rows) * UInt128(blockColumns)
    case .banded(let lower, let upper):
      Self.bandEntries(rows, columns, lower, upper)
    case .sparse(let pattern): UInt128(pattern.entries)
    case .submatrix(let chosenRows, let chosenColumns):
      UInt128(chosenRows.count) * UInt128(chosenColumns.count)
    }
  }

  /// The doubles that are stored for a computed Jacobian with this pattern:
  /// none for units, whose entries are known.
  package var storedEntries: UInt128 { structure.isUnit ? 0 : nonzeros }

  /// Σ_i min(n, i + u + 1) − max(0, i − l) over the rows that the band meets.
  private static func bandEntries(
    _ rows: Int, _ columns: Int, _ lower: Int, _ upper: Int
  ) -> UInt128 {
    func triangle(_ count: Int) -> UInt128 {
      count > 0 ? UInt128(count) * UInt128(count + 1) / 2 : 0
    }
    let met = min(rows, columns + lower)
    // Rows whose end isn't cut.
    let whole = min(max(0, columns - upper), met)
    return triangle(whole) + UInt128(whole) * UInt128(upper)
      + UInt128(met - whole) * UInt128(columns) - triangle(met - 1 - lower)
  }

  /// Counts of a band: index p of `length` sees `p − before ... p + after`,
  /// cut to `0 ..< across`.
  private static func bandCounts(
    across: Int, along length: Int, _ after: Int, _ before: Int
  ) -> CountVector {
    // The line of index p changes where the cut at either end sets in.
    let cuts = [0, before, across - 1 - after, across + before, length]
    let bounds = Set(cuts.map { min(max($0, 0), length) }).sorted()
    var counts = CountVector()
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      func count(_ p: Int) -> Int {
        max(0, min(across, p + after + 1) - max(0, p - before))
      }
      let slope = end - start > 1 ? count(start + 1) - count(start) : 0
      counts.append(length: end - start, first: count(start), slope: slope)
    }
    return counts
  }

  /// The largest count of a row of a band, or of a column, in O(1).
  var largestBandRow: Int { largestBandCount(isRow: true) }
  var largestBandColumn: Int { largestBandCount(isRow: false) }

  private func largestBandCount(isRow: Bool) -> Int {
    guard case .banded(let lower, let upper) = structure else {
      preconditionFailure("only bands have this closed form")
    }
    let (across, length) = isRow ? (columns, rows) : (rows, columns)
    let (after, before) = isRow ? (upper, lower) : (lower, upper)
    // The count is concave in p: it is largest where an end stops being cut.
    func count(_ cut: Int) -> Int {
      let p = min(max(cut, 0), length - 1)
      return max(0, min(across, p + after + 1) - max(0, p - before))
    }
    return max(count(before), count(across - 1 - after))
  }

  private static func histogram(
    of indices: [Int], length: Int
  ) -> CountVector {
    // A few indices in a wide shape must not cost its width.
    if indices.count < length / 8 {
      var counts = CountVector()
      var next = 0
      let sorted = indices.sorted()
      var position = 0
      while position < sorted.count {
        let index = sorted[position]
        var count = 0
        while position < sorted.count, sorted[position] == index {
          (position, count) = (position + 1, count + 1)
        }
        counts.append(length: index - next, first: 0, slope: 0)
        counts.append(length: 1, first: count, slope: 0)
        next = index + 1
      }
      counts.append(length: length - next, first: 0, slope: 0)
      return counts
    }
    var histogram = [Int](repeating: 0, count: length)
    for index in indices { histogram[index] += 1 }
    return CountVector(histogram)
  }

  private static func counts(
    _ count: Int, on chosen: IndexRuns, length: Int
  ) -> CountVector {
    var counts = CountVector()
    var next = 0
    for run in chosen.runs {
      counts.append(length: run.lowerBound - next, first: 0, slope: 0)
      counts.append(length: run.count, first: count, slope: 0)
      next = run.upperBound
    }
    counts.append(length: length - next, first: 0, slope: 0)
    return counts
  }
}
