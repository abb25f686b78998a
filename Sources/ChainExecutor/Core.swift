import JacobianChain

/// A dense matrix or submatrix as what a kernel needs of it: the chosen rows
/// and columns and their dense core, row by row.
struct Core {
  let rows: IndexRuns
  let columns: IndexRuns
  let base: UnsafeMutablePointer<Double>

  /// Doubles from one row of the core to the next.
  var stride: Int { columns.count }

  /// - Precondition: the matrix is dense or a submatrix.
  init(_ matrix: Matrix) {
    if case .submatrix(let rows, let columns) = matrix.pattern.structure {
      self.rows = rows
      self.columns = columns
    } else {
      rows = IndexRuns(0..<matrix.rows)
      columns = IndexRuns(0..<matrix.columns)
    }
    base = matrix.base
  }
}
