import JacobianChain

/// A function that is known by its pullback v ↦ v · J alone, the pullback
/// being written once for every kind of cotangent; `Elemental` makes
/// tangents of it, too.
///
/// The point is plain: only the cotangents may be carried through generic
/// arithmetic, and the result must be linear in them.
///
/// ```swift
/// struct SumAndProduct: Pullback {
///   let inputCount = 2, outputCount = 2
///   func value(at x: [Double]) -> [Double] { [x[0] + x[1], x[0] * x[1]] }
///   func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
///     [v[0] + T(x[1]) * v[1], v[0] + T(x[0]) * v[1]]
///   }
/// }
/// ```
public protocol Pullback: Sendable {
  /// The number of inputs n.
  var inputCount: Int { get }
  /// The number of outputs m.
  var outputCount: Int { get }

  /// The m outputs at n inputs.
  func value(at point: [Double]) throws -> [Double]

  /// v · J at the point: m cotangents to n.
  func callAsFunction<T: Scalar>(
    at point: [Double], _ cotangent: [T]
  ) throws -> [T]
}
