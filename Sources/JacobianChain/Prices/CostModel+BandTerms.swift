extension CostModel {
  /// Four numbers for four boundaries in a row.
  @usableFromInline package typealias Lanes = SIMD4<Double>

  /// The price of joining spans i..<k and k..<j of n × n bands that are as wide
  /// below the diagonal as above it, taken apart so that all but one product is
  /// computed once a span.
  ///
  /// With the width X of the inner band and x of the outer one, both below n,
  /// the sum u = x + X, P(x) = (x³ − x) / 6 and P⁺ = P where the argument isn't
  /// negative, else 0, the price is
  ///
  ///     n + (2n − 1) u − u² + 2 P⁺(u − n + 1)
  ///       + (4n − 1) xX − xXu − xX · max(x, X) − 2 P(min(x, X))
  ///
  /// A width is the difference of the sums, at the ends of the span, of the
  /// widths of all bands before. In these the price is a polynomial, once it is
  /// known which width is the narrower one, with one term that depends on all
  /// of i, k and j:
  ///
  ///     price = inner(i, k) + outer(k, j) + ends(i, j) + slope(i, k) · (sum at j)
  ///
  /// Where the outer width is the narrower one, x ≤ X, the polynomial for the
  /// other case is too small by 2 P(X − x): `excess`.
  ///
  /// - Precondition: 16 · (n + W) · (W + 1)², with W the largest sum, is below
  ///   2^52, so that doubles hold every term and every sum of them exactly.
  @usableFromInline package struct BandTerms {
    @usableFromInline let size: Double

    /// Fixes the size of the bands.
    @inlinable @inline(__always)
    package init(size: Double) { self.size = size }

    /// One share for a narrower outer band, and one for a wider one.
    @usableFromInline package struct Shares {
      @usableFromInline let common: Lanes
      @usableFromInline let narrower: Lanes
      @usableFromInline let wider: Lanes

      @inlinable @inline(__always)
      init(_ common: Lanes, narrower: Lanes, wider: Lanes) {
        (self.common, self.narrower, self.wider) = (common, narrower, wider)
      }

      /// The share of one polynomial.
      @inlinable @inline(__always)
      package subscript(outerIsNarrower isNarrower: Bool) -> Lanes {
        common + (isNarrower ? narrower : wider)
      }
    }

    /// The share of inner spans i..<k, four boundaries k.
    @inlinable @inline(__always)
    package func inner(_ i: Double, _ k: Lanes) -> Shares {
      Shares(
        pairs(i, k), narrower: k * (i * (i - 2 * k)),
        wider: k * k * i - 2 * Band.pyramid(k - i))
    }

    /// The share of outer spans k..<j, four boundaries j.
    @inlinable @inline(__always)
    package func outer(_ k: Double, _ j: Lanes) -> Shares {
      let width = j - k
      return Shares(
        width * (k * ((4 * size - 1) - j)),
        narrower: -k * k * width - 2 * Band.pyramid(width),
        wider: -k * width * width)
    }

    /// The share of the product's own ends, spans i..<j, four boundaries j.
    @inlinable @inline(__always)
    package func ends(_ i: Double, _ j: Lanes) -> Shares {
      let width = j - i
      let alone: Lanes = width * ((2 * size - 1) - width)
      let across = Self.excess(width - (size - 1))
      return Shares(
        alone + across + size - pairs(i, j), narrower: -i * i * j,
        wider: j * j * i)
    }

    /// (4n − 1)·ij − ij·(j − i).
    @inlinable @inline(__always)
    func pairs(_ i: Double, _ j: Lanes) -> Lanes {
      j * (i * ((4 * size - 1 + i) - j))
    }

    /// What the sum at j costs.
    @inlinable @inline(__always)
    package static func slope(
      _ i: Double, _ k: Double, outerIsNarrower isNarrower: Bool
    ) -> Double {
      let slope = 2 * i * k
      return isNarrower ? slope : -slope
    }

    /// How much the price is above the polynomial for a wider outer band.
    @inlinable @inline(__always)
    package static func excess(_ i: Double, _ k: Double, _ j: Lanes) -> Lanes {
      excess((2 * k - i) - j)
    }

    /// 2 P⁺
    @inlinable @inline(__always)
    static func excess(_ difference: Lanes) -> Lanes {
      2 * Band.pyramid(.greater(difference, .zero))
    }
  }
}
