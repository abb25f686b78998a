extension Pattern {
  /// The pattern of a sum `a + b` (m × n both): the union of the two, whatever
  /// their encodings. A sum has no known entries: two identities, or one and
  /// its negative, make a diagonal.
  ///
  /// - Parameter control: may stop the walk over large patterns.
  /// - Throws: `ChainError`, `tooLarge` when the union has no closed form and
  ///   its expanded pattern can't be held, or when `control` stops it.
  /// - Complexity: O(1) for two closed forms that stay closed, otherwise
  ///   O(m + entries).
  package static func union(
    _ a: Pattern, _ b: Pattern, control: SearchControl = .unlimited
  ) throws(ChainError) -> Pattern {
    precondition(a.rows == b.rows && a.columns == b.columns)
    if let closed = closedUnion(a, b) {
      return Pattern(canonical: closed, rows: a.rows, columns: a.columns)
    }
    let (left, right) = (try a.expanded(), try b.expanded())
    try control.checkpoint(before: left.entries + right.entries)
    let union = try left.union(right, control)
    return Pattern(
      canonical: union.closedForm ?? .sparse(union), rows: a.rows,
      columns: a.columns)
  }

  /// The union where it follows from the encodings; nil elsewhere.
  private static func closedUnion(_ a: Pattern, _ b: Pattern) -> Structure? {
    if a.isDense || b.isDense { return .dense }
    if a == b, !a.structure.isUnit { return a.structure }
    if let one = a.band, let other = b.band {
      return .banded(
        lower: max(one.lower, other.lower), upper: max(one.upper, other.upper))
    }
    switch (a.structure, b.structure) {
    case (.blockDiagonal(let one, _, _), .blockDiagonal(let other, _, _)):
      // Equal counts are equal patterns; small blocks lie inside large ones.
      if other.isMultiple(of: one) { return a.structure }
      if one.isMultiple(of: other) { return b.structure }
    case (.blockDiagonal(_, let height, let width), _)
    where height == width && b.isOnDiagonal:
      return a.structure
    case (_, .blockDiagonal(_, let height, let width))
    where height == width && a.isOnDiagonal:
      return b.structure
    case (
      .submatrix(let rows1, let columns1), .submatrix(let rows2, let columns2)
    ):
      let (rows, columns) = (rows1.union(rows2), columns1.union(columns2))
      let isFull =
        rows1 == rows2 || columns1 == columns2
        || (rows, columns) == (rows1, columns1)
        || (rows, columns) == (rows2, columns2)
      if isFull { return .submatrix(rows: rows, columns: columns) }
    case (.dense, _), (.diagonal, _), (.identity, _), (.negatedIdentity, _),
      (.banded, _), (.blockDiagonal, _), (.selection, _),
      (.negatedSelection, _), (.sparse, _), (.submatrix, _):
      break
    }
    return nil
  }

  /// The widths of a band, which always has its main diagonal.
  private var band: (lower: Int, upper: Int)? {
    if case .banded(let lower, let upper) = structure { return (lower, upper) }
    return isOnDiagonal ? (0, 0) : nil
  }

  /// Whether all entries of a square lie on its diagonal, and fill it.
  private var isOnDiagonal: Bool {
    switch structure {
    case .diagonal, .identity, .negatedIdentity: true
    case .dense, .banded, .blockDiagonal, .selection, .negatedSelection,
      .sparse, .submatrix:
      false
    }
  }
}

extension IndexRuns {
  /// The indices that are in at least one of two sets.
  ///
  /// - Complexity: O(runs · log runs).
  func union(_ other: IndexRuns) -> IndexRuns {
    var union = IndexRuns()
    for run in (runs + other.runs).sorted(by: { $0.lowerBound < $1.lowerBound })
    {
      union.append(run)
    }
    return union
  }
}

extension SparsePattern {
  /// Every entry that one of two patterns of a shape has.
  ///
  /// - Throws: `ChainError`, `tooLarge` above `entryLimit` entries, or when
  ///   `control` stops it.
  /// - Complexity: O(m + entries).
  func union(
    _ other: SparsePattern, _ control: SearchControl
  ) throws(ChainError) -> SparsePattern {
    var meter = WorkMeter(control)
    var builder = Builder(rows: rows, columns: columns)
    for row in 0..<rows {
      let (a, b) = (self.row(row), other.row(row))
      var (i, j) = (a.startIndex, b.startIndex)
      while i < a.endIndex, j < b.endIndex {
        builder.columnIndices.append(min(a[i], b[j]))
        let (first, second) = (a[i], b[j])
        if first <= second { i += 1 }
        if second <= first { j += 1 }
      }
      builder.columnIndices += a[i...]
      builder.appendRow(sorted: b[j...])
      try Self.guardSize(builder.columnIndices.count, "entries")
      _ = try meter.spend(a.count + b.count + 1)
    }
    return builder.pattern
  }
}
