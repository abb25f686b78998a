extension Pattern {
  /// The pattern of some rows and columns.
  ///
  /// - Parameters:
  ///   - rows: nil for all.
  ///   - columns: nil for all.
  /// - Throws: `ChainError` (`tooLarge`) when it has no closed form and can't
  ///   be held.
  /// - Complexity: O(1) for a dense pattern, otherwise O(entries) to list them
  ///   and O(m · log n + entries of the part).
  package func part(
    rows: Range<Int>?, columns: Range<Int>?
  ) throws(ChainError) -> Pattern {
    if rows == nil, columns == nil { return self }
    let (m, n) = (rows?.count ?? self.rows, columns?.count ?? self.columns)
    if isDense { return Pattern(denseRows: m, columns: n) }
    if let rows, columns == nil {
      switch structure {
      case .selection(let chosen):
        return Pattern(
          canonical: .selection(Array(chosen[rows])), rows: m, columns: n)
      case .negatedSelection(let chosen):
        return Pattern(
          canonical: .negatedSelection(Array(chosen[rows])), rows: m,
          columns: n)
      case .identity:
        return Pattern(
          canonical: .selection(Array(rows)), rows: m, columns: n)
      case .negatedIdentity:
        return Pattern(
          canonical: .negatedSelection(Array(rows)), rows: m, columns: n)
      case .dense, .diagonal, .banded, .blockDiagonal, .sparse, .submatrix:
        break
      }
    }
    let entries = try expanded()
    var builder = SparsePattern.Builder(rows: m, columns: n)
    for row in rows ?? 0..<self.rows {
      guard let columns else {
        builder.appendRow(sorted: entries.row(row))
        continue
      }
      let kept = entries.places(ofRow: row, in: columns)
      builder.appendRow(
        sorted: kept.map { entries.columnIndices[$0] - columns.lowerBound })
    }
    return Pattern(canonical: .sparse(builder.pattern), rows: m, columns: n)
  }
}
