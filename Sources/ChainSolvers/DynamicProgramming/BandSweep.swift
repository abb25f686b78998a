import JacobianChain

/// Sweeps over four ends at a time, in vectors.
extension CostModel.Lanes {
  /// The entries of a row from `index` on.
  @inline(__always)
  init(_ row: UnsafePointer<Double>, _ index: Int) {
    self = UnsafeRawPointer(row + index).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  func store(_ row: UnsafeMutablePointer<Double>, _ index: Int) {
    UnsafeMutableRawPointer(row + index).storeBytes(of: self, as: Self.self)
  }
}

/// What a join of spans (i, k) and (k, j) costs beside two entries of tables,
/// for one row i.
protocol BandSweep {
  /// What there is to know of a split k.
  associatedtype Split
  func split(_ k: Int) -> Split
  /// The cost for four ends from j on.
  func price(_ split: Split, _ j: Int) -> CostModel.Lanes
}

extension BandSweep {
  /// For all splits k in `ks` and all ends j in `js`,
  /// least[j] = min(least[j], entries[k] + tail[j] + price(split(k), j)).
  ///
  /// Four splits a sweep, the last one in place of missing ones; and four ends
  /// at a time from the first on, so that up to three after the last are swept,
  /// too.
  ///
  /// - Parameter tails: at index `(k − first k of ks) · side + j`.
  @inline(__always)
  func relax(
    _ least: UnsafeMutablePointer<Double>, _ ks: Range<Int>, _ js: Range<Int>,
    _ entries: UnsafePointer<Double>, _ tails: UnsafePointer<Double>,
    _ side: Int
  ) {
    typealias Lanes = CostModel.Lanes
    let last = ks.upperBound - 1
    var (k, t0) = (ks.lowerBound, tails)
    while k <= last {
      let (n1, n2, n3) = (min(1, last - k), min(2, last - k), min(3, last - k))
      let (t1, t2, t3) = (t0 + n1 * side, t0 + n2 * side, t0 + n3 * side)
      let (b0, b1, b2, b3) = (
        entries[k], entries[k + n1], entries[k + n2], entries[k + n3]
      )
      let (s0, s1, s2, s3) = (
        split(k), split(k + n1), split(k + n2), split(k + n3)
      )
      var j = js.lowerBound
      while j < js.upperBound {
        let p0 = (b0 + Lanes(t0, j)) + price(s0, j)
        let p1 = (b1 + Lanes(t1, j)) + price(s1, j)
        let p2 = (b2 + Lanes(t2, j)) + price(s2, j)
        let p3 = (b3 + Lanes(t3, j)) + price(s3, j)
        let price = Lanes.lesser(.lesser(p0, p1), .lesser(p2, p3))
        Lanes.lesser(price, Lanes(least, j)).store(least, j)
        j += 4
      }
      (k, t0) = (k + 4, t0 + 4 * side)
    }
  }
}

/// Dense inner spans: their columns times the nonzeros of the outer span.
struct DenseInnerSweep: BandSweep {
  let columns: Double
  /// Nonzeros of span (k, j) at index `(k − first) · stride + j`.
  let nonzeros: UnsafePointer<Double>
  let first: Int
  let stride: Int

  @inline(__always)
  func split(_ k: Int) -> UnsafePointer<Double> {
    nonzeros + (k - first) * stride
  }

  @inline(__always)
  func price(_ row: UnsafePointer<Double>, _ j: Int) -> CostModel.Lanes {
    columns * CostModel.Lanes(row, j)
  }
}

/// Dense outer spans: their rows times the nonzeros of the inner span.
struct DenseOuterSweep: BandSweep {
  /// Nonzeros of span (i, k) at index k.
  let nonzeros: UnsafePointer<Double>
  let rows: UnsafePointer<Double>

  @inline(__always)
  func split(_ k: Int) -> Double { nonzeros[k] }

  @inline(__always)
  func price(_ nonzeros: Double, _ j: Int) -> CostModel.Lanes {
    nonzeros * CostModel.Lanes(rows, j)
  }
}

/// Bands with bands, the outer ones all narrower or all wider.
struct AlikeBandsSweep: BandSweep {
  let sums: UnsafePointer<Double>
  /// The sum at i.
  let start: Double
  let outerIsNarrower: Bool

  @inline(__always)
  func split(_ k: Int) -> Double {
    CostModel.BandTerms.slope(start, sums[k], outerIsNarrower: outerIsNarrower)
  }

  @inline(__always)
  func price(_ slope: Double, _ j: Int) -> CostModel.Lanes {
    slope * CostModel.Lanes(sums, j)
  }
}

/// Bands with bands, whichever is the narrower one.
struct MixedBandsSweep: BandSweep {
  let wider: AlikeBandsSweep

  @inline(__always)
  func split(_ k: Int) -> (slope: Double, sum: Double) {
    (wider.split(k), wider.sums[k])
  }

  @inline(__always)
  func price(
    _ split: (slope: Double, sum: Double), _ j: Int
  ) -> CostModel.Lanes {
    wider.price(split.slope, j)
      + CostModel.BandTerms.excess(
        wider.start, split.sum, CostModel.Lanes(wider.sums, j))
  }
}
