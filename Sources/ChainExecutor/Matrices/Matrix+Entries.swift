import ChainMemory
import JacobianChain

extension Matrix {
  /// Calls `body(row, column, value)` for each entry of the pattern, row by
  /// row, known ones included.
  ///
  /// - Complexity: O(m + entries).
  @inline(__always)
  func forEachEntry(_ body: (Int, Int, Double) -> Void) {
    EntryWalk(pattern).forEachEntry(base, body)
    withExtendedLifetime(storage) {}
  }

  /// As the subscript.
  package func entry(_ row: Int, _ column: Int) -> Double {
    EntryReader(self)[row, column]
  }

  /// All m · n entries, row by row.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above `listingLimit`, and when they
  ///   don't fit into memory.
  public func denseEntries() throws(ChainError) -> [Double] {
    let count = rows.multipliedReportingOverflow(by: columns)
    guard !count.overflow, count.partialValue <= Self.listingLimit else {
      throw ChainError(
        .tooLarge, at: "/targets",
        expected: "at most \(Self.listingLimit) entries to list",
        found: "\(rows) × \(columns)",
        advice: "read single entries, or apply the Jacobian to vectors")
    }
    try MemoryBudget.check(
      8 * UInt128(count.partialValue), at: "/targets",
      for: "a list of \(rows) × \(columns) entries",
      advice: "read single entries, or apply the Jacobian to vectors")
    let columns = columns
    var entries = [Double](repeating: 0, count: count.partialValue)
    entries.withUnsafeMutableBufferPointer { entries in
      forEachEntry { entries[$0 * columns + $1] = $2 }
    }
    return entries
  }
}

extension Matrix {
  /// Hands out all m · n entries, row by row, some rows at a time: what is
  /// listed need not fit into memory a second time.
  ///
  /// - Throws: `ChainError`: `tooLarge` when a single row doesn't fit into
  ///   memory; what `body` throws, which then is not called again.
  /// - Complexity: O(m · n).
  package func forEachRowBlock(
    _ body: (UnsafeBufferPointer<Double>) throws(ChainError) -> Void
  ) throws(ChainError) {
    let height = Swift.min(rows, Swift.max(1, Self.blockEntries / columns))
    if pattern.isDense {
      for first in stride(from: 0, to: rows, by: height) {
        try body(
          UnsafeBufferPointer(
            start: base + first * columns,
            count: Swift.min(height, rows - first) * columns))
      }
      withExtendedLifetime(storage) {}
      return
    }
    let columns = columns
    let block = try Buffer(count: height * columns)
    block.base.update(repeating: 0, count: block.count)
    var first = 0
    var failure: ChainError?
    func handOut() {
      guard failure == nil else { return }
      let count = Swift.min(height, rows - first) * columns
      do throws(ChainError) {
        try body(UnsafeBufferPointer(start: block.base, count: count))
      } catch {
        failure = error
      }
      block.base.update(repeating: 0, count: count)
      first += height
    }
    forEachEntry { row, column, value in
      while failure == nil, row >= first + height { handOut() }
      guard failure == nil else { return }
      block.base[(row - first) * columns + column] = value
    }
    while failure == nil, first < rows { handOut() }
    if let failure { throw failure }
  }

  /// Entries that are handed out at once: 1 MiB.
  private static var blockEntries: Int { 1 << 17 }
}

/// Reads entries of one matrix by position, with the layout worked out once.
struct EntryReader {
  private let matrix: Matrix
  private let places: EntryPlaces

  init(_ matrix: Matrix) {
    self.matrix = matrix
    places = EntryPlaces(matrix.pattern)
  }

  subscript(row: Int, column: Int) -> Double {
    if let unit = matrix.pattern.structure.unit {
      return contains(row, column) ? unit : 0
    }
    return places.position(row, column).map { matrix.base[$0] } ?? 0
  }

  /// All n entries of a row.
  ///
  /// - Complexity: O(n), O(n log n) for a submatrix.
  func entries(ofRow row: Int) -> [Double] {
    let columns = matrix.columns
    switch matrix.pattern.structure {
    case .dense:
      return withExtendedLifetime(matrix) {
        Array(
          UnsafeBufferPointer(
            start: matrix.base + row * columns, count: columns))
      }
    case .sparse(let pattern):
      var entries = [Double](repeating: 0, count: columns)
      withExtendedLifetime(matrix) {
        for place in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
          entries[pattern.columnIndices[place]] = matrix.base[place]
        }
      }
      return entries
    case .identity, .negatedIdentity, .selection, .negatedSelection,
      .diagonal, .banded, .blockDiagonal, .submatrix:
      return (0..<columns).map { self[row, $0] }
    }
  }

  /// Whether the pattern has an entry there.
  func contains(_ row: Int, _ column: Int) -> Bool {
    switch matrix.pattern.structure {
    case .identity, .negatedIdentity: row == column
    case .selection(let selected), .negatedSelection(let selected):
      selected[row] == column
    case .dense, .diagonal, .banded, .blockDiagonal, .sparse, .submatrix:
      places.position(row, column) != nil
    }
  }
}

/// Where a matrix of one pattern stores which entry.
package struct EntryPlaces {
  private let pattern: Pattern
  private let band: BandLayout?
  private let chosen: (rows: IndexRuns, columns: IndexRuns)?

  package init(_ pattern: Pattern) {
    self.pattern = pattern
    band = BandLayout(ofBand: pattern)
    if case .submatrix(let rows, let columns) = pattern.structure {
      chosen = (rows, columns)
    } else {
      chosen = nil
    }
  }

  /// The place of an entry; nil where none is stored.
  package func position(_ row: Int, _ column: Int) -> Int? {
    switch pattern.structure {
    case .dense:
      return row * pattern.columns + column
    case .diagonal:
      return row == column ? row : nil
    case .identity, .negatedIdentity, .selection, .negatedSelection:
      return nil
    case .banded(let lower, let upper):
      guard row - column <= lower, column - row <= upper else { return nil }
      return band?.position(row, column)
    case .blockDiagonal(_, let height, let width):
      guard row / height == column / width else { return nil }
      return row * width + column % width
    case .sparse(let pattern):
      return pattern.position(row: row, column: column)
    case .submatrix:
      guard let chosen, let r = chosen.rows.rank(of: row),
        let c = chosen.columns.rank(of: column)
      else { return nil }
      return r * chosen.columns.count + c
    }
  }
}
