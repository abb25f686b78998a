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
    var sum = terms[0]
    for term in terms.dropFirst() { sum = try .sum(sum, term) }
    return sum
  }

  /// (Σ T + Σ Tᵀ) / 2, in a structure that has room for all terms.
  static func symmetricSum(
    _ terms: [Matrix]
  ) throws(ChainError) -> Matrix {
    let pattern = try symmetricPattern(terms.map(\.pattern))
    let n = pattern.columns
    if pattern.isDense {
      return try Matrix(pattern) { sum throws(ChainError) in
        for i in sum.indices { sum[i] = 0 }
        for term in terms {
          let entries = try term.denseEntries()
          for i in sum.indices { sum[i] += entries[i] }
        }
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

  /// Where any of the terms or their transposes has entries; dense where a list
  /// would be no shorter.
  private static func symmetricPattern(
    _ patterns: [Pattern]
  ) throws(ChainError) -> Pattern {
    let dense = Pattern(denseRows: patterns[0].rows, columns: patterns[0].rows)
    var union = patterns[0]
    for pattern in patterns {
      union = try .union(union, .union(pattern, pattern.transposed()))
      // An entry of a list takes an index besides its number.
      if case .sparse = union.structure, union.nonzeros >= dense.nonzeros / 2 {
        return dense
      }
    }
    return union
  }
}
