/// A sum that is known to fit.
infix operator +% : AdditionPrecedence
/// A product that is known to fit.
infix operator *% : MultiplicationPrecedence

/// A number that a table of prices holds. Sums and products aren't checked a
/// step: whoever picks the type has bounded them once, up front.
protocol TablePrice: Comparable, Sendable {
  /// Prices have to sum to less than this.
  static var limit: UInt128 { get }
  /// Above every price: the value of a span before its first candidate.
  static var unreached: Self { get }
  /// A price in fma that is known to fit.
  init(price: UInt128)
  /// A count that is known to fit.
  init(_ count: Int)
  /// The price in fma.
  var fma: UInt128 { get }
  /// Whether no sum on the way to it was rounded.
  var isExact: Bool { get }
  static func +% (a: Self, b: Self) -> Self
  static func *% (a: Self, b: Self) -> Self
}

/// Whoever bounds prices up front need not look.
extension TablePrice {
  var isExact: Bool { true }
}

/// Below 2^53, where doubles are exact integers: twice as fast as `Int`,
/// because every processor multiplies, adds and compares them two or more at
/// a time.
extension Double: TablePrice {
  static var limit: UInt128 { 1 << 53 }
  static var unreached: Double { .infinity }
  @inline(__always)
  init(price: UInt128) { self.init(UInt64(truncatingIfNeeded: price)) }
  var fma: UInt128 { UInt128(UInt64(self)) }
  var isExact: Bool { self < 0x1p53 }
  @inline(__always)
  static func +% (a: Double, b: Double) -> Double { a + b }
  @inline(__always)
  static func *% (a: Double, b: Double) -> Double { a * b }
}

/// Below 2^62.
extension Int: TablePrice {
  static var limit: UInt128 { 1 << 62 }
  static var unreached: Int { .max }
  init(price: UInt128) { self.init(truncatingIfNeeded: price) }
  var fma: UInt128 { UInt128(self) }
  @inline(__always)
  static func +% (a: Int, b: Int) -> Int { a &+ b }
  @inline(__always)
  static func *% (a: Int, b: Int) -> Int { a &* b }
}

/// Everything that `Problem` accepts.
extension UInt128: TablePrice {
  static var limit: UInt128 { .max }
  static var unreached: UInt128 { .max }
  init(price: UInt128) { self = price }
  var fma: UInt128 { self }
  @inline(__always)
  static func +% (a: UInt128, b: UInt128) -> UInt128 { a &+ b }
  @inline(__always)
  static func *% (a: UInt128, b: UInt128) -> UInt128 { a &* b }
}
