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

  /// The runs of a row.
  func ofRow(_ row: Int) -> ArraySlice<Run> {
    runs[starts[row]..<starts[row + 1]]
  }

  /// All of them, for loops in which counting the references of a slice would
  /// take longer than its runs.
  package struct Listed {
    @usableFromInline let starts: UnsafeBufferPointer<Int>
    @usableFromInline let runs: UnsafeBufferPointer<Run>

    @usableFromInline
    init(_ starts: UnsafeBufferPointer<Int>, _ runs: UnsafeBufferPointer<Run>) {
      (self.starts, self.runs) = (starts, runs)
    }

    /// The runs of a row.
    @inlinable @inline(__always)
    package func ofRow(_ row: Int) -> Range<Int> {
      starts[row]..<starts[row + 1]
    }

    @inlinable @inline(__always)
    package subscript(_ index: Int) -> Run { runs[index] }
  }

  @inlinable @inline(__always)
  package func withListed<Result>(_ body: (Listed) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      runs.withUnsafeBufferPointer { body(Listed(starts, $0)) }
    }
  }
}
