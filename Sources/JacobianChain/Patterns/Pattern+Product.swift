extension Pattern {
  /// The pattern of `outer · inner` (m × k times k × n): the boolean product
  /// of the two, whatever their encodings.
  ///
  /// - Parameter control: may stop the walk over two sparse patterns.
  /// - Throws: `ChainError`, `tooLarge` when the product has no closed form
  ///   and its expanded pattern can't be held, or when `control` stops it.
  /// - Complexity: O(1) for two closed forms that stay closed, otherwise that
  ///   of the boolean product of two sparse patterns.
  package static func product(
    _ outer: Pattern, _ inner: Pattern, control: SearchControl = .unlimited
  ) throws(ChainError) -> Pattern {
    precondition(outer.columns == inner.rows)
    let (rows, columns) = (outer.rows, inner.columns)
    func result(_ structure: Structure) -> Pattern {
      Pattern(canonical: structure, rows: rows, columns: columns)
    }
    switch (outer.structure, inner.structure) {
    case (.dense, .dense):
      return Pattern(denseRows: rows, columns: columns)
    case (.identity, _):
      return inner
    case (_, .identity):
      return outer
    case (.negatedIdentity, _):
      return inner.negated
    case (_, .negatedIdentity):
      return outer.negated
    case (.negatedSelection, _):
      return try product(outer.negated, inner, control: control).negated
    case (_, .negatedSelection):
      return try product(outer, inner.negated, control: control).negated
    case (.dense, .diagonal), (.dense, .blockDiagonal), (.diagonal, .dense),
      (.blockDiagonal, .dense):
      // No row and no column of a diagonal or of blocks is empty.
      return Pattern(denseRows: rows, columns: columns)
    case (.dense, .banded) where inner.rows == inner.columns,
      (.banded, .dense) where outer.rows == outer.columns:
      return Pattern(denseRows: rows, columns: columns)
    case (.dense, _), (.submatrix, _):
      let (chosenRows, through) = outer.denseParts
      return result(
        .submatrix(
          rows: chosenRows, columns: inner.columnsReached(from: through)))
    case (_, .dense), (_, .submatrix):
      let (through, chosenColumns) = inner.denseParts
      return result(
        .submatrix(
          rows: outer.rowsReaching(through), columns: chosenColumns))
    case (.selection(let second), .selection(let first)):
      return result(.selection(second.map { first[$0] }))
    case (.diagonal, .diagonal), (.diagonal, .banded),
      (.diagonal, .blockDiagonal), (.diagonal, .sparse):
      return inner
    case (.banded, .diagonal), (.blockDiagonal, .diagonal),
      (.sparse, .diagonal):
      return outer
    case (.banded(let l1, let u1), .banded(let l2, let u2)):
      if let band = product(
        ofBands: (l1, u1), (l2, u2), rows, outer.columns, columns)
      {
        return result(band)
      }
    case (
      .blockDiagonal(let count1, let rows1, let columns1),
      .blockDiagonal(let count2, let rows2, let columns2)
    ):
      if columns1.isMultiple(of: rows2) {
        return result(
          .blockDiagonal(
            count: count1, rows: rows1, columns: columns1 / rows2 * columns2))
      }
      if rows2.isMultiple(of: columns1) {
        return result(
          .blockDiagonal(
            count: count2, rows: rows2 / columns1 * rows1, columns: columns2))
      }
    case (.sparse, .banded(let lower, let upper)),
      (.selection, .banded(let lower, let upper)):
      try inner.guardSides()
      let left = try outer.expanded()
      try control.checkpoint(before: left.entries)
      let band = BandRows(lower: lower, upper: upper, columns: columns)
      if let core = left.coreOfProduct({ band[$0] }) {
        return result(.submatrix(rows: core.rows, columns: core.columns))
      }
      return result(.sparse(try left.product(band, control)))
    case (.banded, .blockDiagonal), (.blockDiagonal, .banded),
      (.banded, .sparse), (.blockDiagonal, .sparse), (.sparse, .blockDiagonal),
      (.sparse, .sparse), (.selection, .diagonal), (.diagonal, .selection),
      (.banded, .selection),
      (.selection, .blockDiagonal), (.blockDiagonal, .selection),
      (.selection, .sparse), (.sparse, .selection):
      break
    }
    let (left, right) = (try outer.expanded(), try inner.expanded())
    try control.checkpoint(before: left.entries + right.entries)
    if let core = left.coreOfProduct(right.row) {
      return result(.submatrix(rows: core.rows, columns: core.columns))
    }
    return result(.sparse(try left.product(right, control)))
  }

  /// The pattern of minus a matrix with this one: only units differ.
  package var negated: Pattern {
    switch structure {
    case .identity: with(.negatedIdentity)
    case .negatedIdentity: with(.identity)
    case .selection(let chosen): with(.negatedSelection(chosen))
    case .negatedSelection(let chosen): with(.selection(chosen))
    case .dense, .diagonal, .banded, .blockDiagonal, .sparse, .submatrix: self
    }
  }

  private func with(_ structure: Structure) -> Pattern {
    Pattern(canonical: structure, rows: rows, columns: columns)
  }

  /// The chosen rows and columns of a dense pattern or submatrix.
  private var denseParts: (rows: IndexRuns, columns: IndexRuns) {
    if case .submatrix(let chosenRows, let chosenColumns) = structure {
      return (chosenRows, chosenColumns)
    }
    return (IndexRuns(0..<rows), IndexRuns(0..<columns))
  }

  /// Two bands make a band, unless the shared dimension k is so short that it
  /// cuts rows or columns out of it; nil then.
  private static func product(
    ofBands outer: (lower: Int, upper: Int),
    _ inner: (lower: Int, upper: Int), _ m: Int, _ k: Int, _ n: Int
  ) -> Structure? {
    // Entry (i, j) of the wide band has a path i → p → j iff some p < k lies
    // in both bands: i − lower₁ < k and j − upper₂ < k for every (i, j) in it.
    let rowsPass = m <= k + outer.lower || n <= k - inner.lower
    let columnsPass = n <= k + inner.upper || m <= k - outer.upper
    guard rowsPass, columnsPass else { return nil }
    return .banded(
      lower: outer.lower + inner.lower, upper: outer.upper + inner.upper)
  }

  /// The columns with a nonzero in at least one of the chosen rows.
  func columnsReached(from chosen: IndexRuns) -> IndexRuns {
    var reached = IndexRuns()
    switch structure {
    case .dense:
      return chosen.isEmpty ? IndexRuns() : IndexRuns(0..<columns)
    case .diagonal, .identity, .negatedIdentity:
      return chosen
    case .banded(let lower, let upper):
      for run in chosen.runs {
        let start = max(0, run.lowerBound - lower)
        let end = min(columns, run.upperBound + upper)
        if start < end { reached.append(start..<end) }
      }
    case .blockDiagonal(_, let blockRows, let blockColumns):
      for run in chosen.runs {
        let first = run.lowerBound / blockRows
        let last = (run.upperBound - 1) / blockRows
        reached.append(first * blockColumns..<(last + 1) * blockColumns)
      }
    case .selection(let selected), .negatedSelection(let selected):
      return IndexRuns(
        chosen.runs.flatMap { selected[$0] })
    case .sparse(let pattern):
      return IndexRuns(
        chosen.runs.flatMap { run in
          pattern.columnIndices[
            pattern.rowStarts[
              run.lowerBound]..<pattern
              .rowStarts[run.upperBound]]
        })
    case .submatrix(let chosenRows, let chosenColumns):
      return chosen.intersects(chosenRows) ? chosenColumns : IndexRuns()
    }
    return reached
  }

  /// The rows with a nonzero in at least one of the chosen columns.
  func rowsReaching(_ chosen: IndexRuns) -> IndexRuns {
    switch structure {
    case .dense:
      return chosen.isEmpty ? IndexRuns() : IndexRuns(0..<rows)
    case .diagonal, .identity, .negatedIdentity:
      return chosen
    case .banded(let lower, let upper):
      return Pattern(
        canonical: .banded(lower: upper, upper: lower), rows: columns,
        columns: rows
      ).columnsReached(from: chosen)
    case .blockDiagonal(let count, let blockRows, let blockColumns):
      return Pattern(
        canonical: .blockDiagonal(
          count: count, rows: blockColumns, columns: blockRows),
        rows: columns, columns: rows
      ).columnsReached(from: chosen)
    case .selection(let selected), .negatedSelection(let selected):
      let isChosen = chosen.membership(below: columns)
      return IndexRuns(selected.indices.lazy.filter { isChosen[selected[$0]] })
    case .sparse(let pattern):
      let isChosen = chosen.membership(below: columns)
      return IndexRuns(
        (0..<rows).lazy.filter { row in
          pattern.row(row).contains { isChosen[$0] }
        })
    case .submatrix(let chosenRows, let chosenColumns):
      return chosen.intersects(chosenColumns) ? chosenRows : IndexRuns()
    }
  }
}

