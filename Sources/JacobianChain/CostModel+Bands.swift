/// What band prices are computed in: `Int128` holds any, `Double` is exact
/// below 2^53 and fast.
public protocol BandNumber: Comparable, SignedNumeric {
  /// A count as a number.
  init(_ count: Int)
  /// Division, only used where it is exact.
  static func / (a: Self, b: Self) -> Self
}

extension Int128: BandNumber {}
extension Double: BandNumber {}

extension CostModel {
  /// The price of the product of two n × n bands as a sum of two cubic
  /// polynomials, one in each width of the outer band: what a sweep over many
  /// outer bands evaluates, with the inner band (lower X, upper Y) fixed.
  ///
  /// Column p of the outer band (lower y, upper x) holds
  /// x + y + 1 − (x − p)⁺ − (y − (n − 1 − p))⁺ nonzeros, row p of the inner one
  /// X + Y + 1 − (X − p)⁺ − (Y − (n − 1 − p))⁺. In the sum over p of their
  /// products the cut ends of the two meet in pyramids: x with X and y with Y
  /// at the same end, x with Y and y with X when they reach across.
  public struct BandProduct<Number: BandNumber> {
    @usableFromInline let size: Number
    @usableFromInline let lower: Number
    @usableFromInline let upper: Number

    /// Fixes the inner band of two `size` × `size` ones.
    ///
    /// - Precondition: widths are below `size`, and `Number` holds
    ///   8 · size · (largest width)² exactly.
    @inlinable
    public init(
      size: Number, innerLower lower: Number, innerUpper upper: Number
    ) {
      self.size = size
      self.lower = lower
      self.upper = upper
      constant =
        self.size * (self.lower + self.upper + 1)
        - Self.triangle(self.lower) - Self.triangle(self.upper)
    }

    /// a + b·x + c·T(x) + d·P(x) with T(x) = x (x + 1) / 2 and
    /// P(x) = (x³ − x) / 6, valid for widths x below `end`.
    public struct Polynomial {
      /// a
      public var constant: Number
      /// b
      public var linear: Number
      /// c
      public var triangular: Number
      /// d: −1, 0 or 1
      public var pyramidal: Number
      /// The first width for which another polynomial holds.
      public var end: Number

      @inlinable
      init(linear: Number, triangular: Number, end: Number) {
        (constant, pyramidal) = (0, 0)
        self.linear = linear
        self.triangular = triangular
        self.end = end
      }

      /// The value at width x.
      @inlinable
      public func callAsFunction(_ x: Number) -> Number {
        constant + linear * x + triangular * BandProduct.triangle(x)
          + pyramidal * BandProduct.pyramid(x)
      }
    }

    /// What the price is when both widths of the outer band are zero: the
    /// nonzeros of the inner band.
    public let constant: Number

    /// Whether the inner band is as wide below the diagonal as above it: both
    /// shares are the same polynomial.
    @inlinable
    public var isSymmetric: Bool { lower == upper }

    /// Two symmetric bands whose cut ends don't reach across, x + X < n, the
    /// outer one no wider, x ≤ X: the price is constant + linear·x +
    /// square·x² − 2·P(x).
    @inlinable @inline(__always)
    public var narrower: (constant: Number, linear: Number, square: Number) {
      (constant, constant + constant - lower - 1, -lower - 1)
    }

    /// The same with the outer one no narrower, x ≥ X: the price is constant +
    /// linear·x + square·x².
    @inlinable @inline(__always)
    public var wider: (constant: Number, linear: Number, square: Number) {
      let (pyramid, slope) = (
        Self.pyramid(lower), constant + Self.triangle(lower)
      )
      let square = -lower - lower - 1
      return (constant - pyramid - pyramid, slope + slope + square, square)
    }

    /// The share of the outer band's upper width, from `x` on.
    @inlinable @inline(__always)
    public func upperShare(from x: Number) -> Polynomial {
      share(x, near: lower, far: upper)
    }

    /// The share of the outer band's lower width, from `y` on.
    @inlinable @inline(__always)
    public func lowerShare(from y: Number) -> Polynomial {
      share(y, near: upper, far: lower)
    }

    /// The price for one outer band, in fma.
    @inlinable
    public func price(lower y: Number, upper x: Number) -> Number {
      let above = upperShare(from: x)(x)
      if isSymmetric, x == y { return constant + above + above }
      return constant + above + lowerShare(from: y)(y)
    }

    /// - Parameters:
    ///   - near: the inner width that is cut off at the same end.
    ///   - far: the inner width that is cut off at the other end.
    @inlinable @inline(__always)
    func share(_ x: Number, near: Number, far: Number) -> Polynomial {
      var share = Polynomial(
        linear: constant, triangular: -(lower + upper + 1), end: size)
      // Σ_p (x − p)⁺ (X − p)⁺ = X·T(x) − P(x) for x < X, and symmetrically.
      if x < near {
        share.triangular += near
        share.pyramidal = -1
        share.end = near
      } else {
        share.linear += Self.triangle(near)
        share.constant = -Self.pyramid(near)
      }
      // Σ_p (x − p)⁺ (Y − (n − 1 − p))⁺ = P(x + z), z = Y − n + 1.
      let z = far - size + 1
      if x + z < 1 {
        share.end = min(share.end, 1 - z)
      } else {
        share.pyramidal += 1
        share.triangular += z
        share.linear += Self.triangle(z - 1)
        share.constant += Self.pyramid(z)
      }
      return share
    }

    @inlinable
    static func triangle(_ x: Number) -> Number {
      x * (x + 1) / 2
    }

    /// P(x) = (x³ − x) / 6.
    @inlinable
    public static func pyramid(_ x: Number) -> Number {
      (x * x * x - x) / 6
    }
  }
}
