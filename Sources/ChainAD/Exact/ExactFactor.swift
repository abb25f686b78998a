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

  var isFinite: Bool { entries.allSatisfy(\.value.isFinite) }

  /// self · 2^power.
  func scaled(by power: Int) -> ExactFactor {
    ExactFactor(
      rows: rows, columns: columns,
      entries.map {
        Entry(
          row: $0.row, column: $0.column, value: $0.value.scaled(by: power))
      })
  }

  /// The sum with another one of the same pattern.
  func adding(_ other: ExactFactor) -> ExactFactor {
    ExactFactor(
      rows: rows, columns: columns,
      zip(entries, other.entries).map {
        Entry(row: $0.row, column: $0.column, value: $0.value + $1.value)
      })
  }

  /// J · v; nil is no number, neither for an element of v nor for a result.
  func times(_ vector: [Wide?]) -> [Wide?] {
    var product = [Wide?](repeating: nil, count: rows)
    for entry in entries {
      product[entry.row] =
        product[entry.row] + vector[entry.column] * entry.value
    }
    return product
  }

  /// Some rows and columns.
  func part(_ part: Part) -> ExactFactor {
    let (rows, columns) = (part.rows, part.columns)
    let own = ExactFactor(
      rows: rows.count, columns: columns.count,
      rows.flatMap(row).filter { columns.contains($0.column) }.map {
        Entry(
          row: $0.row - rows.lowerBound,
          column: $0.column - columns.lowerBound, value: $0.value)
      })
    return part.isTransposed ? own.transposed : own
  }

  func row(_ row: Int) -> ArraySlice<Entry> {
    entries[starts[row]..<starts[row + 1]]
  }
}
