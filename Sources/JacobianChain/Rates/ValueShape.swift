/// What the work of a step depends on besides its fma: how a value of m × n is
/// stored. A few numbers, so that a table of all spans can hold one for each.
package struct ValueShape: Hashable, Sendable {
  /// How kernels see a pattern.
  enum Kind: UInt8, Sendable {
    case core, diagonal, band, blocks, sparse, selection, identity
    case negatedIdentity, negatedSelection
  }

  let kind: Kind
  /// Rows and columns; those of a core without the ones that are zero.
  let rows: Int
  let columns: Int
  /// Doubles that are stored: none for a unit.
  let entries: UInt128
  /// Blocks down the diagonal, 1 for other patterns.
  let blocks: Int

  /// - Complexity: O(runs of a submatrix), else O(1).
  package init(_ pattern: Pattern) {
    var (rows, columns, blocks) = (pattern.rows, pattern.columns, 1)
    switch pattern.structure {
    case .dense: kind = .core
    case .submatrix(let chosenRows, let chosenColumns):
      kind = .core
      (rows, columns) = (chosenRows.count, chosenColumns.count)
    case .diagonal: kind = .diagonal
    case .banded: kind = .band
    case .blockDiagonal(let count, _, _):
      kind = .blocks
      blocks = count
    case .sparse: kind = .sparse
    case .selection: kind = .selection
    case .identity: kind = .identity
    case .negatedIdentity: kind = .negatedIdentity
    case .negatedSelection: kind = .negatedSelection
    }
    (self.rows, self.columns, self.blocks) = (rows, columns, blocks)
    entries = pattern.storedEntries
  }
}

extension UInt128 {
  /// The nearest double, as `Double(self)`: faster where 64 bits hold it.
  @inline(__always)
  var nearest: Double {
    self >> 64 == 0 ? Double(UInt64(truncatingIfNeeded: self)) : Double(self)
  }
}
