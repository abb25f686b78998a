import JacobianChain

/// The entries of a Jacobian that are there, in a wide range, row by row.
///
/// A 0 that isn't listed is no number: it has no part in 0 · ∞.
struct ExactFactor {
  struct Entry {
    var row: Int
    var column: Int
    var value: Wide
  }

  let rows: Int
  let columns: Int
  /// In order of the rows.
  let entries: [Entry]
  /// Where each row begins, and where the last one ends.
  private let starts: [Int]

  /// - Parameter entries: in any order.
  /// - Complexity: O(m + entries).
  init(rows: Int, columns: Int, _ entries: [Entry]) {
    (self.rows, self.columns) = (rows, columns)
    var starts = [Int](repeating: 0, count: rows + 1)
    for entry in entries { starts[entry.row + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var next = starts
    var order = [Int](repeating: 0, count: entries.count)
    for (index, entry) in entries.enumerated() {
      order[next[entry.row]] = index
      next[entry.row] += 1
    }
    self.entries = order.map { entries[$0] }
    self.starts = starts
  }

  var transposed: ExactFactor {
    ExactFactor(
      rows: columns, columns: rows,
      entries.map { Entry(row: $0.column, column: $0.row, value: $0.value) })
  }

  func row(_ row: Int) -> ArraySlice<Entry> {
    entries[starts[row]..<starts[row + 1]]
  }
}

/// A product of Jacobians, outermost last, whose value doesn't depend on the
/// order.
struct ExactProduct {
  /// The first one is applied first.
  let factors: [ExactFactor]

  /// Multiplications that are worth an exceptional answer: some seconds.
  static let workLimit = 1 << 28

  static var tooLarge: ChainError {
    ChainError(
      .tooLarge, at: "/functions",
      expected: "at most \(workLimit) multiplications", found: "more",
      advice: "see where a derivative isn't finite")
  }

  var transposed: ExactProduct {
    ExactProduct(factors: factors.reversed().map(\.transposed))
  }

  /// The first entry that isn't finite on a way from an input to an output.
  ///
  /// What no input leads to, and what leads to no output, has no part in the
  /// product.
  ///
  /// - Complexity: O(entries of all factors).
  var firstPole: (factor: Int, entry: ExactFactor.Entry)? {
    var wanted: [[Bool]] = []
    var next = [Bool](repeating: true, count: factors.last?.rows ?? 0)
    for factor in factors.reversed() {
      wanted.append(next)
      var inner = [Bool](repeating: false, count: factor.columns)
      for entry in factor.entries where next[entry.row] {
        inner[entry.column] = true
      }
      next = inner
    }
    wanted.reverse()
    var reached = [Bool](repeating: true, count: factors.first?.columns ?? 0)
    for (index, factor) in factors.enumerated() {
      var outer = [Bool](repeating: false, count: factor.rows)
      for entry in factor.entries where reached[entry.column] {
        outer[entry.row] = true
        if wanted[index][entry.row], !entry.value.isFinite {
          return (index, entry)
        }
      }
      reached = outer
    }
    return nil
  }

  /// Calls `body` with each entry of the product that is there, row by row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) beyond `workLimit`.
  /// - Complexity: that of adjoints through all factors, for each row.
  func forEachEntry(
    _ body: (_ row: Int, _ column: Int, Wide) -> Void
  ) throws(ChainError) {
    var work = 0
    var sums = [Wide?](
      repeating: nil, count: factors.map(\.columns).max() ?? 0)
    for row in 0..<(factors.last?.rows ?? 0) {
      var (columns, values) = ([row], [Wide(1)])
      for factor in factors.reversed() {
        var touched: [Int] = []
        for (index, weight) in zip(columns, values) {
          let entries = factor.row(index)
          work += entries.count
          for entry in entries {
            let term = weight * entry.value
            if let sum = sums[entry.column] {
              sums[entry.column] = sum + term
            } else {
              sums[entry.column] = term
              touched.append(entry.column)
            }
          }
        }
        guard work <= Self.workLimit else { throw Self.tooLarge }
        (columns, values) = (touched, touched.map { sums[$0]! })
        for column in touched { sums[column] = nil }
      }
      for (column, value) in zip(columns, values) { body(row, column, value) }
    }
  }
}
