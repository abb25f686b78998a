import CChainKernels
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
    switch result.structure {
    case .banded, .diagonal: break
    case .dense:
      // A band wide enough to be full is stored row by row.
      return bandTimesBandIsFull(left, right)
    case .sparse, .submatrix: return try general()
    case .identity, .negatedIdentity, .blockDiagonal, .selection,
      .negatedSelection:
      preconditionFailure("no product of two bands")
    }
    let lines = result.bandLayout!.diagonals.map { Line($0, left, right) }
    let interior = Interior(lines, left, right, loops)
    return Kernel { at in
      var fma = interior.fill(at)
      for line in lines { fma += line.fill(outside: interior.rows, at) }
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
  var full: Range<Int> { terms.reduce(rows) { $0.clamped(to: $1.rows) } }

  init(
    _ target: BandLayout.Diagonal, _ left: BandLayout, _ right: BandLayout
  ) {
    rows = target.firstRow..<target.endRow
    place = target.start - target.firstRow
    terms = left.diagonals.flatMap { first in
      right.diagonals.filter { first.offset + $0.offset == target.offset }
        .map { Term(first, $0) }
    }
  }

  /// Writes the entries of other rows; returns the fma performed.
  func fill(outside others: Range<Int>, _ at: Kernel.Places) -> Int {
    guard others.overlaps(rows) else { return fill(rows, at) }
    return fill(rows.lowerBound..<others.lowerBound, at)
      + fill(others.upperBound..<rows.upperBound, at)
  }

  private func fill(_ rows: Range<Int>, _ at: Kernel.Places) -> Int {
    guard !rows.isEmpty else { return 0 }
    let out = at.result + place
    (out + rows.lowerBound).update(repeating: 0, count: rows.count)
    var fma = 0
    for term in terms where term.rows.overlaps(rows) {
      let shared = term.rows.clamped(to: rows)
      let (x, y) = (at.outer + term.outer, at.inner + term.inner)
      for row in shared { out[row] += x[row] * y[row] }
      fma += shared.count
    }
    return fma
  }
}

/// The rows that no edge cuts, all diagonals at once.
private struct Interior {
  let rows: Range<Int>
  private let loops: Loops
  private let offsets: (outer: Int, inner: Int)
  // Where the entries for row 0 would be stored, by diagonal.
  private let outer: [Int]
  private let inner: [Int]
  private let result: [Int]

  init(
    _ lines: [Line], _ left: BandLayout, _ right: BandLayout, _ loops: Loops
  ) {
    let full = lines.dropFirst().reduce(lines[0].full) {
      $0.clamped(to: $1.full)
    }
    // In a matrix that is too small for all diagonals, each row is cut.
    let hasAll =
      lines.count == left.diagonals.count + right.diagonals.count - 1
    rows = hasAll ? full : full.lowerBound..<full.lowerBound
    self.loops = loops
    offsets = (left.diagonals[0].offset, right.diagonals[0].offset)
    (outer, inner) = (left.origins, right.origins)
    result = lines.map(\.place)
  }

  /// Returns the fma performed.
  func fill(_ at: Kernel.Places) -> Int {
    // What the diagonals of a tile read and write stays in the first cache.
    let all = outer.count + inner.count + result.count
    let tile = max(64, 3 * Loops.tile / all / 8 * 8)
    chain_band.with(lowest: offsets.outer, outer, at.outer) { left in
      chain_band.with(lowest: offsets.inner, inner, at.inner) { right in
        for start in stride(
          from: rows.lowerBound, to: rows.upperBound, by: tile)
        {
          loops.table.pointee.band_times_band(
            start, min(start + tile, rows.upperBound), left, right, result,
            at.result)
        }
      }
    }
    return rows.count * outer.count * inner.count
  }
}
