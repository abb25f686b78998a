extension CostModel {
  /// Four numbers for four boundaries in a row.
  @usableFromInline package typealias Lanes = SIMD4<Double>

  /// At a boundary of a run of n × n bands: the sums of the widths of all bands
  /// before it, below the diagonal and above it. Those of a span are the
  /// differences between its ends.
  @usableFromInline package struct BandSums {
    /// Below the diagonal.
    @usableFromInline package let lower: Double
    /// Above the diagonal.
    @usableFromInline package let upper: Double

    /// Both sums.
    @inlinable @inline(__always)
    package init(lower: Double, upper: Double) {
      (self.lower, self.upper) = (lower, upper)
    }

    /// The same sums where both are equal, which halves the arithmetic.
    @inlinable @inline(__always)
    package var symmetric: BandSums { BandSums(lower: upper, upper: upper) }
  }

  /// The sums at four boundaries in a row.
  @usableFromInline package struct BandLanes {
    /// Below the diagonal.
    @usableFromInline package let lower: Lanes
    /// Above the diagonal.
    @usableFromInline package let upper: Lanes

    /// Both sums.
    @inlinable @inline(__always)
    package init(lower: Lanes, upper: Lanes) {
      (self.lower, self.upper) = (lower, upper)
    }

    /// The same sums where both are equal, which halves the arithmetic.
    @inlinable @inline(__always)
    package var symmetric: BandLanes { BandLanes(lower: upper, upper: upper) }
  }

  /// Which polynomial prices the product of two bands: inner band (lower X,
  /// upper Y), outer band (lower y, upper x).
  @usableFromInline package struct BandRegime: OptionSet, Sendable {
    /// One bit each.
    @usableFromInline package let rawValue: Int

    /// A set of bits.
    @inlinable
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// x ≤ X; else x ≥ X.
    @inlinable
    package static var upperNarrower: BandRegime { BandRegime(rawValue: 1) }
    /// y ≤ Y; else y ≥ Y.
    @inlinable
    package static var lowerNarrower: BandRegime { BandRegime(rawValue: 2) }
  }

  /// The price of joining spans i..<k and k..<j of n × n bands, taken apart so
  /// that all but one or two products are computed once a span.
  ///
  /// With the widths X, Y of the inner band and x, y of the outer one, none
  /// above n, the sums u = x + Y and l = y + X, P(x) = (x³ − x) / 6 and P⁺ = P
  /// where the argument isn't negative, else 0, the price is
  ///
  ///     n + (n − ½) (u + l) − ½ (u² + l²) + P⁺(u − n + 1) + P⁺(l − n + 1)
  ///       + (n − ½) (xX + yY) + n (xY + yX) − ½ xYu − ½ yXl
  ///       − ½ xX · max(x, X) − P(min(x, X)) − ½ yY · max(y, Y) − P(min(y, Y))
  ///
  /// Widths are differences of sums at i, k and j. In these the price is a
  /// polynomial, once it is known which widths are the narrower ones, with but
  /// two terms that depend on all of i, k and j:
  ///
  ///     price = inner(i, k) + outer(k, j) + ends(i, j)
  ///             + slopes(i, k) · (sums at j)
  ///
  /// Where the outer width is the narrower one, x ≤ X, the polynomial for the
  /// other case is too small by P(X − x): `excess`. Where sums count more than a
  /// band has, because it is full on one side, the functions that are called
  /// `cut` add what the polynomials miss; they are zero elsewhere. Only two
  /// bands that are full on different sides, x and X above n or y and Y, cost
  /// less than all these terms.
  ///
  /// - Precondition: 16 · (n + W) · (W + 1)², with W the largest sum, is below
  ///   2^52, so that doubles hold every term and every sum of them exactly.
  @usableFromInline package struct BandTerms {
    @usableFromInline let size: Double

    /// Fixes the size of the bands.
    @inlinable @inline(__always)
    package init(size: Double) { self.size = size }

    /// One share in each regime: the upper widths of the outer band meet the
    /// lower ones of the inner band, and the lower ones the upper ones.
    @usableFromInline package struct Shares {
      @usableFromInline let common: Lanes
      @usableFromInline let upper: (narrower: Lanes, wider: Lanes)
      @usableFromInline let lower: (narrower: Lanes, wider: Lanes)

      @inlinable @inline(__always)
      init(
        _ common: Lanes, upper: (Lanes, Lanes), lower: (Lanes, Lanes)
      ) {
        (self.common, self.upper, self.lower) = (common, upper, lower)
      }

      /// The share in one regime.
      @inlinable @inline(__always)
      package subscript(regime: BandRegime) -> Lanes {
        common
          + ((regime.contains(.upperNarrower) ? upper.narrower : upper.wider)
            + (regime.contains(.lowerNarrower) ? lower.narrower : lower.wider))
      }
    }

    /// The share of inner spans i..<k, four boundaries k.
    @inlinable @inline(__always)
    package func inner(_ i: BandSums, _ k: BandLanes) -> Shares {
      let (above, below) = (k.upper - i.upper, k.lower - i.lower)
      return Shares(
        pairs(i, k),
        upper: (
          k.upper * (i.lower * (0.5 * i.lower - k.lower)),
          k.upper * k.upper * (0.5 * i.lower) - Self.pyramid(below)
        ),
        lower: (
          k.lower * (i.upper * (0.5 * i.upper - k.upper)),
          k.lower * k.lower * (0.5 * i.upper) - Self.pyramid(above)
        ))
    }

    /// The share of outer spans k..<j, four boundaries j.
    @inlinable @inline(__always)
    package func outer(_ k: BandSums, _ j: BandLanes) -> Shares {
      let (above, below) = (j.upper - k.upper, j.lower - k.lower)
      let half = size - 0.5
      let (upper, lower) = (-0.5 * k.upper, -0.5 * k.lower)
      let rise: Lanes = (size * k.upper + half * k.lower) + upper * j.upper
      let fall: Lanes = (size * k.lower + half * k.upper) + lower * j.lower
      return Shares(
        above * rise + below * fall,
        upper: (
          lower * k.lower * above - Self.pyramid(above),
          above * above * lower
        ),
        lower: (
          upper * k.upper * below - Self.pyramid(below),
          below * below * upper
        ))
    }

    /// The share of the product's own ends, spans i..<j, four boundaries j.
    @inlinable @inline(__always)
    package func ends(_ i: BandSums, _ j: BandLanes) -> Shares {
      let (above, below) = (j.upper - i.upper, j.lower - i.lower)
      let (upper, lower) = (0.5 * i.upper, 0.5 * i.lower)
      return Shares(
        (alone(above) + alone(below) + size) - pairs(i, j),
        upper: (-lower * i.lower * j.upper, j.upper * j.upper * lower),
        lower: (-upper * i.upper * j.lower, j.lower * j.lower * upper))
    }

    /// n·(iu·ju + il·jl) + (n − ½)·(il·ju + iu·jl) − ½·iu·ju·(ju − iu) −
    /// ½·il·jl·(jl − il).
    @inlinable @inline(__always)
    func pairs(_ i: BandSums, _ j: BandLanes) -> Lanes {
      let half = size - 0.5
      let above: Lanes = size + 0.5 * (i.upper - j.upper)
      let below: Lanes = size + 0.5 * (i.lower - j.lower)
      let upper: Lanes = i.upper * above + (half * i.lower)
      let lower: Lanes = i.lower * below + (half * i.upper)
      return j.upper * upper + j.lower * lower
    }

    /// (n − ½)·u − ½·u² + P⁺(u − n + 1).
    @inlinable @inline(__always)
    func alone(_ width: Lanes) -> Lanes {
      width * ((size - 0.5) - 0.5 * width) + Self.excess(width - (size - 1))
    }

    /// What widths from n on add to `inner`.
    @inlinable @inline(__always)
    package func innerCut(_ i: BandSums, _ k: BandLanes) -> Lanes {
      let above = beyond(k.upper - i.upper)
      let below = beyond(k.lower - i.lower)
      let upper = Self.triangle(above) * (1 - k.lower) - Self.pyramid(above)
      let lower = Self.triangle(below) * (1 - k.upper) - Self.pyramid(below)
      return upper + lower
    }

    /// What they add to `slopes`.
    @inlinable @inline(__always)
    package func slopesCut(_ i: BandSums, _ k: BandSums) -> BandSums {
      let above = max(k.upper - i.upper - (size - 1), 0)
      let below = max(k.lower - i.lower - (size - 1), 0)
      return BandSums(
        lower: 0.5 * above * (above - 1), upper: 0.5 * below * (below - 1))
    }

    /// What they add to `outer`.
    @inlinable @inline(__always)
    package func outerCut(_ k: BandSums, _ j: BandLanes) -> Lanes {
      let above = beyond(j.upper - k.upper)
      let below = beyond(j.lower - k.lower)
      let upper = Self.triangle(above) * (1 + k.lower) - Self.pyramid(above)
      let lower = Self.triangle(below) * (1 + k.upper) - Self.pyramid(below)
      return upper + lower
    }

    /// What widths of the outer band from n on add to the price itself.
    @inlinable @inline(__always)
    package func cut(_ i: BandSums, _ k: BandSums, _ j: BandLanes) -> Lanes {
      let above = beyond(j.upper - k.upper)
      let below = beyond(j.lower - k.lower)
      return above * (above - 1) * (-0.5 * i.lower)
        + below * (below - 1) * (-0.5 * i.upper)
    }

    /// The width less n − 1, or 0.
    @inlinable @inline(__always)
    func beyond(_ width: Lanes) -> Lanes {
      .greater(width - (size - 1), .zero)
    }

    /// x (x − 1) / 2
    @inlinable @inline(__always)
    static func triangle(_ x: Lanes) -> Lanes { x * (x - 1) * 0.5 }

    /// What each of the two sums at j costs.
    @inlinable @inline(__always)
    package static func slopes(
      _ i: BandSums, _ k: BandSums, _ regime: BandRegime
    ) -> BandSums {
      BandSums(
        lower: i.upper
          * (regime.contains(.lowerNarrower) ? k.upper : -k.lower),
        upper: i.lower
          * (regime.contains(.upperNarrower) ? k.lower : -k.upper))
    }

    /// How much the price is above the polynomial for wider outer bands.
    @inlinable @inline(__always)
    package static func excess(
      _ i: BandSums, _ k: BandSums, _ j: BandLanes
    ) -> Lanes {
      let sum = k.lower + k.upper
      return excess((sum - i.lower) - j.upper)
        + excess((sum - i.upper) - j.lower)
    }

    /// P⁺ of an inner width less the outer one that meets it.
    @inlinable @inline(__always)
    static func excess(_ difference: Lanes) -> Lanes {
      pyramid(.greater(difference, .zero))
    }

    @inlinable @inline(__always)
    static func pyramid(_ x: Lanes) -> Lanes { Band.pyramid(x) }
  }
}
