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
    return Kernel(scratch: 2 * most) { [loops] at in
      let x = at.scratch
      let sources = Loops.rowList(at.scratch + most, most)
      var fma = 0
      for start in stride(from: 0, to: width, by: Loops.tile) {
        let length = min(Loops.tile, width - start)
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
          fma += loops.combine(
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
    Kernel { [loops] at in
      at.result.update(repeating: 0, count: count)
      var fma = 0
      for diagonal in layout.diagonals {
        loops.addProducts(
          diagonal.count, at.outer + diagonal.start,
          at.inner + diagonal.firstRow + diagonal.offset,
          to: at.result + diagonal.firstRow)
        fma += diagonal.count
      }
      return fma
    }
  }

  /// (dense | submatrix) · banded.
  func coreTimesBand(_ lower: Int, _ upper: Int) throws(ChainError) -> Kernel {
    let (core, target) = (Core(outer), Core(result))
    let layout = BandLayout(
      lower: lower, upper: upper, rows: inner.rows, columns: inner.columns)
    let band = BandColumns(layout)
    let (shared, columns) = (0..<inner.rows, 0..<inner.columns)
    if core.columns.count == shared.count, target.stride == columns.count,
      2 * band.full(shared, in: columns).count >= columns.count
    {
      let rows = core.rows.count
      let entries = layout.diagonals.reduce(0) { $0 + $1.count }
      return Kernel { [loops] at in
        band.multiply(
          rows, shared, at.outer, stride: shared.count, at.inner,
          columns: columns, into: at.result, stride: columns.count, by: loops)
        return rows * entries
      }
    }
    return runsTimesBand(
      layout, core, target, count: try result.storedCount())
  }

  /// Runs of columns · banded: along a diagonal the shared index and the
  /// column move together, so a run of the outer row times a run of the
  /// diagonal adds to a run of the result row.
  private func runsTimesBand(
    _ layout: BandLayout, _ core: Core, _ target: Core, count: Int
  ) -> Kernel {
    Kernel { [loops] at in
      at.result.update(repeating: 0, count: count)
      var fma = 0
      for run in core.columns.runs {
        for start in stride(
          from: run.lowerBound, to: run.upperBound, by: Loops.tile)
        {
          let end = min(run.upperBound, start + Loops.tile)
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
              loops.addProducts(
                to - from, source + from - start,
                at.inner + diagonal.origin + from, to: sink + column)
              fma += to - from
            }
          }
        }
      }
      return fma
    }
  }
}
