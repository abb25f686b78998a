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
