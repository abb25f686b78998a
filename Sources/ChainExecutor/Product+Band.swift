import JacobianChain

extension Product {
  /// banded · (dense | submatrix): each row is a combination of the few rows
  /// of the core that the band reaches, a tile of columns at a time.
  func bandTimesCore(_ lower: Int, _ upper: Int) throws(ChainError) -> Kernel {
    let core = Core(inner)
    let layout = BandLayout(
      lower: lower, upper: upper, rows: outer.rows, columns: outer.columns)
    if core.stride == 1, core.rows.count == inner.rows {
      return bandTimesVector(layout, try result.storedCount())
    }
    let rows = Core(result).rows
    let (width, columns) = (core.stride, outer.columns)
    if core.rows.count == inner.rows, rows.count == result.rows {
      return bandTimesDense(layout, width)
    }
    let most = layout.diagonals.count
    return Kernel(scratch: 2 * most) { at in
      let x = at.scratch
      let sources = DenseKernel.rowList(at.scratch + most, most)
      var fma = 0
      for start in stride(from: 0, to: width, by: DenseKernel.tile) {
        let length = min(DenseKernel.tile, width - start)
        rows.forEach { row, rank in
          var terms = 0
          let first = max(0, row - lower)
          let end = max(first, min(columns, row + upper + 1))
          core.rows.forEachPiece(in: first..<end) { shared, from, count in
            for t in 0..<count {
              x[terms] = at.outer[layout.position(row, shared + t)]
              sources[terms] = UnsafePointer(
                at.inner + (from + t) * width + start)
              terms += 1
            }
          }
          fma += DenseKernel.combine(
            length, terms, x, sources,
            into: at.result + rank * width + start)
        }
      }
      return fma
    }
  }

  /// banded · vector, along the diagonals. A full vector reaches every row
  /// that the result has; rows beyond the band are no part of it.
  private func bandTimesVector(_ layout: BandLayout, _ count: Int) -> Kernel {
    Kernel { at in
      at.result.update(repeating: 0, count: count)
      var fma = 0
      for diagonal in layout.diagonals {
        let x = at.outer + diagonal.start
        let y = at.inner + diagonal.firstRow + diagonal.offset
        let out = at.result + diagonal.firstRow
        for t in 0..<diagonal.count { out[t] += x[t] * y[t] }
        fma += diagonal.count
      }
      return fma
    }
  }

  /// (dense | submatrix) · banded: along a diagonal the shared index and the
  /// column move together, so a run of the outer row times a run of the
  /// diagonal adds to a run of the result row.
  func coreTimesBand(_ lower: Int, _ upper: Int) throws(ChainError) -> Kernel {
    let (core, target) = (Core(outer), Core(result))
    let layout = BandLayout(
      lower: lower, upper: upper, rows: inner.rows, columns: inner.columns)
    let count = try result.storedCount()
    return Kernel { at in
      at.result.update(repeating: 0, count: count)
      var fma = 0
      for run in core.columns.runs {
        for start in stride(
          from: run.lowerBound, to: run.upperBound, by: DenseKernel.tile)
        {
          let end = min(run.upperBound, start + DenseKernel.tile)
          let rank = core.columns.rank(of: start)!
          for row in 0..<core.rows.count {
            let source = at.outer + row * core.stride + rank
            let sink = at.result + row * target.stride
            for diagonal in layout.diagonals {
              let from = max(start, diagonal.firstRow)
              let to = min(end, diagonal.endRow)
              guard from < to else { continue }
              // The run's reach is within one run of the reached columns.
              let column = target.columns.rank(of: from + diagonal.offset)!
              let x = source + from - start
              let y = at.inner + diagonal.start + from - diagonal.firstRow
              let out = sink + column
              for t in 0..<to - from { out[t] += x[t] * y[t] }
              fma += to - from
            }
          }
        }
      }
      return fma
    }
  }
}
