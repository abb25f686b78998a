/// A nonzero pattern stored row by row (CSR): the exact, general case.
public struct SparsePattern: Hashable, Sendable {
  /// The number of rows m.
  public let rows: Int
  /// The number of columns n.
  public let columns: Int
  /// Row `i` occupies `rowStarts[i] ..< rowStarts[i + 1]`; m + 1 entries.
  public let rowStarts: [Int]
  /// The columns of each row, ascending within the row.
  public let columnIndices: [Int]
  /// What copies of the pattern remember of its colours. No part of its value.
  let memo: Monitor<[Mode: Colouring]>

  /// The most entries that a pattern may have: 2^26, half a gigabyte.
  package static let entryLimit = 1 << 26

  /// The number of stored entries.
  package var entries: Int { columnIndices.count }

  /// Creates a pattern from CSR arrays that are already sorted and distinct.
  init(rows: Int, columns: Int, rowStarts: [Int], columnIndices: [Int]) {
    self.rows = rows
    self.columns = columns
    self.rowStarts = rowStarts
    self.columnIndices = columnIndices
    memo = Monitor([:])
  }

  /// Creates a pattern from coordinates in any order; repetitions count once.
  ///
  /// - Throws: `ChainError` when an index lies outside the m × n shape, when
  ///   the arrays differ in length, or when the pattern can't be held.
  /// - Complexity: O(m + entries · log(entries per row)).
  public init(
    rows: Int, columns: Int, rowIndices: [Int], columnIndices: [Int]
  ) throws(ChainError) {
    guard rowIndices.count == columnIndices.count else {
      throw ChainError(
        .malformed, at: "/columnIndices",
        expected: "\(rowIndices.count) entries, as many as rowIndices",
        found: "\(columnIndices.count)",
        advice: "give one column index for every row index")
    }
    try Self.guardSize(rows, "rows")
    try Self.guardSize(rowIndices.count, "entries")
    for (position, row) in rowIndices.enumerated()
    where row < 0 || row >= rows {
      throw ChainError(
        .malformed, at: "/rowIndices/\(position)",
        expected: "a row from 0 to \(rows - 1)", found: "\(row)",
        advice: "indices count from 0; correct the index or the rows")
    }
    for (position, column) in columnIndices.enumerated()
    where column < 0 || column >= columns {
      throw ChainError(
        .malformed, at: "/columnIndices/\(position)",
        expected: "a column from 0 to \(columns - 1)", found: "\(column)",
        advice: "indices count from 0; correct the index or the columns")
    }
    var starts = [Int](repeating: 0, count: rows + 1)
    for row in rowIndices { starts[row + 1] += 1 }
    for row in 0..<rows { starts[row + 1] += starts[row] }
    var cursor = starts
    var sorted = [Int](repeating: 0, count: rowIndices.count)
    for (row, column) in zip(rowIndices, columnIndices) {
      sorted[cursor[row]] = column
      cursor[row] += 1
    }
    var builder = Builder(rows: rows, columns: columns)
    for row in 0..<rows {
      builder.appendRow(unsorted: sorted[starts[row]..<starts[row + 1]])
    }
    self = builder.pattern
  }

  /// Refuses what would not fit into memory, with advice.
  package static func guardSize(
    _ count: some BinaryInteger, _ what: String
  ) throws(ChainError) {
    guard count <= entryLimit else {
      throw ChainError(
        .tooLarge, at: "/factors",
        expected: "at most \(entryLimit) \(what) in an explicit pattern",
        found: "\(count)",
        advice: "declare the factor or its neighbours dense, diagonal, banded "
          + "or block diagonal, or split the problem")
    }
  }

  /// The columns of row `row`, ascending.
  package func row(_ row: Int) -> ArraySlice<Int> {
    columnIndices[rowStarts[row]..<rowStarts[row + 1]]
  }

  /// Where the entries of a row in these columns are stored.
  ///
  /// - Complexity: O(log n).
  func places(ofRow row: Int, in columns: Range<Int>) -> Range<Int> {
    let places = rowStarts[row]..<rowStarts[row + 1]
    func first(from column: Int) -> Int {
      places.firstIndex(bisecting: { columnIndices[$0] >= column })
    }
    return first(from: columns.lowerBound)..<first(from: columns.upperBound)
  }

  /// Where the entry (row, column) is stored; nil when it is structurally 0.
  package func position(row: Int, column: Int) -> Int? {
    let places = rowStarts[row]..<rowStarts[row + 1]
    let place = places.firstIndex(bisecting: { columnIndices[$0] >= column })
    return place < places.upperBound && columnIndices[place] == column
      ? place : nil
  }

  /// The pattern of the transpose, n × m.
  ///
  /// - Complexity: O(m + n + entries).
  package var transposed: SparsePattern {
    var starts = [Int](repeating: 0, count: columns + 1)
    for column in columnIndices { starts[column + 1] += 1 }
    for column in 0..<columns { starts[column + 1] += starts[column] }
    var cursor = starts
    var indices = [Int](repeating: 0, count: entries)
    for row in 0..<rows {
      for column in self.row(row) {
        indices[cursor[column]] = row
        cursor[column] += 1
      }
    }
    return SparsePattern(
      rows: columns, columns: rows, rowStarts: starts, columnIndices: indices)
  }

  /// Whether both have the same entries in the same shape.
  ///
  /// - Complexity: O(1) for copies, otherwise O(m + entries).
  public static func == (a: SparsePattern, b: SparsePattern) -> Bool {
    a.rows == b.rows && a.columns == b.columns && a.rowStarts == b.rowStarts
      && a.columnIndices == b.columnIndices
  }

  /// Mixes in shape, size and a sample of the entries: patterns that differ
  /// seldom agree in these, and comparing them tells the rest.
  ///
  /// - Complexity: O(1).
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rows)
    hasher.combine(columns)
    hasher.combine(entries)
    for (list, step) in [
      (columnIndices, entries / 32 + 1), (rowStarts, rows / 32 + 1),
    ] {
      for position in stride(from: 0, to: list.count, by: step) {
        hasher.combine(list[position])
      }
    }
  }

  /// Collects a pattern row by row.
  struct Builder {
    let rows: Int
    let columns: Int
    var rowStarts: [Int]
    var columnIndices: [Int] = []

    init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
      rowStarts = [0]
      rowStarts.reserveCapacity(rows + 1)
    }

    /// Appends the columns of a mask: bit c mod 64 of word c / 64.
    mutating func appendRow(mask: [UInt64], words: Range<Int>) {
      for word in words {
        var bits = mask[word]
        while bits != 0 {
          columnIndices.append(word << 6 | bits.trailingZeroBitCount)
          bits &= bits &- 1
        }
      }
      rowStarts.append(columnIndices.count)
    }

    mutating func appendRow(sorted columns: some Sequence<Int>) {
      columnIndices.append(contentsOf: columns)
      rowStarts.append(columnIndices.count)
    }

    mutating func appendRow(unsorted columns: some Collection<Int>) {
      let start = columnIndices.count
      columnIndices.append(contentsOf: columns)
      columnIndices[start...].sort()
      var kept = start
      for position in start..<columnIndices.count
      where kept == start
        || columnIndices[position] != columnIndices[kept - 1]
      {
        columnIndices[kept] = columnIndices[position]
        kept += 1
      }
      columnIndices.removeLast(columnIndices.count - kept)
      rowStarts.append(kept)
    }

    var pattern: SparsePattern {
      SparsePattern(
        rows: rows, columns: columns, rowStarts: rowStarts,
        columnIndices: columnIndices)
    }
  }
}
