import JacobianChain

/// Products with a diagonal factor: one fma per stored entry of the other.
extension Product {
  /// diagonal · (dense | submatrix), row by row.
  func diagonalTimesCore() -> Int {
    let core = Core(inner)
    let width = core.stride
    var fma = 0
    core.rows.forEach { index, rank in
      let factor = outer.base[index]
      let (row, out) = (core.base + rank * width, result.base + rank * width)
      for j in 0..<width { out[j] = factor * row[j] }
      fma += width
    }
    return fma
  }

  /// (dense | submatrix) · diagonal, row by row.
  func coreTimesDiagonal() -> Int {
    let core = Core(outer)
    let width = core.stride
    var fma = 0
    for row in 0..<core.rows.count {
      var (source, out) = (core.base + row * width, result.base + row * width)
      for run in core.columns.runs {
        let factors = inner.base + run.lowerBound
        for j in 0..<run.count { out[j] = source[j] * factors[j] }
        source += run.count
        out += run.count
        fma += run.count
      }
    }
    return fma
  }

  /// diagonal · (diagonal | banded | block diagonal | sparse): the result has
  /// the storage of the inner operand.
  func scaleRows() -> Int {
    let (factors, source, out) = (outer.base, inner.base, result.base)
    var fma = 0
    if let layout = inner.pattern.bandLayout {
      for diagonal in layout.diagonals {
        let scale = factors + diagonal.firstRow
        let start = diagonal.start
        for t in 0..<diagonal.count {
          out[start + t] = scale[t] * source[start + t]
        }
        fma += diagonal.count
      }
      return fma
    }
    inner.pattern.forEachStored { position, row, _ in
      out[position] = factors[row] * source[position]
      fma += 1
    }
    return fma
  }

  /// (banded | block diagonal | sparse) · diagonal: the result has the storage
  /// of the outer operand.
  func scaleColumns() -> Int {
    let (source, factors, out) = (outer.base, inner.base, result.base)
    var fma = 0
    if let layout = outer.pattern.bandLayout {
      for diagonal in layout.diagonals {
        let scale = factors + diagonal.firstRow + diagonal.offset
        let start = diagonal.start
        for t in 0..<diagonal.count {
          out[start + t] = source[start + t] * scale[t]
        }
        fma += diagonal.count
      }
      return fma
    }
    outer.pattern.forEachStored { position, _, column in
      out[position] = source[position] * factors[column]
      fma += 1
    }
    return fma
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
}
