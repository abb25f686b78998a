import JacobianChain

extension Product {
  /// banded · banded: diagonal d₁ times diagonal d₂ adds to diagonal d₁ + d₂,
  /// all three along contiguous doubles.
  func bandTimesBand(
    _ a: (lower: Int, upper: Int), _ b: (lower: Int, upper: Int)
  ) throws(ChainError) -> Kernel {
    let left = BandLayout(
      lower: a.lower, upper: a.upper, rows: outer.rows, columns: outer.columns)
    let right = BandLayout(
      lower: b.lower, upper: b.upper, rows: inner.rows, columns: inner.columns)
    let lines: [Line]
    switch result.structure {
    case .banded, .diagonal:
      lines = result.bandLayout!.diagonals.map { Line($0, left, right) }
    case .dense:
      // A band wide enough to be full is stored row by row.
      return bandTimesBandIsFull(left, right)
    case .sparse: return try general()
    case .identity, .blockDiagonal, .selection, .submatrix:
      preconditionFailure("no product of two bands")
    }
    let rows = result.rows
    // What the lines of a tile read stays in the first cache.
    let tile = DenseKernel.tile / 2
    return Kernel { at in
      var fma = 0
      for start in stride(from: 0, to: rows, by: tile) {
        for line in lines { fma += line.fill(start..<start + tile, at) }
      }
      return fma
    }
  }

  private func bandTimesBandIsFull(
    _ left: BandLayout, _ right: BandLayout
  ) -> Kernel {
    let (rows, columns) = (outer.rows, inner.columns)
    let terms = left.diagonals.flatMap { first in
      right.diagonals.map { (first.offset + $0.offset, Term(first, $0)) }
    }
    return Kernel { at in
      at.result.update(repeating: 0, count: rows * columns)
      var fma = 0
      for (offset, term) in terms where !term.rows.isEmpty {
        let (x, y) = (at.outer + term.outer, at.inner + term.inner)
        for row in term.rows {
          at.result[row * (columns + 1) + offset] += x[row] * y[row]
        }
        fma += term.rows.count
      }
      return fma
    }
  }
}

/// A diagonal of each operand, as a part of one diagonal of their product.
private struct Term {
  /// The rows of the product that it adds to.
  let rows: Range<Int>
  /// Where the two entries for row 0 would be stored.
  let outer: Int
  let inner: Int

  init(_ first: BandLayout.Diagonal, _ second: BandLayout.Diagonal) {
    // Rows i with (i, p) in the first and (p, j) in the second.
    let from = max(first.firstRow, second.firstRow - first.offset)
    rows = from..<max(from, min(first.endRow, second.endRow - first.offset))
    outer = first.start - first.firstRow
    inner = second.start + first.offset - second.firstRow
  }
}

/// A diagonal of the product, with what adds to it.
private struct Line {
  let rows: Range<Int>
  /// Where the entry for row 0 would be stored.
  let place: Int
  let terms: [Term]
  /// The rows that all terms add to.
  let full: Range<Int>

  init(
    _ target: BandLayout.Diagonal, _ left: BandLayout, _ right: BandLayout
  ) {
    rows = target.firstRow..<target.endRow
    place = target.start - target.firstRow
    terms = left.diagonals.flatMap { first in
      right.diagonals.filter { first.offset + $0.offset == target.offset }
        .map { Term(first, $0) }
    }
    full = terms.reduce(rows) { $0.clamped(to: $1.rows) }
  }

  /// Writes the entries of some rows, three terms a sweep where there are as
  /// many; returns the fma performed.
  func fill(_ tile: Range<Int>, _ at: Kernel.Places) -> Int {
    let rows = rows.clamped(to: tile)
    let full = full.clamped(to: rows)
    guard !full.isEmpty else { return fillEdge(rows, at) }
    let out = at.result + place
    var t = 0
    while t < terms.count {
      let (x0, y0) = operands(t, at)
      switch terms.count - t {
      case 1:
        sweep(full, out, adding: t > 0) { x0[$0] * y0[$0] }
      case 2:
        let (x1, y1) = operands(t + 1, at)
        sweep(full, out, adding: t > 0) { x0[$0] * y0[$0] + x1[$0] * y1[$0] }
      default:
        let ((x1, y1), (x2, y2)) = (operands(t + 1, at), operands(t + 2, at))
        sweep(full, out, adding: t > 0) {
          x0[$0] * y0[$0] + x1[$0] * y1[$0] + x2[$0] * y2[$0]
        }
      }
      t += 3
    }
    return terms.count * full.count
      + fillEdge(rows.lowerBound..<full.lowerBound, at)
      + fillEdge(full.upperBound..<rows.upperBound, at)
  }

  private func operands(
    _ t: Int, _ at: Kernel.Places
  ) -> (UnsafePointer<Double>, UnsafePointer<Double>) {
    (
      UnsafePointer(at.outer + terms[t].outer),
      UnsafePointer(at.inner + terms[t].inner)
    )
  }

  @inline(__always)
  private func sweep(
    _ rows: Range<Int>, _ out: UnsafeMutablePointer<Double>, adding: Bool,
    _ sum: (Int) -> Double
  ) {
    if adding {
      for row in rows { out[row] += sum(row) }
    } else {
      for row in rows { out[row] = sum(row) }
    }
  }

  /// Rows that some terms miss.
  private func fillEdge(_ rows: Range<Int>, _ at: Kernel.Places) -> Int {
    let out = at.result + place
    if !rows.isEmpty {
      (out + rows.lowerBound).update(repeating: 0, count: rows.count)
    }
    var fma = 0
    for term in terms {
      let shared = term.rows.clamped(to: rows)
      guard term.rows.overlaps(rows) else { continue }
      let (x, y) = (at.outer + term.outer, at.inner + term.inner)
      for row in shared { out[row] += x[row] * y[row] }
      fma += shared.count
    }
    return fma
  }
}
