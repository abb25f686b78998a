import JacobianChain

/// The entries of a pattern in order, with the layout worked out once: a walk
/// allocates nothing.
struct EntryWalk: Sendable {
  let pattern: Pattern
  private let band: BandLayout?

  /// - Complexity: O(lower + upper) for a band, otherwise O(1).
  init(_ pattern: Pattern) {
    self.pattern = pattern
    band = BandLayout(ofBand: pattern)
  }

  /// Calls `body(position, row, column)` for each stored double, row by row
  /// with ascending columns. Unit structures store nothing.
  ///
  /// - Complexity: O(m + stored entries).
  @inline(__always)
  func forEachStored(_ body: (Int, Int, Int) -> Void) {
    let (rows, columns) = (pattern.rows, pattern.columns)
    switch pattern.structure {
    case .dense:
      for row in 0..<rows {
        for column in 0..<columns { body(row * columns + column, row, column) }
      }
    case .diagonal:
      for index in 0..<rows { body(index, index, index) }
    case .identity, .negatedIdentity, .selection, .negatedSelection:
      break
    case .banded(let lower, let upper):
      guard let band else { return }
      for row in 0..<rows {
        let start = max(0, row - lower)
        for column in start..<max(start, min(columns, row + upper + 1)) {
          body(band.position(row, column), row, column)
        }
      }
    case .blockDiagonal(_, let height, let width):
      for row in 0..<rows {
        let first = row / height * width
        for column in 0..<width {
          body(row * width + column, row, first + column)
        }
      }
    case .sparse(let pattern):
      for row in 0..<rows {
        for position in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
          body(position, row, pattern.columnIndices[position])
        }
      }
    case .submatrix(let chosenRows, let chosenColumns):
      var position = 0
      for rows in chosenRows.runs {
        for row in rows {
          for run in chosenColumns.runs {
            for column in run {
              body(position, row, column)
              position += 1
            }
          }
        }
      }
    }
  }

  /// Calls `body(row, column, value)` for each entry, known ones included.
  ///
  /// - Complexity: O(m + entries).
  @inline(__always)
  func forEachEntry(
    _ values: UnsafeMutablePointer<Double>,
    _ body: (Int, Int, Double) -> Void
  ) {
    forEachStored { position, row, column in
      body(row, column, values[position])
    }
    pattern.forEachUnit(body)
  }

  /// Writes all m · n entries, row by row.
  func densify(
    _ values: UnsafeMutablePointer<Double>,
    into full: UnsafeMutablePointer<Double>
  ) {
    let columns = pattern.columns
    full.update(repeating: 0, count: pattern.rows * columns)
    forEachEntry(values) { full[$0 * columns + $1] = $2 }
  }
}
