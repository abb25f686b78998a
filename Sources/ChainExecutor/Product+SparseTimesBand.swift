import JacobianChain

extension Product {
  /// sparse · banded: along a diagonal the shared index and the column move
  /// together, so neighbouring entries of a row times a run of the diagonal
  /// add to neighbouring sums, as with rows that selections have taken out of
  /// bands.
  func sparseTimesBand(
    _ pattern: SparsePattern, _ lower: Int, _ upper: Int
  ) throws(ChainError) -> Kernel {
    let layout = BandLayout(
      lower: lower, upper: upper, rows: inner.rows, columns: inner.columns)
    let runs = NeighbourRuns(pattern)
    let (rows, width, sink) = (outer.rows, inner.columns, RowSink(result))
    return Kernel(scratch: width) { at in
      let sum = at.scratch
      sum.update(repeating: 0, count: width)
      var fma = 0
      for row in 0..<rows {
        for run in runs.ofRow(row) {
          for diagonal in layout.diagonals {
            let from = max(run.column, diagonal.firstRow)
            let to = min(run.column + run.count, diagonal.endRow)
            guard from < to else { continue }
            let x = at.outer + run.entry + from - run.column
            let y = at.inner + diagonal.start + from - diagonal.firstRow
            let out = sum + from + diagonal.offset
            for t in 0..<to - from { out[t] += x[t] * y[t] }
            fma += to - from
          }
        }
        sink.store(sum, row, at.result)
      }
      return fma
    }
  }
}

/// The entries of a sparse pattern as runs of neighbouring columns.
private struct NeighbourRuns: Sendable {
  struct Run: Sendable {
    /// The first entry and its column.
    let entry: Int
    let column: Int
    var count: Int
  }

  private let runs: [Run]
  private let starts: [Int]

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
  }

  @inline(__always)
  func ofRow(_ row: Int) -> ArraySlice<Run> {
    runs[starts[row]..<starts[row + 1]]
  }
}
