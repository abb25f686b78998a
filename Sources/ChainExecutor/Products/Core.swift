import JacobianChain

/// A dense pattern or submatrix as what a kernel needs of it: the chosen rows
/// and columns of the dense core, which is stored row by row.
struct Core {
  let rows: IndexRuns
  let columns: IndexRuns

  /// Doubles from one row of the core to the next.
  var stride: Int { columns.count }

  /// - Precondition: the pattern is dense or a submatrix.
  init(_ pattern: Pattern) {
    if case .submatrix(let rows, let columns) = pattern.structure {
      self.rows = rows
      self.columns = columns
    } else {
      rows = IndexRuns(0..<pattern.rows)
      columns = IndexRuns(0..<pattern.columns)
    }
  }
}
