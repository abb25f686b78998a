import JacobianChain

/// Where a `Matrix` of the pattern keeps which entry.
extension Pattern {
  /// The number of doubles that a matrix of the pattern stores.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when no memory could hold them.
  func storedCount() throws(ChainError) -> Int {
    let count: UInt128
    if case .dense = structure {
      count = UInt128(rows) * UInt128(columns)
    } else {
      count = storedEntries
    }
    guard count < 1 << 56 else {
      throw Buffer.refusal(bytes: 8 * min(count, 1 << 120))
    }
    return Int(count)
  }

  /// Calls `body(position, row, column)` for each stored double: see
  /// `EntryWalk`.
  ///
  /// - Complexity: O(m + stored entries).
  @inline(__always)
  package func forEachStored(_ body: (Int, Int, Int) -> Void) {
    EntryWalk(self).forEachStored(body)
  }

  /// Calls `body(row, column, value)` for the known entries of a unit structure,
  /// which are all 1 or all −1.
  @inline(__always)
  package func forEachUnit(_ body: (Int, Int, Double) -> Void) {
    guard let unit = structure.unit else { return }
    switch structure {
    case .identity, .negatedIdentity:
      for index in 0..<rows { body(index, index, unit) }
    case .selection(let chosen), .negatedSelection(let chosen):
      for (row, column) in chosen.enumerated() { body(row, column, unit) }
    case .dense, .diagonal, .banded, .blockDiagonal, .sparse, .submatrix:
      break
    }
  }
}
