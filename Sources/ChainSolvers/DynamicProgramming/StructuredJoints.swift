import JacobianChain

/// One tile of spans with structure, prepared for sweeps: as outer spans
/// (k, j), and as inner spans (i, k).
///
/// The price of a product is one multiplication wherever one operand has
/// uniform counts: nonzeros of the outer span times a row of the inner one, or
/// a column of the outer span times nonzeros of the inner one. Two bands take
/// a quadratic polynomial. Only what is left is priced one by one, and only
/// where the operands alone don't cost too much already.
final class StructuredJoints<Price: TablePrice>: SpanJoints,
  @unchecked Sendable
{
  /// Neighbours of one kind in a row.
  private struct Run {
    var kind = SpanShape.Kind.unit
    /// The column after the last of them, counted from the tile's first.
    var end: UInt8 = 0
  }

  /// Bytes a span beside those of prices: its run and a band's widths.
  static var bytesPerSpan: Int { 2 + 2 * 8 }

  private let prices: StructuredPrices<Price>
  private let js: Range<Int>
  private let firstRow: Int
  private let runs: UnsafeMutablePointer<Run>
  /// Nonzeros of each span; 0 for units, whose products are free.
  private let nonzeros: UnsafeMutablePointer<Price>
  /// Nonzeros of a column and of a row where they are uniform, 0 for units; nil
  /// when there are neither.
  private let columns: UnsafeMutablePointer<Price>?
  private let rows: UnsafeMutablePointer<Price>?
  /// Whether `columns` price products with all of the spans.
  private let isUniform: Bool
  /// Widths of each band below the diagonal and above it; nil without bands or
  /// when their prices don't fit doubles.
  private let widths:
    (lower: UnsafeMutablePointer<Double>, upper: UnsafeMutablePointer<Double>)?

  init(
    _ prices: StructuredPrices<Price>, _ rows: Range<Int>, _ js: Range<Int>
  ) {
    (self.prices, self.js, firstRow) = (prices, js, rows.lowerBound)
    let count = rows.count * js.count
    runs = .allocate(capacity: count)
    runs.initialize(repeating: Run(), count: count)
    nonzeros = .allocate(capacity: count)
    nonzeros.initialize(repeating: Price(0), count: count)
    var (hasBands, hasUniforms, hasGenerals) = (false, false, false)
    for k in rows {
      let row = (k - rows.lowerBound) * js.count - js.lowerBound
      var run = Run(kind: .unit, end: UInt8(js.count))
      for j in js.reversed() where j > k {
        let shape = prices.shape(k, j)
        if shape.kind != run.kind {
          run = Run(kind: shape.kind, end: UInt8(j + 1 - js.lowerBound))
        }
        runs[row + j] = run
        nonzeros[row + j] = prices.nonzeros(k, j, shape)
        switch shape.kind {
        case .unit, .uniform: hasUniforms = true
        case .general: hasGenerals = true
        case .band: hasBands = true
        }
      }
    }
    isUniform = hasUniforms && !hasBands && !hasGenerals
    columns = hasUniforms ? .allocate(capacity: 2 * count) : nil
    columns?.initialize(repeating: Price(0), count: 2 * count)
    self.rows = columns.map { $0 + count }
    if let columns {
      for k in rows {
        let row = (k - rows.lowerBound) * js.count - js.lowerBound
        for j in js where j > k && runs[row + j].kind == .uniform {
          let shape = prices.shape(k, j)
          columns[row + j] = Price(shape.first)
          columns[count + row + j] = Price(shape.second)
        }
      }
    }
    guard hasBands, prices.sweepsBands else {
      widths = nil
      return
    }
    let lower = UnsafeMutablePointer<Double>.allocate(capacity: 2 * count)
    lower.initialize(repeating: 0, count: 2 * count)
    let upper = lower + count
    for k in rows {
      let row = (k - rows.lowerBound) * js.count - js.lowerBound
      for j in js where j > k && runs[row + j].kind == .band {
        let shape = prices.shape(k, j)
        lower[row + j] = Double(shape.first)
        upper[row + j] = Double(shape.second)
      }
    }
    widths = (lower, upper)
  }

  deinit {
    nonzeros.deallocate()
    columns?.deallocate()
    runs.deallocate()
    widths?.lower.deallocate()
  }

  /// The index at which column 0 of a row would be.
  @inline(__always)
  private func start(of row: Int) -> Int {
    (row - firstRow) * js.count - js.lowerBound
  }

  func price(
    _ i: Int, _ k: Int, _ j: Int, innerJoints: StructuredJoints<Price>
  ) -> Price {
    let (outer, inner) = (start(of: k) + j, innerJoints.start(of: i) + k)
    switch (runs[outer].kind, innerJoints.runs[inner].kind) {
    case (.unit, _), (_, .unit): return Price(0)
    case (_, .uniform): return nonzeros[outer] *% innerJoints.rows![inner]
    case (.uniform, _): return columns![outer] *% innerJoints.nonzeros[inner]
    case (.band, _), (.general, _): return prices.multiply(i, k, j)
    }
  }

  func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ ks: Range<Int>,
    _ js: Range<Int>, inner: UnsafePointer<Price>,
    innerJoints: StructuredJoints<Price>, outer: UnsafePointer<Price>,
    side: Int, target: StructuredJoints<Price>
  ) {
    guard !js.isEmpty else { return }
    let entries = innerJoints.start(of: i)
    var (k, tail) = (ks.lowerBound, outer)
    while k < ks.upperBound {
      let run = innerJoints.runs[entries + k]
      let end = min(
        innerJoints.js.lowerBound + Int(run.end), ks.upperBound)
      switch run.kind {
      case .unit, .uniform:
        relax(
          row, k..<end, js, inner, innerJoints.rows! + entries, tail, nonzeros,
          side)
      case .band where isUniform, .general where isUniform:
        relax(
          row, k..<end, js, inner, innerJoints.nonzeros + entries, tail,
          columns!, side)
      case .band, .general:
        for k in k..<end {
          relax(
            row, i, k, js, inner, innerJoints,
            tail: outer + (k - ks.lowerBound) * side)
        }
      }
      tail += (end - k) * side
      k = end
    }
  }

  /// Splits with price `counts[k]` · `weights` at (k, j), four a sweep.
  private func relax(
    _ row: UnsafeMutablePointer<Price>, _ ks: Range<Int>, _ js: Range<Int>,
    _ inner: UnsafePointer<Price>, _ counts: UnsafePointer<Price>,
    _ outer: UnsafePointer<Price>, _ weights: UnsafePointer<Price>,
    _ side: Int
  ) {
    let width = self.js.count
    var (k, tail) = (ks.lowerBound, outer)
    var weights = weights + start(of: k)
    while k + 4 <= ks.upperBound {
      let (b0, b1, b2, b3) = (
        inner[k], inner[k + 1], inner[k + 2], inner[k + 3]
      )
      let (r0, r1, r2, r3) = (
        counts[k], counts[k + 1], counts[k + 2], counts[k + 3]
      )
      let (t1, t2, t3) = (tail + side, tail + 2 * side, tail + 3 * side)
      let (w1, w2, w3) = (
        weights + width, weights + 2 * width, weights + 3 * width
      )
      for j in js {
        let p0 = b0 +% tail[j] +% r0 *% weights[j]
        let p1 = b1 +% t1[j] +% r1 *% w1[j]
        let p2 = b2 +% t2[j] +% r2 *% w2[j]
        let p3 = b3 +% t3[j] +% r3 *% w3[j]
        let (low, high) = (p0 < p1 ? p0 : p1, p2 < p3 ? p2 : p3)
        let least = low < high ? low : high
        row[j] = least < row[j] ? least : row[j]
      }
      k += 4
      tail += 4 * side
      weights += 4 * width
    }
    while k < ks.upperBound {
      Self.relax(row, js, inner[k], counts[k], tail, weights)
      k += 1
      tail += side
      weights += width
    }
  }

  /// One split whose price is `factor · weights[j]`.
  @inline(__always)
  private static func relax(
    _ row: UnsafeMutablePointer<Price>, _ js: Range<Int>, _ base: Price,
    _ factor: Price, _ tail: UnsafePointer<Price>,
    _ weights: UnsafePointer<Price>
  ) {
    for j in js {
      let price = base +% tail[j] +% factor *% weights[j]
      row[j] = price < row[j] ? price : row[j]
    }
  }

  /// An inner span whose rows differ: runs of outer spans of one kind.
  private func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ k: Int, _ js: Range<Int>,
    _ inner: UnsafePointer<Price>, _ innerJoints: StructuredJoints<Price>,
    tail: UnsafePointer<Price>
  ) {
    let base = inner[k]
    let (own, entry) = (start(of: k), innerJoints.start(of: i) + k)
    let isBand = innerJoints.runs[entry].kind == .band
    var j = js.lowerBound
    while j < js.upperBound {
      let end = min(
        self.js.lowerBound + Int(runs[own + j].end), js.upperBound)
      switch runs[own + j].kind {
      case .unit, .uniform:
        Self.relax(
          row, j..<end, base, innerJoints.nonzeros[entry], tail, columns! + own)
      case .band where isBand && widths != nil:
        relaxBands(
          Self.doubles(row), j..<end, Self.doubles(inner)[k],
          innerJoints.band(i, k), k, Self.doubles(tail))
      case .band, .general:
        for j in j..<end where base +% tail[j] < row[j] {
          let price = base +% tail[j] +% prices.multiply(i, k, j)
          row[j] = min(row[j], price)
        }
      }
      j = end
    }
  }

  /// An inner band with outer ones of split k.
  private func relaxBands(
    _ row: UnsafeMutablePointer<Double>, _ js: Range<Int>, _ base: Double,
    _ inner: CostModel.Band<Double>, _ k: Int, _ tail: UnsafePointer<Double>
  ) {
    let size = Double(prices.dimensions[k])
    let (lower, upper) = (
      widths!.lower + start(of: k), widths!.upper + start(of: k)
    )
    for j in js {
      let outer = CostModel.Band(size: size, lower: lower[j], upper: upper[j])
      let price = base + tail[j] + outer.price(times: inner)
      row[j] = price < row[j] ? price : row[j]
    }
  }

  /// Band (i, j) of this tile.
  @inline(__always)
  private func band(_ i: Int, _ j: Int) -> CostModel.Band<Double> {
    let own = start(of: i) + j
    return CostModel.Band(
      size: Double(prices.dimensions[i]), lower: widths!.lower[own],
      upper: widths!.upper[own])
  }

  /// Only doubles are swept, see `sweepsBands`.
  @inline(__always)
  private static func doubles(
    _ row: UnsafePointer<Price>
  ) -> UnsafePointer<Double> {
    UnsafeRawPointer(row).assumingMemoryBound(to: Double.self)
  }

  @inline(__always)
  private static func doubles(
    _ row: UnsafeMutablePointer<Price>
  ) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(row).assumingMemoryBound(to: Double.self)
  }
}
