import JacobianChain

/// The bands of one tile of spans, swept by the polynomials of
/// `CostModel.BandProduct`; in doubles, which hold every term exactly.
///
/// Used by one thread at a time.
final class BandTile: @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>

  private let js: Range<Int>
  private let firstRow: Int
  /// For each row and column: the band's widths above and below the diagonal;
  /// 0 where there is no band.
  private let upper: Row
  private let lower: Row
  /// Whether all bands are as wide below as above.
  private let isSymmetric: Bool
  /// Entries of the table less and plus the pyramids P(x) = (x³ − x) / 6 of
  /// both widths: what most sweeps start from. Rows are made when a split
  /// first needs them.
  private let less: Row
  private let plus: Row
  private let hasLess: UnsafeMutablePointer<Bool>
  private let hasPlus: UnsafeMutablePointer<Bool>
  /// One row for the other cases.
  private let scratch: Row
  /// The three coefficients of `narrower` products and of `wider` ones, for
  /// the splits of one row.
  private let coefficients: Row

  init(_ rows: Range<Int>, _ js: Range<Int>, shape: (Int, Int) -> SpanShape) {
    (self.js, firstRow) = (js, rows.lowerBound)
    let count = rows.count * js.count
    let longest = max(rows.count, js.count)
    upper = .allocate(capacity: 4 * count + 7 * longest)
    upper.initialize(repeating: 0, count: 2 * count)
    (lower, less, plus) = (upper + count, upper + 2 * count, upper + 3 * count)
    scratch = upper + 4 * count
    coefficients = scratch + longest
    hasLess = .allocate(capacity: 2 * rows.count)
    hasLess.initialize(repeating: false, count: 2 * rows.count)
    hasPlus = hasLess + rows.count
    var isSymmetric = true
    for k in rows {
      let row = (k - rows.lowerBound) * js.count - js.lowerBound
      for j in js where j > k {
        let band = shape(k, j)
        guard band.kind == .band else { continue }
        lower[row + j] = Double(band.first)
        upper[row + j] = Double(band.second)
        if band.first != band.second { isSymmetric = false }
      }
    }
    self.isSymmetric = isSymmetric
  }

  deinit {
    upper.deallocate()
    hasLess.deallocate()
  }

  /// Joins the inner bands of row i with outer bands only: all splits of `ks`
  /// with all ends of `js`, every entry a band.
  func relax(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, size: Double,
    inner: UnsafePointer<Double>, innerBands: BandTile,
    outer: UnsafePointer<Double>, side: Int
  ) {
    let (innerStart, last) = (innerBands.start(of: i), js.upperBound - 1)
    let (lower, upper) = (
      innerBands.lower + innerStart, innerBands.upper + innerStart
    )
    guard isSymmetric, innerBands.isSymmetric else {
      for k in ks {
        let product = CostModel.BandProduct(
          size: size, innerLower: lower[k], innerUpper: upper[k])
        relax(
          row, product, k, js, base: inner[k],
          tail: outer + (k - ks.lowerBound) * side)
      }
      return
    }
    // The coefficients of all splits first, which takes no branch.
    let narrow = coefficients
    let wide = narrow + 3 * ks.count
    for n in 0..<ks.count {
      let k = ks.lowerBound + n
      let product = CostModel.BandProduct(
        size: size, innerLower: upper[k], innerUpper: upper[k])
      let (narrower, wider) = (product.narrower, product.wider)
      narrow[3 * n] = inner[k] + narrower.constant
      narrow[3 * n + 1] = narrower.linear
      narrow[3 * n + 2] = narrower.square
      wide[3 * n] = inner[k] + wider.constant
      wide[3 * n + 1] = wider.linear
      wide[3 * n + 2] = wider.square
    }
    var (x, tail) = (self.upper + start(of: ks.lowerBound), outer)
    for k in ks {
      let (n, width) = (k - ks.lowerBound, upper[k])
      let reachesAcross = x[last] + width >= size
      if !reachesAcross, x[last] <= width {
        Self.sweep(
          row, js, narrow[3 * n], narrow[3 * n + 1], narrow[3 * n + 2], x,
          tails(k, tail, -1))
      } else if !reachesAcross, x[js.lowerBound] >= width {
        Self.sweep(
          row, js, wide[3 * n], wide[3 * n + 1], wide[3 * n + 2], x, tail)
      } else {
        let product = CostModel.BandProduct(
          size: size, innerLower: width, innerUpper: width)
        relaxSymmetric(row, product, k, js, base: inner[k], tail: tail)
      }
      x += self.js.count
      tail += side
    }
  }

  /// Joins an inner band with a run of outer bands, entries (k, j).
  ///
  /// - Parameters:
  ///   - base: C(i, k).
  ///   - tail: C(k, j) at index j, final.
  @inline(__always)
  func relax(
    _ row: Row, _ product: CostModel.BandProduct<Double>, _ k: Int,
    _ js: Range<Int>, base: Double, tail: UnsafePointer<Double>
  ) {
    if isSymmetric, product.isSymmetric {
      return relaxSymmetric(row, product, k, js, base: base, tail: tail)
    }
    let (x, y) = (upper + start(of: k), lower + start(of: k))
    var j = js.lowerBound
    while j < js.upperBound {
      let above = product.upperShare(from: x[j])
      let below = product.lowerShare(from: y[j])
      // Widths don't fall from one j to the next.
      let end = min(
        Self.first(of: j..<js.upperBound, x, reaching: above.end),
        Self.first(of: j..<js.upperBound, y, reaching: below.end))
      let from = tails(k, j..<end, tail, above.pyramidal, below.pyramidal)
      let constant =
        base + (product.constant + above.constant + below.constant)
      // With T(x) = x (x + 1) / 2, b·x + c·T(x) is
      // x · ((b + c / 2) + c / 2 · x), and likewise for y.
      let (c, g) = (above.triangular / 2, below.triangular / 2)
      let (b, f) = (above.linear + c, below.linear + g)
      for j in j..<end {
        let price =
          (constant + from[j])
          + (x[j] * (b + c * x[j]) + y[j] * (f + g * y[j]))
        row[j] = price < row[j] ? price : row[j]
      }
      j = end
    }
  }

  /// The same when both shares are one polynomial of one width.
  @inline(__always)
  private func relaxSymmetric(
    _ row: Row, _ product: CostModel.BandProduct<Double>, _ k: Int,
    _ js: Range<Int>, base: Double, tail: UnsafePointer<Double>
  ) {
    let x = upper + start(of: k)
    var j = js.lowerBound
    while j < js.upperBound {
      let share = product.upperShare(from: x[j])
      let end = Self.first(of: j..<js.upperBound, x, reaching: share.end)
      Self.sweep(
        row, j..<end,
        base + (product.constant + 2 * share.constant),
        2 * share.linear + share.triangular, share.triangular, x,
        tails(k, tail, share.pyramidal))
      j = end
    }
  }

  /// One split whose price is a quadratic polynomial of one width.
  @inline(__always)
  private static func sweep(
    _ row: Row, _ js: Range<Int>, _ constant: Double, _ linear: Double,
    _ square: Double, _ x: Row, _ from: UnsafePointer<Double>
  ) {
    for j in js {
      let price = (constant + from[j]) + x[j] * (linear + square * x[j])
      row[j] = price < row[j] ? price : row[j]
    }
  }

  /// The index at which column 0 of a row would be.
  @inline(__always)
  private func start(of row: Int) -> Int {
    (row - firstRow) * js.count - js.lowerBound
  }

  /// The first of the indices whose width, which doesn't fall, is `bound`.
  @inline(__always)
  private static func first(
    of js: Range<Int>, _ widths: Row, reaching bound: Double
  ) -> Int {
    if widths[js.upperBound - 1] < bound { return js.upperBound }
    var j = js.lowerBound
    while widths[j] < bound { j += 1 }
    return j
  }

  /// C(k, j) with multiples of the pyramids added, at index j.
  private func tails(
    _ k: Int, _ js: Range<Int>, _ tail: UnsafePointer<Double>,
    _ above: Double, _ below: Double
  ) -> UnsafePointer<Double> {
    if above == below { return tails(k, tail, above) }
    let row = scratch - self.js.lowerBound
    shift(row, js, tail, start(of: k), above, below)
    return UnsafePointer(row)
  }

  /// C(k, j) less or plus both pyramids, or as it is, by `sign`.
  @inline(__always)
  private func tails(
    _ k: Int, _ tail: UnsafePointer<Double>, _ sign: Double
  ) -> UnsafePointer<Double> {
    if sign == 0 { return tail }
    let (rows, has) = sign < 0 ? (less, hasLess) : (plus, hasPlus)
    let row = rows + start(of: k)
    if !has[k - firstRow] {
      shift(
        row, max(k + 1, js.lowerBound)..<js.upperBound, tail, start(of: k),
        sign, sign)
      has[k - firstRow] = true
    }
    return UnsafePointer(row)
  }

  private func shift(
    _ row: Row, _ js: Range<Int>, _ tail: UnsafePointer<Double>, _ start: Int,
    _ above: Double, _ below: Double
  ) {
    let (x, y) = (upper + start, lower + start)
    for j in js {
      row[j] =
        tail[j] + above * CostModel.BandProduct.pyramid(x[j])
        + below * CostModel.BandProduct.pyramid(y[j])
    }
  }
}
