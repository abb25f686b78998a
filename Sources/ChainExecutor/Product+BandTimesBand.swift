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
    case .identity, .blockDiagonal, .selection:
      preconditionFailure("no product of two bands")
    }
    let lines = result.bandLayout!.diagonals.map { Line($0, left, right) }
    let interior = Interior(lines, left, right)
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
///
/// A diagonal d of the outer band times three neighbours of the inner one adds
/// to three neighbours of the product, of which the lowest gets nothing from
/// the diagonals after d: sums move through three registers.
private struct Interior {
  /// As many as whole vectors have.
  let rows: Range<Int>
  /// The offset of the outer band's first diagonal.
  private let lowest: Int
  // Where the entries for row 0 would be stored, by diagonal.
  private let outer: [Int]
  private let inner: [Int]
  private let result: [Int]

  private typealias Lanes = SIMD8<Double>

  init(_ lines: [Line], _ left: BandLayout, _ right: BandLayout) {
    let full = lines.dropFirst().reduce(lines[0].full) {
      $0.clamped(to: $1.full)
    }
    let count = full.count / Lanes.scalarCount * Lanes.scalarCount
    rows = full.lowerBound..<full.lowerBound + count
    lowest = left.diagonals[0].offset
    outer = left.diagonals.map { $0.start - $0.firstRow }
    inner = right.diagonals.map { $0.start - $0.firstRow }
    result = lines.map(\.place)
  }

  /// Returns the fma performed.
  func fill(_ at: Kernel.Places) -> Int {
    // What the diagonals of a tile read and write stays in the first cache.
    let all = outer.count + inner.count + result.count
    let tile = max(64, 3 * DenseKernel.tile / all / 8 * 8)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: tile) {
      let rows = start..<min(start + tile, rows.upperBound)
      for first in stride(from: 0, to: inner.count, by: 3) {
        // With numbers that the compiler knows, the loops unroll.
        switch (outer.count, inner.count - first) {
        case (3, 3...): fill(rows, 3, first, 3, at)
        case (_, 3...): fill(rows, outer.count, first, 3, at)
        case (_, 2): fill(rows, outer.count, first, 2, at)
        default: fill(rows, outer.count, first, 1, at)
        }
      }
    }
    return rows.count * outer.count * inner.count
  }

  /// All outer diagonals times one, two or three inner ones.
  @inline(__always)
  private func fill(
    _ rows: Range<Int>, _ outerCount: Int, _ first: Int, _ count: Int,
    _ at: Kernel.Places
  ) {
    let (left, right) = (at.outer, at.inner + lowest)
    let y0 = right + inner[first]
    let y1 = count > 1 ? right + inner[first + 1] : y0
    let y2 = count > 2 ? right + inner[first + 2] : y0
    // So many of its diagonals the sweep before has begun.
    let stored = first > 0 ? outerCount - 1 : 0
    outer.withUnsafeBufferPointer { outer in
      result.withUnsafeBufferPointer { result in
        for row in stride(
          from: rows.lowerBound, to: rows.upperBound, by: Lanes.scalarCount)
        {
          let out = at.result + row
          var (sum0, sum1) = (Lanes.zero, Lanes.zero)
          for d in 0..<outerCount {
            let x = load(left + outer[d] + row)
            var sum2 = Lanes.zero
            DenseKernel.add(x, load(y0 + row + d), to: &sum0)
            if count > 1 { DenseKernel.add(x, load(y1 + row + d), to: &sum1) }
            if count > 2 { DenseKernel.add(x, load(y2 + row + d), to: &sum2) }
            store(sum0, out + result[first + d], adding: d < stored)
            (sum0, sum1) = (sum1, sum2)
          }
          let end = first + outerCount
          if count > 1 { store(sum0, out + result[end], adding: false) }
          if count > 2 { store(sum1, out + result[end + 1], adding: false) }
        }
      }
    }
  }

  @inline(__always)
  private func load(_ place: UnsafePointer<Double>) -> Lanes {
    UnsafeRawPointer(place).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private func store(
    _ sum: Lanes, _ place: UnsafeMutablePointer<Double>, adding: Bool
  ) {
    let sum = adding ? sum + load(place) : sum
    UnsafeMutableRawPointer(place).storeBytes(of: sum, as: Lanes.self)
  }
}
