import JacobianChain

/// Products with a diagonal factor: one fma per stored entry of the other.
extension Product {
  /// diagonal · (dense | submatrix), row by row.
  func diagonalTimesCore() -> Kernel {
    let rows = Core(inner).rows
    let width = Core(inner).stride
    return Kernel { at in
      var fma = 0
      rows.forEach { index, rank in
        let factor = at.outer[index]
        let (row, out) = (at.inner + rank * width, at.result + rank * width)
        for j in 0..<width { out[j] = factor * row[j] }
        fma += width
      }
      return fma
    }
  }

  /// (dense | submatrix) · diagonal, row by row.
  func coreTimesDiagonal() -> Kernel {
    let core = Core(outer)
    let (rows, width) = (core.rows.count, core.stride)
    let runs = core.columns.runs
    return Kernel { at in
      var fma = 0
      for row in 0..<rows {
        var (source, out) = (at.outer + row * width, at.result + row * width)
        for run in runs {
          let factors = at.inner + run.lowerBound
          for j in 0..<run.count { out[j] = source[j] * factors[j] }
          source += run.count
          out += run.count
          fma += run.count
        }
      }
      return fma
    }
  }

  /// diagonal · (diagonal | banded | block diagonal | sparse): the result has
  /// the storage of the inner operand.
  func scaleRows() -> Kernel {
    if let layout = inner.bandLayout {
      return Kernel { at in
        var fma = 0
        for diagonal in layout.diagonals {
          let scale = at.outer + diagonal.firstRow
          let source = at.inner + diagonal.start
          let out = at.result + diagonal.start
          for t in 0..<diagonal.count { out[t] = scale[t] * source[t] }
          fma += diagonal.count
        }
        return fma
      }
    }
    let starts = inner.storedRowStarts
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
      return Kernel { at in
        var fma = 0
        for diagonal in layout.diagonals {
          let scale = at.inner + diagonal.firstRow + diagonal.offset
          let source = at.outer + diagonal.start
          let out = at.result + diagonal.start
          for t in 0..<diagonal.count { out[t] = source[t] * scale[t] }
          fma += diagonal.count
        }
        return fma
      }
    }
    if case .blockDiagonal(let count, let height, let width) = outer.structure {
      return Kernel { at in
        var (source, factors, out) = (at.outer, at.inner, at.result)
        for _ in 0..<count {
          for _ in 0..<height {
            for j in 0..<width { out[j] = source[j] * factors[j] }
            source += width
            out += width
          }
          factors += width
        }
        return source - at.outer
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

extension Pattern {
  /// The layout of a band or of a diagonal, which is a band of width one.
  var bandLayout: BandLayout? {
    switch structure {
    case .banded(let lower, let upper):
      BandLayout(lower: lower, upper: upper, rows: rows, columns: columns)
    case .diagonal:
      BandLayout(lower: 0, upper: 0, rows: rows, columns: columns)
    case .dense, .identity, .blockDiagonal, .selection, .sparse, .submatrix:
      nil
    }
  }

  /// Where each row of blocks or of a sparse pattern is stored, and the end.
  fileprivate var storedRowStarts: [Int] {
    switch structure {
    case .blockDiagonal(_, _, let width): (0...rows).map { $0 * width }
    case .sparse(let pattern): pattern.rowStarts
    case .dense, .diagonal, .identity, .banded, .selection, .submatrix:
      preconditionFailure("not stored row by row")
    }
  }
}
