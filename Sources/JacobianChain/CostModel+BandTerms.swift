extension CostModel {
  /// Which of the polynomials for the product of two n × n bands holds: inner
  /// band (lower X, upper Y), outer band (lower y, upper x).
  public struct BandRegime: OptionSet, Sendable {
    /// One bit each.
    public let rawValue: UInt8

    /// A set of bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// x ≤ X; else x ≥ X.
    @usableFromInline static let upperNarrower = BandRegime(rawValue: 1)
    /// y ≤ Y; else y ≥ Y.
    @usableFromInline static let lowerNarrower = BandRegime(rawValue: 2)
    /// x + Y ≥ n: cut ends of the two reach across.
    @usableFromInline static let upperReaches = BandRegime(rawValue: 4)
    /// y + X ≥ n.
    @usableFromInline static let lowerReaches = BandRegime(rawValue: 8)

    /// The regime of all products with widths in these ranges, and with sums
    /// of the lower and of the upper ones in that; nil when there may be
    /// several.
    ///
    /// - Complexity: O(1).
    @inlinable
    public init?(
      size: Double, inner: BandRange, outer: BandRange, sums: BandRange
    ) {
      self = []
      if outer.most.upper <= inner.least.lower {
        insert(.upperNarrower)
      } else if outer.least.upper < inner.most.lower {
        return nil
      }
      if outer.most.lower <= inner.least.upper {
        insert(.lowerNarrower)
      } else if outer.least.lower < inner.most.upper {
        return nil
      }
      if sums.least.upper >= size {
        insert(.upperReaches)
      } else if sums.most.upper >= size {
        return nil
      }
      if sums.least.lower >= size {
        insert(.lowerReaches)
      } else if sums.most.lower >= size {
        return nil
      }
    }
  }

  /// Lower and upper widths from the least to the most.
  public typealias BandRange = (least: BandWidths, most: BandWidths)

  /// Two numbers for a band or for what a boundary adds to its widths: below
  /// and above the diagonal.
  public struct BandWidths: Hashable, Sendable {
    /// Below the diagonal.
    public let lower: Double
    /// Above the diagonal.
    public let upper: Double

    /// Both numbers.
    @inlinable @inline(__always)
    public init(lower: Double, upper: Double) {
      (self.lower, self.upper) = (lower, upper)
    }

    @inlinable @inline(__always)
    static prefix func - (a: BandWidths) -> BandWidths {
      BandWidths(lower: -a.lower, upper: -a.upper)
    }

    /// The sums.
    @inlinable @inline(__always)
    public static func + (a: BandWidths, b: BandWidths) -> BandWidths {
      BandWidths(lower: a.lower + b.lower, upper: a.upper + b.upper)
    }

    /// The differences.
    @inlinable @inline(__always)
    public static func - (a: BandWidths, b: BandWidths) -> BandWidths {
      BandWidths(lower: a.lower - b.lower, upper: a.upper - b.upper)
    }
  }

  /// A polynomial of second degree in two widths.
  public struct BandQuadratic {
    /// The value of no widths.
    public let constant: Double
    /// Times each width.
    public let linear: BandWidths
    /// Times the square of each.
    public let square: BandWidths
    /// Times the product of both.
    public let mixed: Double

    /// The polynomial with the values of `price`, which is one of second
    /// degree with whole values.
    @inlinable @inline(__always)
    init(_ price: (BandWidths) -> Double) {
      func value(_ lower: Double, _ upper: Double) -> Double {
        price(BandWidths(lower: lower, upper: upper))
      }
      let constant = value(0, 0)
      let (y, x) = (value(1, 0) - constant, value(0, 1) - constant)
      let (v, u) = (value(-1, 0) - constant, value(0, -1) - constant)
      self.constant = constant
      linear = BandWidths(lower: (y - v) / 2, upper: (x - u) / 2)
      square = BandWidths(lower: (y + v) / 2, upper: (x + u) / 2)
      mixed = value(1, 1) - constant - y - x
    }

    /// The polynomial with these coefficients.
    @inlinable @inline(__always)
    public init(
      constant: Double, linear: BandWidths, square: BandWidths, mixed: Double
    ) {
      (self.constant, self.linear) = (constant, linear)
      (self.square, self.mixed) = (square, mixed)
    }

    /// The value of two widths.
    @inlinable @inline(__always)
    public func callAsFunction(_ band: BandWidths) -> Double {
      let (y, x) = (band.lower, band.upper)
      return constant
        + (y * (linear.lower + square.lower * y + mixed * x)
          + x * (linear.upper + square.upper * x))
    }
  }

  /// The price of joining two spans of bands at k, taken apart so that a sweep
  /// over k and j computes one or two products each.
  ///
  /// Widths of a product add up: span i..<k has start_i + gain_k of them and
  /// span k..<j has end_j − loss_k, for some numbers that belong to i, k and j.
  /// A polynomial of degree three in these has few terms that depend on all of
  /// i, k and j, and they are linear in end_j:
  ///
  ///     price = start(i) + inner(i, k) + outer(k, j) + ends(i, j)
  ///             + slopes(i, k) · end_j
  ///
  /// - Precondition: 512 · n · (largest width, gain or loss)² is below 2^52, so
  ///   that doubles hold every term and every sum of them exactly.
  public struct BandTerms {
    @usableFromInline let size: Double
    /// 1 where the outer band is no wider, else 0.
    @usableFromInline let narrower: BandWidths
    /// 1 where cut ends reach across, else 0.
    @usableFromInline let across: BandWidths

    /// Fixes the size of the bands and which polynomial holds.
    @inlinable
    public init(size: Double, regime: BandRegime) {
      self.size = size
      narrower = BandWidths(
        lower: regime.contains(.lowerNarrower) ? 1 : 0,
        upper: regime.contains(.upperNarrower) ? 1 : 0)
      across = BandWidths(
        lower: regime.contains(.lowerReaches) ? 1 : 0,
        upper: regime.contains(.upperReaches) ? 1 : 0)
    }

    /// The share of start_i alone: what span i..<k costs without gain and
    /// loss.
    @inlinable @inline(__always)
    public func start(_ start: BandWidths) -> Double {
      size + alone(start.upper, 1 - narrower.lower, across.upper)
        + alone(start.lower, 1 - narrower.upper, across.lower)
    }

    /// The share of span i..<k, as a polynomial of start_i.
    @inlinable @inline(__always)
    public func inner(gain: BandWidths, loss: BandWidths) -> BandQuadratic {
      BandQuadratic { inner($0 + gain, loss: loss) - start($0) }
    }

    /// The nonzeros of span i..<k, less its pyramids where it is the narrower
    /// one, and what it costs with an outer band of −loss_k.
    @inlinable @inline(__always)
    func inner(_ band: BandWidths, loss: BandWidths) -> Double {
      start(band) + joint(band, -loss)
    }

    /// The share of span k..<j.
    @inlinable @inline(__always)
    public func outer(
      _ band: BandWidths, gain: BandWidths, loss: BandWidths
    ) -> Double {
      alone(band.upper, narrower.upper, across.upper)
        + alone(band.lower, narrower.lower, across.lower)
        + (across.upper + across.lower) * pyramid(1 - size)
        + (joint(gain, band) - joint(gain, -loss))
    }

    /// The share of start_i and end_j, as a polynomial of end_j.
    @inlinable @inline(__always)
    public func ends(_ start: BandWidths) -> BandQuadratic {
      BandQuadratic { joint(start, $0) }
    }

    /// What each of end_j's two numbers costs at i and k.
    @inlinable @inline(__always)
    public func slopes(
      _ start: BandWidths, gain: BandWidths, loss: BandWidths
    ) -> BandWidths {
      BandWidths(
        lower: start.upper
          * (loss.lower - narrower.lower * (loss.lower + gain.upper))
          + (1 - across.lower) * start.lower * (loss.lower - gain.lower),
        upper: start.lower
          * (loss.upper - narrower.upper * (loss.upper + gain.lower))
          + (1 - across.upper) * start.upper * (loss.upper - gain.upper))
    }

    /// n·x − T(x), less P(x) when the band is the narrower one, plus
    /// P(x + z) − P(z) with z = 1 − n when it reaches across; T and P as in
    /// `BandProduct`.
    @inlinable @inline(__always)
    func alone(_ x: Double, _ narrower: Double, _ across: Double) -> Double {
      let z = 1 - size
      return x * (size - 0.5 * (x + 1) + across * (0.5 * z * (x + z)))
        + (across - narrower) * pyramid(x)
    }

    /// The terms with widths of both bands.
    @inlinable @inline(__always)
    func joint(_ inner: BandWidths, _ outer: BandWidths) -> Double {
      meeting(inner.lower, outer.upper, narrower.upper)
        + meeting(inner.upper, outer.lower, narrower.lower)
        + (1 - across.upper) * apart(inner.upper, outer.upper)
        + (1 - across.lower) * apart(inner.lower, outer.lower)
    }

    /// Widths that are cut off at the same end: x·X·(n − (1 + wider) / 2).
    @inlinable @inline(__always)
    func meeting(_ inner: Double, _ outer: Double, _ narrower: Double) -> Double
    {
      let wider = outer + narrower * (inner - outer)
      return inner * outer * (size - 0.5 * (1 + wider))
    }

    /// Widths that are cut off at different ends, as long as they don't reach
    /// across: x·Y·(n − 1 − (x + Y) / 2).
    @inlinable @inline(__always)
    func apart(_ inner: Double, _ outer: Double) -> Double {
      inner * outer * (size - 1 - 0.5 * (inner + outer))
    }

    @inlinable @inline(__always)
    func pyramid(_ x: Double) -> Double { BandProduct<Double>.pyramid(x) }
  }
}
