import JacobianChain

/// The bands of one tile of spans. Prices of their products are polynomials of
/// the widths, in doubles, which hold every term exactly.
///
/// Unchecked: as the outer tile of joins, which prepares sweeps, it is used by
/// one thread at a time; as the inner one, what never changes is only read.
final class BandTile: @unchecked Sendable {
  typealias Row = UnsafeMutablePointer<Double>
  typealias Rows = WidthRows
  typealias Widths = CostModel.BandWidths

  let js: Range<Int>
  let firstRow: Int
  /// Whether all bands are as wide below the diagonal as above it.
  let isSymmetric: Bool
  /// For each row and column: the band's widths, and their pyramids; 0 where
  /// there is no band. Those of symmetric bands are the same memory.
  private let bands: Rows
  private let pyramids: Rows
  /// Where the widths are differences, and of what.
  let sums: WidthSums
  let splits: BandSplits
  /// The sweep that takes all products of one row with the bands of this tile,
  /// if there is one.
  var whole: (row: Int, ks: Range<Int>, js: Range<Int>, sweep: BandSweep?) = (
    -1, 0..<0, 0..<0, nil
  )
  /// One sweep a regime, as they are needed.
  var sweeps: [BandSweep] = []
  /// The most sweeps of one tile; few have more than two.
  static let mostSweeps = 4

  init(
    _ rows: Range<Int>, _ js: Range<Int>, isSymmetric: Bool, isSwept: Bool,
    shape: (Int, Int) -> SpanShape
  ) {
    (self.js, firstRow, self.isSymmetric) = (js, rows.lowerBound, isSymmetric)
    let count = rows.count * js.count
    let kinds = isSymmetric ? count : 2 * count
    let storage = Row.allocate(capacity: 2 * kinds)
    storage.initialize(repeating: 0, count: 2 * kinds)
    bands = Rows(storage + kinds - count, storage)
    pyramids = bands + kinds
    var runs: [Range<Int>] = []
    for k in rows {
      let row = (k - rows.lowerBound) * js.count - js.lowerBound
      var (longest, first) = (js.lowerBound..<js.lowerBound, js.lowerBound)
      for j in js {
        if j > k, let widths = shape(k, j).widths {
          bands.lower[row + j] = Double(widths.lower)
          bands.upper[row + j] = Double(widths.upper)
        } else {
          first = j + 1
        }
        if j + 1 - first > longest.count { longest = first..<j + 1 }
      }
      runs.append(isSwept ? longest : k..<k)
    }
    for n in 0..<kinds {
      storage[kinds + n] = CostModel.BandProduct<Double>.pyramid(storage[n])
    }
    sums = WidthSums(rows, js, runs: runs) { [bands] k in
      let row = (k - rows.lowerBound) * js.count - js.lowerBound
      return bands + row
    }
    splits = BandSplits(rows, js)
  }

  deinit { bands.upper.deallocate() }

  /// The index at which column 0 of a row would be.
  @inline(__always)
  func start(of row: Int) -> Int {
    (row - firstRow) * js.count - js.lowerBound
  }

  /// The widths of all bands of a row, at index j.
  @inline(__always)
  func widths(of row: Int) -> Rows {
    bands + start(of: row)
  }

  /// The price of the product of band (i, k) and band (k, j).
  func price(
    _ i: Int, _ k: Int, _ j: Int, size: Double, innerBands: BandTile
  ) -> Double {
    let (inner, outer) = (innerBands.widths(of: i)[k], widths(of: k)[j])
    let product = CostModel.BandProduct(
      size: size, innerLower: inner.lower, innerUpper: inner.upper)
    return product.price(lower: outer.lower, upper: outer.upper)
  }

  /// Joins inner band (i, k) with a run of outer bands, entries (k, j).
  ///
  /// - Parameters:
  ///   - base: C(i, k).
  ///   - tail: C(k, j) at index j, final.
  func relax(
    _ row: Row, _ i: Int, _ k: Int, _ js: Range<Int>, size: Double,
    base: Double, innerBands: BandTile, tail: UnsafePointer<Double>
  ) {
    let inner = innerBands.widths(of: i)
    let product = CostModel.BandProduct(
      size: size, innerLower: inner.lower[k], innerUpper: inner.upper[k])
    let (y, x) = (widths(of: k).lower, widths(of: k).upper)
    let pyramids = pyramids + start(of: k)
    let (q, p) = (pyramids.lower, pyramids.upper)
    let isSymmetric = isSymmetric && product.isSymmetric
    var j = js.lowerBound
    while j < js.upperBound {
      let above = product.upperShare(from: x[j])
      var end = Self.first(of: j..<js.upperBound, x, reaching: above.end)
      // With T(x) = x (x + 1) / 2, b·x + c·T(x) is
      // x · ((b + c / 2) + c / 2 · x), and likewise for y.
      let c = above.triangular / 2
      let (b, d) = (above.linear + c, above.pyramidal)
      if isSymmetric {
        let constant = base + (product.constant + 2 * above.constant)
        for j in j..<end {
          let price =
            (constant + tail[j]) + 2 * (x[j] * (b + c * x[j]) + d * p[j])
          row[j] = price < row[j] ? price : row[j]
        }
      } else {
        let below = product.lowerShare(from: y[j])
        end = Self.first(of: j..<end, y, reaching: below.end)
        let constant =
          base + (product.constant + above.constant + below.constant)
        let g = below.triangular / 2
        let (f, e) = (below.linear + g, below.pyramidal)
        for j in j..<end {
          let price =
            (constant + tail[j])
            + ((x[j] * (b + c * x[j]) + d * p[j])
              + (y[j] * (f + g * y[j]) + e * q[j]))
          row[j] = price < row[j] ? price : row[j]
        }
      }
      j = end
    }
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
}
