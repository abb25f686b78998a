extension Colouring {
  /// First-fit colouring of the columns, in natural order and by decreasing
  /// number of nonzeros; the better of the two. Deterministic.
  ///
  /// Natural order is optimal for bands and blocks, the other one better on
  /// irregular patterns. No row's columns share a colour, so a colouring with
  /// as many colours as the longest row has nonzeros is optimal, and the first
  /// such is taken. Patterns that take too much work get one colour per
  /// column: valid, at its upper bound n.
  ///
  /// - Parameters:
  ///   - byRow: the pattern, m × n.
  ///   - byColumn: its transpose.
  /// - Throws: `ChainError` when `control` stops it.
  /// - Complexity: about O(entries · log(longest row)), at most
  ///   O(Σ_rows nnz(row)²) time; O(m + n + entries) memory.
  static func greedy(
    columnsOf byRow: SparsePattern, transposed byColumn: SparsePattern,
    _ control: SearchControl
  ) throws(ChainError) -> Colouring {
    let (n, longest) = (byRow.columns, byRow.longestRow)
    guard longest < n else { return Colouring(count: n, classes: .own) }
    var first = FirstFit(byRow, byColumn)
    var meter = WorkMeter(control, limit: workLimit)
    let natural = try first.colouring(order: 0..<n, below: .max, &meter)
    guard let natural else { return Colouring(count: n, classes: .own) }
    if natural.count == longest { return natural }
    var second = FirstFit(byRow, byColumn)
    meter = WorkMeter(control, limit: workLimit)
    return try second.colouring(
      order: byColumn.rowsByLength, below: natural.count, &meter) ?? natural
  }

  /// Units of work after which an order is given up: seconds.
  private static var workLimit: Int { 6_000_000_000 }
}

extension SparsePattern {
  /// The nonzeros of the longest row.
  package var longestRow: Int {
    (0..<rows).reduce(0) { max($0, rowStarts[$1 + 1] - rowStarts[$1]) }
  }

  /// The rows, longest first; those of one length in their order.
  ///
  /// - Complexity: O(m + longest row).
  var rowsByLength: [Int] {
    var starts = [Int](repeating: 0, count: longestRow + 2)
    func slot(_ row: Int) -> Int {
      starts.count - 2 - (rowStarts[row + 1] - rowStarts[row])
    }
    for row in 0..<rows { starts[slot(row) + 1] += 1 }
    for length in 1..<starts.count { starts[length] += starts[length - 1] }
    var sorted = [Int](repeating: 0, count: rows)
    for row in 0..<rows {
      sorted[starts[slot(row)]] = row
      starts[slot(row)] += 1
    }
    return sorted
  }
}
