import RealModule

/// A dual number in vector mode: a value and a fixed number of tangents.
///
/// Forward mode (Griewank & Walther 2008, ch. 3): F on duals whose tangents
/// are row j of a block of seeds S, n × lanes, gives F's value and J · S. The
/// lanes are stored in place; nothing is allocated.
///
/// ```swift
/// typealias D = Dual<SIMD2<Double>>
/// let x = D(4, tangent: [1, 0]), y = D(5, tangent: [0, 1])
/// (x * y).tangent   // (5, 4)
/// ```
@frozen
public struct Dual<Lanes: SIMD>: ActiveScalar where Lanes.Scalar == Double {
  /// The value.
  public var primal: Double
  /// One derivative a lane.
  public var tangent: Lanes

  /// Creates a number that moves.
  @inlinable
  public init(_ primal: Double, tangent: Lanes) {
    self.primal = primal
    self.tangent = tangent
  }

  /// A constant.
  @inlinable
  public init(_ constant: Double) {
    self.init(constant, tangent: .zero)
  }

  /// φ(x): the tangents times φ′.
  @inlinable
  public static func elemental(
    _ x: Self, value: Double, slope: Double
  ) -> Self {
    Self(value, tangent: x.tangent.scaled(by: slope))
  }

  /// φ(x, y): the tangents of both, each times its slope.
  @inlinable
  public static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self {
    Self(
      value,
      tangent: x.tangent.scaled(by: slopes.0) + y.tangent.scaled(by: slopes.1))
  }
}

extension Dual: Sendable where Lanes: Sendable {}
