import RealModule

/// A `Scalar` that carries a derivative. All it has to say for itself is how
/// the chain rule works (`elemental`); the rest is derived here, once for
/// forward and reverse mode, and for the two of them together.
///
/// Values are computed exactly as `Double` computes them, bit for bit. Over
/// ±[1e-300, 1e300] first derivatives are within 4 units in the last place of
/// the right ones and second derivatives within 1e-13, zeros, poles, overflow
/// and underflow included. Where terms of opposite sign meet it is the rounding
/// of these: derivatives of ln Γ and Γ near the zeros of ψ below 0, and of
/// ∂²xʸ/∂x∂y near y · ln x = −1.
///
/// Slopes have a first derivative, but no second: that is as far as `Number`
/// may go.
@usableFromInline
protocol ActiveScalar: LibraryScalar {
  /// What values and slopes are: `Double`, or `Dual` where slopes move, too.
  associatedtype Number: Scalar

  /// The value, with all that it carries.
  var number: Number { get }

  /// φ(x) by the chain rule, with φ and φ′ at the number of x.
  static func elemental(_ x: Self, value: Number, slope: Number) -> Self

  /// φ(x, y) by the chain rule, with φ, ∂φ/∂x and ∂φ/∂y at the numbers.
  static func elemental(
    _ x: Self, _ y: Self, value: Number, slopes: (Number, Number)
  ) -> Self
}

extension ActiveScalar where Number == Double {
  /// The value.
  @inlinable
  var number: Double { primal }
}

extension ActiveScalar {
  /// Whether the values are equal; derivatives aren't looked at.
  @inlinable
  static func == (a: Self, b: Self) -> Bool { a.primal == b.primal }

  /// Whether a has the smaller value; derivatives aren't looked at.
  @inlinable
  static func < (a: Self, b: Self) -> Bool { a.primal < b.primal }

  /// |x|; at 0 the slope is 0, the mean of those on both sides.
  @inlinable
  var magnitude: Self {
    if primal < 0 { return -self }
    guard primal == 0 else { return self }
    return Self.elemental(self, value: number.magnitude, slope: 0)
  }

  /// Two of the same value, as one step.
  @inlinable
  static func tie(_ x: Self, _ y: Self, weight: Double) -> Self {
    elemental(
      x, y, value: .tie(x.number, y.number, weight: weight),
      slopes: (Number(1 - weight), Number(weight)))
  }
}
