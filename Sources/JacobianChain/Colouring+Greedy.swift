extension Colouring {
  /// First-fit colouring of the columns, in natural order and by decreasing
  /// number of nonzeros; the better of the two. Deterministic.
  ///
  /// Natural order is optimal for bands and blocks, the other one better on
  /// irregular patterns. Patterns whose column intersections are too many to
  /// walk get one colour per column: valid, at its upper bound n.
  ///
  /// - Complexity: O(Σ_rows nnz(row)²) time, O(n) memory.
  static func greedy(columnsOf pattern: SparsePattern) -> Colouring {
    let longest = (0..<pattern.rows).lazy.map { pattern.row($0).count }.max()!
    let byColumn = pattern.transposed
    let work = (0..<pattern.rows).reduce(0.0) {
      $0 + Double(pattern.row($1).count) * Double(pattern.row($1).count)
    }
    guard longest < pattern.columns, work < Self.workLimit else {
      return Colouring(count: pattern.columns, classes: .own)
    }
    let natural = firstFit(pattern, byColumn, order: 0..<pattern.columns)
    if natural.count == longest { return natural }
    let degree = (0..<pattern.columns).map { byColumn.row($0).count }
    let order = (0..<pattern.columns).sorted {
      (degree[$1], $0) < (degree[$0], $1)
    }
    let byDegree = firstFit(pattern, byColumn, order: order)
    return byDegree.count < natural.count ? byDegree : natural
  }

  /// Intersections walked before the greedy colouring gives up.
  private static var workLimit: Double { 4e9 }

  private static func firstFit(
    _ byRow: SparsePattern, _ byColumn: SparsePattern,
    order: some Sequence<Int>
  ) -> Colouring {
    var colours = [Int32](repeating: -1, count: byRow.columns)
    var taken = [Int](repeating: -1, count: byRow.columns + 1)
    var count: Int32 = 0
    for column in order where !byColumn.row(column).isEmpty {
      for row in byColumn.row(column) {
        for neighbour in byRow.row(row) where colours[neighbour] >= 0 {
          taken[Int(colours[neighbour])] = column
        }
      }
      var colour: Int32 = 0
      while taken[Int(colour)] == column { colour += 1 }
      colours[column] = colour
      count = max(count, colour + 1)
    }
    return Colouring(count: Int(count), classes: .listed(colours))
  }
}
