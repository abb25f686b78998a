import JacobianChain

/// Products with a diagonal factor: one fma per stored entry of the other.
extension Product {
  /// diagonal · (dense | submatrix).
  func diagonalTimesCore() -> Kernel {
    let rows = Core(inner).rows
    let width = Core(inner).stride
    return Kernel { [loops] at in
      var fma = 0
      var place = 0
      for run in rows.runs {
        fma += loops.scaleRows(
          run.count, width, by: at.outer + run.lowerBound, at.inner + place,
          into: at.result + place)
        place += run.count * width
      }
      return fma
    }
  }

  /// (dense | submatrix) · diagonal.
  func coreTimesDiagonal() -> Kernel {
    let core = Core(outer)
    let (rows, width) = (core.rows.count, core.stride)
    let runs = core.columns.runs
    return Kernel { [loops] at in
      var (fma, place) = (0, 0)
      for run in runs {
        fma += loops.scaleColumns(
          rows, run.count, at.outer + place, stride: width,
          by: at.inner + run.lowerBound, into: at.result + place)
        place += run.count
      }
      return fma
    }
  }

  /// diagonal · (diagonal | banded | block diagonal | sparse): the result has
  /// the storage of the inner operand.
  func scaleRows() -> Kernel {
    if let layout = inner.bandLayout {
      return Kernel { [loops] at in
        var fma = 0
        for diagonal in layout.diagonals {
          fma += loops.scaleColumns(
            1, diagonal.count, at.inner + diagonal.start, stride: 0,
            by: at.outer + diagonal.firstRow,
            into: at.result + diagonal.start)
        }
        return fma
      }
    }
    if case .blockDiagonal(_, _, let width) = inner.structure {
      let rows = inner.rows
      return Kernel { [loops] in
        loops.scaleRows(rows, width, by: $0.outer, $0.inner, into: $0.result)
      }
    }
    guard case .sparse(let pattern) = inner.structure else {
      preconditionFailure("no other structure keeps its storage")
    }
    let starts = pattern.rowStarts
    return Kernel { at in
      let (factors, source, out) = (at.outer, at.inner, at.result)
      var (fma, start) = (0, 0)
      for (row, end) in starts.dropFirst().enumerated() {
        let factor = factors[row]
        for t in start..<end { out[t] = factor * source[t] }
        fma += end - start
        start = end
      }
      return fma
    }
  }

  /// (banded | block diagonal | sparse) · diagonal: the result has the storage
  /// of the outer operand.
  func scaleColumns() -> Kernel {
    if let layout = outer.bandLayout {
      return Kernel { [loops] at in
        var fma = 0
        for diagonal in layout.diagonals {
          fma += loops.scaleColumns(
            1, diagonal.count, at.outer + diagonal.start, stride: 0,
            by: at.inner + diagonal.firstRow + diagonal.offset,
            into: at.result + diagonal.start)
        }
        return fma
      }
    }
    if case .blockDiagonal(let count, let height, let width) = outer.structure {
      return Kernel { [loops] at in
        var fma = 0
        for block in 0..<count {
          let place = block * height * width
          fma += loops.scaleColumns(
            height, width, at.outer + place, stride: width,
            by: at.inner + block * width, into: at.result + place)
        }
        return fma
      }
    }
    guard case .sparse(let pattern) = outer.structure else {
      preconditionFailure("no other structure keeps its storage")
    }
    return Kernel { at in
      let (source, factors, out) = (at.outer, at.inner, at.result)
      return pattern.columnIndices.withUnsafeBufferPointer { columns in
        for (t, column) in columns.enumerated() {
          out[t] = source[t] * factors[column]
        }
        return columns.count
      }
    }
  }
}
