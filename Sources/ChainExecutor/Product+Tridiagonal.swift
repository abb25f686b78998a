import JacobianChain

extension Product {
  /// Three diagonals · dense, as in time steps on a line: each row of the
  /// result is written once, from three neighbours that are still at hand.
  func threeDiagonalsTimesDense(_ layout: BandLayout, _ width: Int) -> Kernel {
    let rows = result.rows
    let (first, second) = (layout.diagonals[0], layout.diagonals[1])
    let third = layout.diagonals[2]
    let from = min(
      rows, max(first.firstRow, second.firstRow, third.firstRow))
    let to = min(first.endRow, second.endRow, third.endRow)
    let full = from..<max(from, to)
    return Kernel { at in
      var fma = 0
      for start in stride(from: 0, to: width, by: DenseKernel.tile) {
        let length = min(DenseKernel.tile, width - start)
        /// A row at an edge, where diagonals are missing.
        func combine(_ row: Int) {
          let out = at.result + row * width + start
          var isFirst = true
          for diagonal in layout.diagonals
          where (diagonal.firstRow..<diagonal.endRow).contains(row) {
            let x = at.outer[diagonal.start + row - diagonal.firstRow]
            let source = at.inner + (row + diagonal.offset) * width + start
            for j in 0..<length {
              out[j] = isFirst ? x * source[j] : out[j] + x * source[j]
            }
            isFirst = false
            fma += length
          }
          if isFirst { out.update(repeating: 0, count: length) }
        }
        for row in 0..<full.lowerBound { combine(row) }
        for row in full {
          let out = at.result + row * width + start
          let x0 = at.outer[first.start + row - first.firstRow]
          let x1 = at.outer[second.start + row - second.firstRow]
          let x2 = at.outer[third.start + row - third.firstRow]
          let s0 = at.inner + (row + first.offset) * width + start
          let (s1, s2) = (s0 + width, s0 + 2 * width)
          for j in 0..<length {
            out[j] = x0 * s0[j] + x1 * s1[j] + x2 * s2[j]
          }
        }
        fma += 3 * length * full.count
        for row in full.upperBound..<rows { combine(row) }
      }
      return fma
    }
  }
}
