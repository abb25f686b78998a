import JacobianChain

extension Product {
  /// sparse · banded: along a diagonal the shared index and the column move
  /// together, so neighbouring entries of a row times a run of the diagonal
  /// add to neighbouring sums, as with rows that selections have taken out of
  /// bands.
  func sparseTimesBand(
    _ pattern: SparsePattern, _ lower: Int, _ upper: Int
  ) throws(ChainError) -> Kernel {
    let runs = NeighbourRuns(pattern)
    // Single entries meet the band row by row.
    guard runs.areAtLeast(2) else { return try general() }
    let layout = BandLayout(
      lower: lower, upper: upper, rows: inner.rows, columns: inner.columns)
    let (rows, width, sink) = (outer.rows, inner.columns, RowSink(result))
    let band = BandColumns(layout)
    let resultStarts: [Int]? =
      if case .sparse(let own) = result.structure { own.rowStarts } else { nil }
    return Kernel(scratch: width) { [loops] at in
      let sum = at.scratch
      sum.update(repeating: 0, count: width)
      return runs.withListed { runs in
        sink.withRows { sink in
          band.withBand(at.inner) { entries in
            var fma = 0
            for row in 0..<rows {
              let own = runs.ofRow(row)
              if let resultStarts, own.count == 1 {
                let run = runs[own.lowerBound]
                let shared = run.column..<run.column + run.count
                // Nothing is cut: what the run reaches is what the row stores.
                if shared.lowerBound + band.lowest >= 0,
                  shared.upperBound + band.highest <= width
                {
                  band.multiply(
                    uncut: shared, at.outer + run.entry, entries,
                    into: at.result + resultStarts[row], by: loops)
                  fma += run.count * layout.diagonals.count
                  continue
                }
              }
              for index in own {
                let run = runs[index]
                for diagonal in layout.diagonals {
                  let from = max(run.column, diagonal.firstRow)
                  let to = min(run.column + run.count, diagonal.endRow)
                  guard from < to else { continue }
                  loops.addProducts(
                    to - from, at.outer + run.entry + from - run.column,
                    at.inner + diagonal.origin + from,
                    to: sum + from + diagonal.offset)
                  fma += to - from
                }
              }
              sink.store(sum, row, at.result)
            }
            return fma
          }
        }
      }
    }
  }
}
