/// The entries of a sparse pattern as runs of neighbouring columns.
package struct NeighbourRuns: Sendable {
  package struct Run: Sendable {
    /// The first entry and its column.
    package let entry: Int
    package let column: Int
    package let count: Int
  }

  @usableFromInline let runs: [Run]
  @usableFromInline let starts: [Int]
  private let entries: Int

  /// - Complexity: O(rows + entries).
  package init(_ pattern: SparsePattern) {
    var runs: [Run] = []
    var starts = [0]
    pattern.columnIndices.withUnsafeBufferPointer { columns in
      for row in 0..<pattern.rows {
        var next = pattern.rowStarts[row]
        let end = pattern.rowStarts[row + 1]
        while next < end {
          let (entry, column) = (next, columns[next])
          repeat {
            next += 1
          } while next < end && columns[next] - column == next - entry
          runs.append(Run(entry: entry, column: column, count: next - entry))
        }
        starts.append(runs.count)
      }
    }
    (self.runs, self.starts) = (runs, starts)
    entries = pattern.entries
  }

  /// The number of runs.
  package var count: Int { runs.count }

  /// Whether runs are long enough for loops over them to pay.
  package var areLong: Bool { areAtLeast(4) }

  /// Whether a run has at least `count` entries on average.
  package func areAtLeast(_ count: Int) -> Bool {
    entries >= count * runs.count
  }

  @inlinable @inline(__always)
  package func ofRow(_ row: Int) -> ArraySlice<Run> {
    runs[starts[row]..<starts[row + 1]]
  }

  /// All of them, for loops in which counting the references of a slice would
  /// take longer than its runs.
  package struct Listed {
    /// Where the runs of each row begin, and behind the last one.
    package let starts: UnsafePointer<Int>
    package let runs: UnsafePointer<Run>

    @usableFromInline
    init(_ starts: UnsafePointer<Int>, _ runs: UnsafePointer<Run>) {
      (self.starts, self.runs) = (starts, runs)
    }
  }

  /// - Precondition: there is a run.
  @inlinable @inline(__always)
  package func withListed<Result>(_ body: (Listed) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      runs.withUnsafeBufferPointer {
        body(Listed(starts.baseAddress!, $0.baseAddress!))
      }
    }
  }
}
