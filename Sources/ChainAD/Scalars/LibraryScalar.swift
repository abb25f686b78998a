import RealModule

/// A `Scalar` of the library's own: what follows from constants and from the
/// four operations.
@usableFromInline
protocol LibraryScalar: Scalar {}

extension LibraryScalar {
  /// The constant 0.
  @inlinable
  static var zero: Self { Self(0.0) }

  /// A constant.
  @inlinable
  init(floatLiteral value: Double) { self.init(value) }

  /// A constant.
  @inlinable
  init(integerLiteral value: Int) { self.init(Double(value)) }

  /// A constant; nil when no `Double` has this value.
  @inlinable
  init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value)
  }

  /// a becomes a + b.
  @inlinable
  static func += (a: inout Self, b: Self) { a = a + b }

  /// a becomes a − b.
  @inlinable
  static func -= (a: inout Self, b: Self) { a = a - b }

  /// a becomes a · b.
  @inlinable
  static func *= (a: inout Self, b: Self) { a = a * b }

  /// a becomes a / b.
  @inlinable
  static func /= (a: inout Self, b: Self) { a = a / b }
}
