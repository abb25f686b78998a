import ChainTestSupport
import JacobianChain

/// A pattern as a table of booleans: slow, obvious, and no code of its own
/// shared with the algebra under test.
struct NaivePattern: Hashable {
  let rows: Int
  let columns: Int
  var entries: [Bool]

  subscript(row: Int, column: Int) -> Bool {
    get { entries[row * columns + column] }
    set { entries[row * columns + column] = newValue }
  }

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    entries = Array(repeating: false, count: rows * columns)
  }

  /// Straight from the definitions of the structures.
  init(_ structure: Structure, rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        self[row, column] = Self.holds(structure, row, column)
      }
    }
  }

  private static func holds(
    _ structure: Structure, _ row: Int, _ column: Int
  ) -> Bool {
    switch structure {
    case .dense: true
    case .diagonal, .identity, .negatedIdentity: row == column
    case .banded(let lower, let upper):
      row - column <= lower && column - row <= upper
    case .blockDiagonal(_, let blockRows, let blockColumns):
      row / blockRows == column / blockColumns
    case .selection(let chosen), .negatedSelection(let chosen):
      chosen[row] == column
    case .sparse(let pattern):
      pattern.columnIndices[
        pattern.rowStarts[row]..<pattern.rowStarts[row + 1]
      ].contains(column)
    case .submatrix(let chosenRows, let chosenColumns):
      chosenRows.runs.contains { $0.contains(row) }
        && chosenColumns.runs.contains { $0.contains(column) }
    }
  }

  init(_ pattern: Pattern) {
    self.init(
      pattern.structure, rows: pattern.rows, columns: pattern.columns)
  }

  static func * (outer: NaivePattern, inner: NaivePattern) -> NaivePattern {
    var product = NaivePattern(rows: outer.rows, columns: inner.columns)
    for row in 0..<outer.rows {
      for shared in 0..<outer.columns where outer[row, shared] {
        for column in 0..<inner.columns where inner[shared, column] {
          product[row, column] = true
        }
      }
    }
    return product
  }

  static func | (a: NaivePattern, b: NaivePattern) -> NaivePattern {
    var union = a
    for place in a.entries.indices where b.entries[place] {
      union.entries[place] = true
    }
    return union
  }

  var transposed: NaivePattern {
    var flipped = NaivePattern(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { flipped[column, row] = self[row, column] }
    }
    return flipped
  }

  var rowCounts: [Int] {
    (0..<rows).map { row in (0..<columns).count { self[row, $0] } }
  }

  var columnCounts: [Int] { transposed.rowCounts }

  /// Σ_p colnnz(p) · rownnz(p), multiplication by multiplication.
  static func multiplications(
    _ outer: NaivePattern, _ inner: NaivePattern
  ) -> Int {
    var count = 0
    for row in 0..<outer.rows {
      for shared in 0..<outer.columns where outer[row, shared] {
        for column in 0..<inner.columns where inner[shared, column] {
          count += 1
        }
      }
    }
    return count
  }
}
