import JacobianChain

/// An operand row by row: its expanded pattern and, at each product, its
/// values in that order.
struct RowList: Sendable {
  private enum Order {
    /// There are no values: all of them are 1.
    case unit
    case stored
    /// A band is stored along its diagonals.
    case band(EntryWalk)
  }

  let pattern: SparsePattern
  /// Doubles that sorting the values needs.
  let scratch: Int
  private let order: Order

  init(_ operand: Pattern) throws(ChainError) {
    pattern = try operand.expanded()
    if case .banded = operand.structure {
      order = .band(EntryWalk(operand))
      scratch = pattern.entries
    } else {
      order = operand.structure.isUnit ? .unit : .stored
      scratch = 0
    }
  }

  /// The values in the order of the pattern; nil when all of them are 1.
  func values(
    _ stored: UnsafeMutablePointer<Double>,
    sorting sorted: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double>? {
    switch order {
    case .unit: return nil
    case .stored: return stored
    case .band(let walk):
      var next = 0
      walk.forEachStored { position, _, _ in
        sorted[next] = stored[position]
        next += 1
      }
      return sorted
    }
  }
}

extension SparsePattern {
  /// Where the rows begin and the columns of the entries, without checks.
  @inline(__always)
  func withIndices<Result>(
    _ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Result
  ) -> Result {
    rowStarts.withUnsafeBufferPointer { starts in
      columnIndices.withUnsafeBufferPointer { columns in
        // A pattern without entries has no columns to point to.
        body(starts.baseAddress!, columns.baseAddress ?? starts.baseAddress!)
      }
    }
  }
}
