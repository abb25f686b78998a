/// What band prices are computed in: `Int128` holds any, `Double` is exact
/// below 2^53 and fast, and so are four doubles at a time.
@usableFromInline package protocol BandNumber {
  /// A count as a number.
  init(_ count: Int)
  /// The sum.
  static func + (a: Self, b: Self) -> Self
  /// The difference.
  static func - (a: Self, b: Self) -> Self
  /// The product.
  static func * (a: Self, b: Self) -> Self
  /// The lesser of two numbers.
  static func lesser(_ a: Self, _ b: Self) -> Self
  /// The greater of two numbers.
  static func greater(_ a: Self, _ b: Self) -> Self
  /// Half of a multiple of 2.
  static func half(of number: Self) -> Self
  /// A sixth of a multiple of 6.
  static func sixth(of number: Self) -> Self
}

extension BandNumber where Self: Comparable {
  /// The minimum.
  @inlinable @inline(__always)
  package static func lesser(_ a: Self, _ b: Self) -> Self { b < a ? b : a }

  /// The maximum.
  @inlinable @inline(__always)
  package static func greater(_ a: Self, _ b: Self) -> Self { b > a ? b : a }
}

extension Int128: BandNumber {
  /// The quotient.
  @inlinable
  package static func half(of number: Int128) -> Int128 { number / 2 }

  /// The quotient.
  @inlinable
  package static func sixth(of number: Int128) -> Int128 { number / 6 }
}

extension Double: BandNumber {
  /// The product with ½, which is exact.
  @inlinable @inline(__always)
  package static func half(of number: Double) -> Double { 0.5 * number }

  /// The rounded sixth is too small by a 2^54th, less than half of what tells
  /// whole numbers below 2^53 apart: the product is the exact quotient.
  @inlinable @inline(__always)
  package static func sixth(of number: Double) -> Double { number * (1 / 6) }
}

extension CostModel.Lanes: BandNumber {
  /// The count in every lane.
  @inlinable @inline(__always)
  package init(_ count: Int) { self.init(repeating: Double(count)) }

  /// The minimum in each lane.
  @inlinable @inline(__always)
  package static func lesser(_ a: Self, _ b: Self) -> Self {
    a.replacing(with: b, where: b .< a)
  }

  /// The maximum in each lane.
  @inlinable @inline(__always)
  package static func greater(_ a: Self, _ b: Self) -> Self {
    a.replacing(with: b, where: b .> a)
  }

  /// Half of each lane.
  @inlinable @inline(__always)
  package static func half(of number: Self) -> Self { 0.5 * number }

  /// A sixth of each lane, as of one double.
  @inlinable @inline(__always)
  package static func sixth(of number: Self) -> Self { number * (1 / 6) }
}

extension CostModel {
  /// An n × n band: entries (i, j) with i − j ≤ lower and j − i ≤ upper.
  ///
  /// - Precondition: widths are below n, and `Number` holds 16 · n · (W + 1)²,
  ///   with W the largest width, exactly.
  @usableFromInline package struct Band<Number: BandNumber> {
    @usableFromInline let size: Number
    @usableFromInline let lower: Number
    @usableFromInline let upper: Number

    /// Fixes size and widths.
    @inlinable @inline(__always)
    package init(size: Number, lower: Number, upper: Number) {
      (self.size, self.lower, self.upper) = (size, lower, upper)
    }

    /// The number of its entries.
    ///
    /// - Complexity: O(1).
    @inlinable @inline(__always)
    package var nonzeros: Number {
      let one = Number(1)
      return size * (lower + upper + one)
        - Number.half(of: lower * (lower + one) + upper * (upper + one))
    }

    /// The seed vectors of its tangents, and of its adjoints.
    ///
    /// - Complexity: O(1).
    @inlinable @inline(__always)
    package var colours: Number { .lesser(size, lower + upper + Number(1)) }

    /// The price of the product with an inner band of the same size, in fma.
    ///
    /// Column p of this band (lower y, upper x) holds
    /// 1 + min(p, x) + min(n − 1 − p, y) entries, row p of the inner one (lower
    /// X, upper Y) 1 + min(p, X) + min(n − 1 − p, Y). The sum over p of their
    /// products is the polynomial that `BandTerms` takes apart.
    ///
    /// - Complexity: O(1).
    @inlinable @inline(__always)
    package func price(times inner: Band) -> Number {
      let (x, y, last) = (upper, lower, size - Number(1))
      let twice = size + size
      let odd = size + last
      let (above, below) = (x + inner.upper, y + inner.lower)
      let ends = twice + above * (odd - above) + below * (odd - below)
      let same =
        odd * (x * inner.lower + y * inner.upper)
        - Self.cut(x, inner.lower) - Self.cut(y, inner.upper)
      let apart =
        x * inner.upper * (twice - above) + y * inner.lower * (twice - below)
      let across =
        Self.pyramid(.greater(above - last, Number(0)))
        + Self.pyramid(.greater(below - last, Number(0)))
      let meeting =
        Self.pyramid(.lesser(x, inner.lower))
        + Self.pyramid(.lesser(y, inner.upper))
      return Number.half(of: ends + same + apart) + (across - meeting)
    }

    @inlinable @inline(__always)
    static func cut(_ x: Number, _ inner: Number) -> Number {
      x * inner * .greater(x, inner)
    }

    /// P(x) = (x³ − x) / 6.
    @inlinable @inline(__always)
    static func pyramid(_ x: Number) -> Number {
      Number.sixth(of: x * (x * x - Number(1)))
    }
  }
}
