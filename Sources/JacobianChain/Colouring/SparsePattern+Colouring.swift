extension SparsePattern {
  /// Columns that share a tangent, or rows that share an adjoint; found once,
  /// and remembered by all copies of the pattern.
  ///
  /// - Throws: `ChainError` when `control` stops it.
  /// - Complexity: O(1) when it has been asked for before, otherwise that of
  ///   `Colouring.greedy`.
  func colouring(
    _ mode: Mode, _ control: SearchControl
  ) throws(ChainError) -> Colouring {
    if let known = memo.withLock({ $0[mode] }) { return known }
    try control.checkpoint(before: entries)
    let found = try foundColouring(mode, control)
    memo.withLock { $0[mode] = found }
    return found
  }

  /// The same, for as long as it takes.
  func colouring(_ mode: Mode) -> Colouring {
    do {
      return try colouring(mode, .unlimited)
    } catch {
      preconditionFailure("an unlimited control stops nothing")
    }
  }

  private func foundColouring(
    _ mode: Mode, _ control: SearchControl
  ) throws(ChainError) -> Colouring {
    // A few entries in a wide shape must not cost its width.
    if isWide {
      let met = IndexRuns(columnIndices)
      let narrow = SparsePattern(
        rows: rows, columns: max(1, met.count), rowStarts: rowStarts,
        columnIndices: columnIndices.map { met.rank(of: $0)! })
      let found = try narrow.foundColouring(mode, control)
      return mode == .adjoint
        ? found : Colouring(count: found.count, classes: .among(met, found))
    }
    let transposed = transposed
    return mode == .tangent
      ? try .greedy(columnsOf: self, transposed: transposed, control)
      : try .greedy(columnsOf: transposed, transposed: self, control)
  }

  /// Whether most columns are empty, so that tables of all would be a waste.
  var isWide: Bool { columns / 8 > entries }
}
