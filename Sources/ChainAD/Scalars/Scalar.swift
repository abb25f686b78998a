// Whoever writes a function needs its sines and quotients: `import ChainAD`
// brings them.
@_exported import RealModule

/// A number that a function written once computes with: `Double` for the
/// value, dual numbers for tangents, numbers on a tape for adjoints.
///
/// It has the arithmetic of a field, the elementary functions, literals, and
/// comparison *of values*: `if x > 0` takes the branch that the value takes,
/// and the derivative is that of the branch taken.
///
/// At the kinks of `max`, `min` and `abs` the slope is the mean of those that
/// meet there, whatever the spelling: `abs(x)` has 0 at 0, `max(x, 0)` and
/// `max(0, x)` have ½. The second derivative is that of the mean; what bends at
/// the kink itself counts as 0.
///
/// Functions over `AlgebraicField & ElementaryFunctions` (or `RealFunctions`)
/// accept any `Scalar`. A known number a that isn't a literal enters as
/// `T(a)`.
///
/// Nothing traps at the edge of a domain: ±∞ and NaN flow. A derivative is the
/// sum, over all ways from the input to the output, of the slopes multiplied
/// along the way, and these are numbers: 0 · ∞ is NaN, in both directions, so
/// that no pole hides behind a slope of 0 and √x · √x has no derivative at 0.
/// What isn't there is multiplied by nothing: constants, inputs that a value
/// doesn't depend on, results that no output depends on, directions and outputs
/// that nothing is asked of. So √x at 0 spoils no derivative by another input.
public protocol Scalar:
  AlgebraicField, RealFunctions, Tieable, ExpressibleByFloatLiteral
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

  /// 1 / (1 + e^−x), without overflow.
  static func sigmoid(_ x: Self) -> Self

  /// ln(1 + eˣ), without overflow; the slope is `sigmoid(x)`.
  static func softplus(_ x: Self) -> Self

  /// ln(eˣ + eʸ), without overflow; the slopes are `sigmoid(x - y)` and
  /// `sigmoid(y - x)`.
  static func logAddExp(_ x: Self, _ y: Self) -> Self
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

  /// x; nothing is differentiated.
  @inlinable
  public static func tie(_ x: Double, _ y: Double, weight: Double) -> Double {
    x
  }
}
