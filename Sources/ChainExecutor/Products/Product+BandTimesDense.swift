import CChainKernels
import JacobianChain

extension Product {
  /// banded · dense, as in time steps on a line: each row of the result is
  /// written once, from a few neighbouring rows that are still at hand and
  /// sums that stay in registers, a few rows at a time.
  ///
  /// - Parameter width: of the rows of both cores; all rows of the operand and
  ///   of the result are in their cores.
  func bandTimesDense(_ layout: BandLayout, _ width: Int) -> Kernel {
    let rows = result.rows
    let diagonals = layout.diagonals
    // Rows that all diagonals reach; those at the edges miss some.
    let from = min(rows, diagonals.reduce(0) { max($0, $1.firstRow) })
    let full = from..<max(from, diagonals.reduce(rows) { min($0, $1.endRow) })
    let most = diagonals.count
    let (lowest, origins) = (diagonals[0].offset, layout.origins)
    // The rows that one row needs stay in the first cache.
    let tile = max(64, 4 * Loops.tile / (most + 1) / 8 * 8)
    return Kernel(scratch: 2 * most) { [loops] at in
      let x = at.scratch
      let sources = Loops.rowList(at.scratch + most, most)
      var fma = 0
      for start in stride(from: 0, to: width, by: tile) {
        let length = min(tile, width - start)
        func combine(_ row: Int) {
          var terms = 0
          for diagonal in diagonals
          where diagonal.firstRow <= row && row < diagonal.endRow {
            x[terms] = at.outer[diagonal.start + row - diagonal.firstRow]
            sources[terms] = UnsafePointer(
              at.inner + (row + diagonal.offset) * width + start)
            terms += 1
          }
          fma += loops.combine(
            length, terms, x, sources, into: at.result + row * width + start)
        }
        for row in 0..<full.lowerBound { combine(row) }
        chain_band.with(lowest: lowest, origins, at.outer) { band in
          loops.table.pointee.band_times_dense(
            full.lowerBound, full.upperBound, length, band, at.inner + start,
            width, at.result + start, width)
        }
        fma += most * length * full.count
        for row in full.upperBound..<rows { combine(row) }
      }
      return fma
    }
  }
}
