import JacobianChain

extension Product {
  /// Any pair: both operands row by row, Gustavson's numeric product, each
  /// row gathered into the storage of the result (Gustavson 1978,
  /// doi:10.1145/355791.355796).
  ///
  /// A unit operand moves and adds; nothing is multiplied then.
  ///
  /// - Complexity: O(m + n + entries of both + fma).
  func general() throws(ChainError) -> Int {
    let a = try RowList(outer, in: workspace)
    let b = try RowList(inner, in: workspace)
    let (left, right) = (a.pattern, b.pattern)
    let sums = try Buffer(count: inner.columns, in: workspace)
    let sum = sums.base
    sum.update(repeating: 0, count: inner.columns)
    var fma = 0
    var next = 0
    for row in 0..<left.rows {
      for s in left.rowStarts[row]..<left.rowStarts[row + 1] {
        let shared = left.columnIndices[s]
        let range = right.rowStarts[shared]..<right.rowStarts[shared + 1]
        right.columnIndices.withUnsafeBufferPointer { columns in
          switch (a.values, b.values) {
          case (let x?, let y?):
            for t in range { sum[columns[t]] += x[s] * y[t] }
            fma += range.count
          case (let x?, nil):
            for t in range { sum[columns[t]] += x[s] }
          case (nil, let y?):
            for t in range { sum[columns[t]] += y[t] }
          case (nil, nil):
            for t in range { sum[columns[t]] += 1 }
          }
        }
      }
      store(sum, row, &next)
    }
    withExtendedLifetime((a, b, sums)) {}
    return fma
  }

  /// Moves one row of sums to the result and clears it.
  ///
  /// - Precondition: the result is sparse or full; products without a closed
  ///   form have no other structure.
  private func store(
    _ sum: UnsafeMutablePointer<Double>, _ row: Int, _ next: inout Int
  ) {
    if case .sparse(let pattern) = result.pattern.structure {
      for column in pattern.row(row) {
        result.base[next] = sum[column]
        sum[column] = 0
        next += 1
      }
    } else {
      precondition(result.pattern.isDense)
      for column in 0..<result.columns {
        result.base[next] = sum[column]
        sum[column] = 0
        next += 1
      }
    }
  }
}

/// A matrix row by row: its expanded pattern and the values in that order; no
/// values when all of them are 1.
private struct RowList {
  let pattern: SparsePattern
  let values: UnsafeMutablePointer<Double>?
  private let owner: Buffer?

  init(_ matrix: Matrix, in workspace: Workspace?) throws(ChainError) {
    pattern = try matrix.pattern.expanded()
    guard matrix.storage != nil else {
      owner = nil
      values = matrix.pattern.structure.isUnit ? nil : matrix.base
      return
    }
    guard case .banded = matrix.pattern.structure else {
      // Everything else is stored in this order already.
      owner = matrix.storage
      values = matrix.base
      return
    }
    let sorted = try Buffer(count: matrix.storedCount, in: workspace)
    var next = 0
    matrix.forEachEntry { _, _, value in
      sorted.base[next] = value
      next += 1
    }
    owner = sorted
    values = sorted.base
  }
}