extension IndexRuns {
  /// Whether an index is in both sets.
  func intersects(_ other: IndexRuns) -> Bool {
    var (i, j) = (0, 0)
    while i < runs.count, j < other.runs.count {
      if runs[i].overlaps(other.runs[j]) { return true }
      if runs[i].upperBound <= other.runs[j].upperBound {
        i += 1
      } else {
        j += 1
      }
    }
    return false
  }

  /// A table that answers membership of one index in O(1).
  fileprivate func membership(below count: Int) -> Membership {
    Membership(set: self, count: count)
  }

  /// Full sets answer without a table, and so do those of wide shapes, so that
  /// these stay small.
  fileprivate struct Membership {
    private var table: [Bool] = []
    private let set: IndexRuns
    private let all: Bool

    init(set: IndexRuns, count: Int) {
      self.set = set
      all = set.isAll(of: count)
      let end = set.runs.last?.upperBound ?? 0
      guard !all, end <= SparsePattern.entryLimit else { return }
      table = [Bool](repeating: false, count: end)
      for index in set.indices { table[index] = true }
    }

    subscript(index: Int) -> Bool {
      all || (index < table.count ? table[index] : isFar(index))
    }

    /// Sets that reach too far for a table are asked themselves.
    private func isFar(_ index: Int) -> Bool {
      table.isEmpty && set.contains(index)
    }
  }
}
