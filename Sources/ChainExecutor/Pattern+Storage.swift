import JacobianChain

/// Where a `Matrix` of the pattern keeps which entry.
extension Pattern {
  /// Calls `body(position, row, column)` for each stored double, row by row
  /// with ascending columns. Unit structures store nothing.
  ///
  /// - Complexity: O(m + stored entries).
  @inline(__always)
  func forEachStored(_ body: (Int, Int, Int) -> Void) {
    switch structure {
    case .dense:
      for row in 0..<rows {
        for column in 0..<columns { body(row * columns + column, row, column) }
      }
    case .diagonal:
      for index in 0..<rows { body(index, index, index) }
    case .identity, .selection:
      break
    case .banded(let lower, let upper):
      let layout = BandLayout(
        lower: lower, upper: upper, rows: rows, columns: columns)
      for row in 0..<rows {
        let start = max(0, row - lower)
        for column in start..<max(start, min(columns, row + upper + 1)) {
          body(layout.position(row, column), row, column)
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
      for row in chosenRows.runs.joined() {
        for run in chosenColumns.runs {
          for column in run {
            body(position, row, column)
            position += 1
          }
        }
      }
    }
  }

  /// Calls `body(row, column)` where the known ones of a unit structure lie.
  @inline(__always)
  func forEachOne(_ body: (Int, Int) -> Void) {
    if case .identity = structure {
      for index in 0..<rows { body(index, index) }
    } else if case .selection(let chosen) = structure {
      for (row, column) in chosen.enumerated() { body(row, column) }
    }
  }
}
