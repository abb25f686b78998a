import RealModule

/// A `Scalar` that carries a derivative. All it has to say for itself is how
/// the chain rule works (`elemental`); the rest is derived here, once for
/// forward and reverse mode.
///
/// Values are computed exactly as `Double` computes them, bit for bit.
public protocol ActiveScalar: Scalar {}

extension ActiveScalar {
  /// The constant 0.
  @inlinable
  public static var zero: Self { Self(0.0) }

  /// A constant.
  @inlinable
  public init(floatLiteral value: Double) { self.init(value) }

  /// A constant.
  @inlinable
  public init(integerLiteral value: Int) { self.init(Double(value)) }

  /// A constant; nil when no `Double` has this value.
  @inlinable
  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.init(value)
  }

  /// Whether the values are equal; derivatives aren't looked at.
  @inlinable
  public static func == (a: Self, b: Self) -> Bool { a.primal == b.primal }

  /// Whether a has the smaller value; derivatives aren't looked at.
  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.primal < b.primal }

  /// |x|, with slope +1 at 0.
  @inlinable
  public var magnitude: Self { primal < 0 ? -self : self }
}
