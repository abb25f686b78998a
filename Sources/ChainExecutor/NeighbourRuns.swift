import JacobianChain

/// The entries of a sparse pattern as runs of neighbouring columns.
struct NeighbourRuns: Sendable {
  struct Run: Sendable {
    /// The first entry and its column.
    let entry: Int
    let column: Int
    var count: Int
  }

  private let runs: [Run]
  private let starts: [Int]
  private let entries: Int

  /// - Complexity: O(rows + entries).
  init(_ pattern: SparsePattern) {
    var runs: [Run] = []
    var starts = [0]
    for row in 0..<pattern.rows {
      for t in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
        let column = pattern.columnIndices[t]
        if runs.count > starts[row],
          let last = runs.last, last.column + last.count == column
        {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(Run(entry: t, column: column, count: 1))
        }
      }
      starts.append(runs.count)
    }
    (self.runs, self.starts) = (runs, starts)
    entries = pattern.entries
  }

  /// Whether runs are long enough for loops over them to pay.
  var areLong: Bool { areAtLeast(4) }

  /// Whether a run has at least `count` entries on average.
  func areAtLeast(_ count: Int) -> Bool { entries >= count * runs.count }

  @inline(__always)
  func ofRow(_ row: Int) -> ArraySlice<Run> {
    runs[starts[row]..<starts[row + 1]]
  }
}
