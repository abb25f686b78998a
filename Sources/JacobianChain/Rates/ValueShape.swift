/// What the work of a step depends on besides its fma: how a value of m × n is
/// stored. A few numbers, so that a table of all spans can hold one for each.
///
/// Law: it depends on where the nonzeros are and on whether they are known, and
/// not on how the pattern is encoded. One span has one shape, in whatever order
/// its factors were multiplied.
package struct ValueShape: Hashable, Sendable {
  /// How kernels see a pattern.
  enum Kind: UInt8, Sendable {
    case core, diagonal, band, blocks, sparse, selection, identity
    case negatedIdentity, negatedSelection
  }

  let kind: Kind
  /// Rows and columns; of a core those that aren't zero.
  let rows: Int
  let columns: Int
  /// Doubles that are stored: none for a unit.
  let entries: UInt128
  /// Blocks down the diagonal, or dense pieces of a sparse pattern; 1 for other
  /// patterns.
  let blocks: Int
  /// Rows and columns of such a piece, on average; zero without pieces.
  private(set) var piece = SIMD2<Float>.zero
  /// Whether entries of a row stand side by side in a sparse pattern.
  private(set) var hasNeighbours = false
  /// Whether they are so many on average that loops over them pay.
  private(set) var hasLongRuns = false
  /// Whether rows with the same columns are multiplied side by side.
  private(set) var hasAlikeRows = false

  /// - Complexity: O(runs) for a submatrix, O(m + entries) for a sparse
  ///   pattern, else O(1).
  package init(_ pattern: Pattern) {
    var (kind, rows, columns) = (Kind.core, pattern.rows, pattern.columns)
    var blocks = 1
    switch pattern.structure {
    case .dense: break
    case .submatrix(let chosenRows, let chosenColumns):
      (rows, columns) = (chosenRows.count, chosenColumns.count)
    case .diagonal: kind = .diagonal
    case .banded(let lower, let upper):
      // A row of it may be one run of columns, as a submatrix has.
      let (met, reached) = (
        min(rows, columns + lower), min(columns, rows + upper)
      )
      if pattern.nonzeros == UInt128(met) * UInt128(reached) {
        (rows, columns) = (met, reached)
      } else {
        kind = .band
        hasLongRuns = pattern.nonzeros >= 4 * UInt128(rows)
      }
    case .blockDiagonal(let count, let height, let width):
      (kind, blocks) = (.blocks, count)
      (hasAlikeRows, hasLongRuns) = (height >= 3, width >= 4)
    case .sparse(let entries):
      if let core = entries.asSubmatrix {
        (rows, columns) = (core.rows.count, core.columns.count)
      } else if let band = entries.asBand {
        kind =
          band == (0, 0) && rows == columns ? .diagonal : .band
        hasLongRuns = pattern.nonzeros >= 4 * UInt128(rows)
      } else if let count = entries.asBlocks?.count {
        (kind, blocks) = (.blocks, count)
        hasAlikeRows = rows >= 3 * count
        hasLongRuns = columns >= 4 * count
      } else {
        kind = .sparse
        hasAlikeRows = AlikeRows(entries) != nil
        let runs = NeighbourRuns(entries)
        (hasNeighbours, hasLongRuns) = (runs.areAtLeast(2), runs.areLong)
        if runs.areLong, let pieces = entries.densePieces(runs) {
          blocks = pieces.count
          piece = [Float(pieces.rows), Float(pieces.columns)]
        }
      }
    case .selection: kind = .selection
    case .identity: kind = .identity
    case .negatedIdentity: kind = .negatedIdentity
    case .negatedSelection: kind = .negatedSelection
    }
    (self.kind, self.rows, self.columns) = (kind, rows, columns)
    self.blocks = blocks
    entries = pattern.storedEntries
  }

  /// The dense products that sparse · sparse is made of where both have dense
  /// panels; nil without them.
  func panels(meeting inner: ValueShape) -> Work.Sizes? {
    guard kind == .sparse, inner.kind == .sparse,
      Int(min(piece[0], inner.piece[0])) >= DensePanel.fewestRows
    else { return nil }
    return Work.Sizes(
      Double(CostModel.rowsSideBySide), Double(min(piece[1], inner.piece[0])),
      Double(inner.piece[1]))
  }
}

extension SparsePattern {
  /// The dense pieces that products with a dense matrix see in it: number, and
  /// mean rows and columns; nil where they hold less than half of all entries.
  fileprivate func densePieces(
    _ runs: NeighbourRuns
  ) -> (count: Int, rows: Double, columns: Double)? {
    switch SparseRows(self, runs) {
    case .scattered: return nil
    case .runs(let runs):
      return (
        runs.count, 1, Double(entries) / Double(runs.count)
      )
    case .panels(let panels):
      let rows = panels.reduce(0) { $0 + $1.rows.count }
      let held = panels.reduce(0) { $0 + $1.rows.count * $1.columns.count }
      guard 2 * held >= entries else { return nil }
      return (
        panels.count, Double(rows) / Double(panels.count),
        Double(held) / Double(rows)
      )
    }
  }
}

extension UInt128 {
  /// The nearest double, as `Double(self)`: faster where 64 bits hold it.
  @inline(__always)
  var nearest: Double {
    self >> 64 == 0 ? Double(UInt64(truncatingIfNeeded: self)) : Double(self)
  }
}
