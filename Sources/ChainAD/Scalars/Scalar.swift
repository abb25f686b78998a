// Whoever writes a function needs its sines and quotients: `import ChainAD`
// brings them.
@_exported import RealModule

/// A number that a function written once computes with: `Double` for the
/// value, `Dual` for tangents, `Traced` for adjoints.
///
/// It has the arithmetic of a field, the elementary functions, literals, and
/// comparison *of values*: `if x > 0`, `min`, `max` and `abs` take the branch
/// that the value takes, and the derivative is that of the branch taken. At a
/// kink that is one of the two one-sided derivatives; `abs` has +1 at 0.
///
/// Functions over `AlgebraicField & ElementaryFunctions` (or `RealFunctions`)
/// accept any `Scalar`. A known number a that isn't a literal enters as
/// `T(a)`.
///
/// Nothing traps at the edge of a domain: ±∞ and NaN flow, but only to where
/// they matter. A seed of zero stays zero even when the slope is ±∞ or NaN, so
/// that √x at 0 spoils no direction that doesn't move x.
public protocol Scalar:
  AlgebraicField, RealFunctions, Comparable, ExpressibleByFloatLiteral
where Magnitude == Self {
  /// A constant: its derivative is zero.
  init(_ constant: Double)

  /// The value alone.
  var primal: Double { get }

  /// φ(x) for a φ of one's own, by the chain rule.
  ///
  /// - Parameters:
  ///   - value: φ at `x.primal`.
  ///   - slope: φ′ at `x.primal`.
  static func elemental(_ x: Self, value: Double, slope: Double) -> Self

  /// φ(x, y) for a φ of one's own, by the chain rule.
  ///
  /// - Parameters:
  ///   - value: φ at the values of x and y.
  ///   - slopes: ∂φ/∂x and ∂φ/∂y there.
  static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self
}

extension Double: Scalar {
  /// The number itself.
  @inlinable
  public var primal: Double { self }

  /// The value; nothing is differentiated.
  @inlinable
  public static func elemental(
    _ x: Double, value: Double, slope: Double
  ) -> Double { value }

  /// The value; nothing is differentiated.
  @inlinable
  public static func elemental(
    _ x: Double, _ y: Double, value: Double, slopes: (Double, Double)
  ) -> Double { value }
}
