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
      throw Workspace.refusal(bytes: 8 * min(count, 1 << 120))
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

  /// Calls `body(row, column)` where the known ones of a unit structure lie.
  @inline(__always)
  func forEachOne(_ body: (Int, Int) -> Void) {
    if case .identity = structure {
      for index in 0..<rows { body(index, index) }
    } else if case .selection(let chosen) = structure {
      for (row, column) in chosen.enumerated() { body(row, column) }
    }
  }
}
