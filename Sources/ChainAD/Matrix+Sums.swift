import ChainExecutor
import JacobianChain

extension Matrix {
  /// No entries.
  static func zero(rows: Int, columns: Int) throws(ChainError) -> Matrix {
    try Matrix(
      pattern: Pattern(
        rows: rows, columns: columns,
        structure: .submatrix(rows: IndexRuns(), columns: IndexRuns()),
        at: "/zero"), sparseValues: [])
  }

  /// Σ T, in the union of the terms' patterns.
  static func sum(_ terms: [Matrix]) throws(ChainError) -> Matrix {
    guard terms.count > 1 else { return terms[0] }
    var pattern = terms[0].pattern
    for term in terms.dropFirst() {
      pattern = try .union(pattern, term.pattern)
    }
    if pattern.isDense { return try denseSum(terms) }
    let places = try pattern.expanded()
    var values: [Double] = []
    values.reserveCapacity(places.entries)
    for i in 0..<pattern.rows {
      for j in places.row(i) {
        values.append(terms.reduce(0) { $0 + $1.entry(i, j) })
      }
    }
    return try Matrix(pattern: pattern, sparseValues: values)
  }

  private static func denseSum(
    _ terms: [Matrix], _ finish: (inout MutableSpan<Double>) -> Void = { _ in }
  ) throws(ChainError) -> Matrix {
    let (rows, columns) = (terms[0].rows, terms[0].columns)
    return try Matrix(
      Pattern(rows: rows, columns: columns, structure: .dense, at: "/sum")
    ) { sum throws(ChainError) in
      for i in sum.indices { sum[i] = 0 }
      for term in terms {
        let entries = try term.denseEntries()
        for i in sum.indices { sum[i] += entries[i] }
      }
      finish(&sum)
    }
  }

  /// (Σ T + Σ Tᵀ) / 2, in a structure that has room for all terms.
  static func symmetricSum(
    _ terms: [Matrix]
  ) throws(ChainError) -> Matrix {
    let pattern = try symmetricPattern(terms.map(\.pattern))
    let n = pattern.columns
    if pattern.isDense {
      return try denseSum(terms) { sum in
        for i in 0..<n {
          for j in 0..<i {
            let mean = 0.5 * (sum[i * n + j] + sum[j * n + i])
            sum[i * n + j] = mean
            sum[j * n + i] = mean
          }
        }
      }
    }
    let places = try pattern.expanded()
    var values: [Double] = []
    values.reserveCapacity(places.entries)
    for i in 0..<n {
      for j in places.row(i) {
        var sum = 0.0
        for term in terms {
          sum += 0.5 * (term.entry(i, j) + term.entry(j, i))
        }
        values.append(sum)
      }
    }
    return try Matrix(pattern: pattern, sparseValues: values)
  }

  /// The smallest band that covers all terms, blocks that all of them have, or
  /// a list of what any of them has; dense where a list would be no shorter.
  private static func symmetricPattern(
    _ patterns: [Pattern]
  ) throws(ChainError) -> Pattern {
    let n = patterns[0].columns
    var width = 0
    for pattern in patterns {
      switch pattern.structure {
      case .diagonal, .identity, .negatedIdentity: break
      case .banded(let lower, let upper):
        width = Swift.max(width, lower, upper)
      case .blockDiagonal(_, let rows, let columns)
      where patterns.allSatisfy({ $0 == pattern }) && rows == columns:
        return pattern
      case .dense, .selection, .negatedSelection, .blockDiagonal, .sparse,
        .submatrix:
        return try symmetricList(patterns)
      }
    }
    return try Pattern(
      rows: n, columns: n, structure: .banded(lower: width, upper: width),
      at: "/hessian")
  }

  private static func symmetricList(
    _ patterns: [Pattern]
  ) throws(ChainError) -> Pattern {
    let n = patterns[0].columns
    let dense = Pattern(denseRows: n, columns: n)
    // An entry of a list takes an index besides its number.
    let most = dense.nonzeros / 2
    guard patterns.allSatisfy({ $0.nonzeros < most }) else { return dense }
    var (rows, columns): ([Int], [Int]) = ([], [])
    for pattern in patterns {
      let own = try pattern.coordinates()
      rows += own.rows + own.columns
      columns += own.columns + own.rows
    }
    let union = try SparsePattern(
      rows: n, columns: n, rowIndices: rows, columnIndices: columns)
    guard union.entries < most else { return dense }
    return try Pattern(
      rows: n, columns: n, structure: .sparse(union), at: "/hessian")
  }
}
