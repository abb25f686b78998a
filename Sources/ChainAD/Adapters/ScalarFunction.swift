/// A function F: ℝⁿ → ℝᵐ written once for every kind of number;
/// `Elemental.generic` makes values, tangents and adjoints of it.
///
/// ```swift
/// struct SumAndProduct: ScalarFunction {
///   let inputCount = 2, outputCount = 2
///   func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
///     [x[0] + x[1], x[0] * x[1]]
///   }
/// }
/// ```
///
/// (A protocol, because a closure can't be generic.) The function may branch
/// on values and loop as it likes, and may call functions that are generic
/// over `AlgebraicField & ElementaryFunctions`. It must not keep numbers from
/// one call to the next, nor depend on anything that changes between calls: it
/// may be recorded at one point and done again at others.
///
/// It is compiled for each kind of number where `Elemental.generic` is called,
/// provided that the optimiser sees its body there: in the same module, or
/// `@inlinable`. Otherwise every operator is looked up at run time.
public protocol ScalarFunction: Sendable {
  /// The number of inputs n.
  var inputCount: Int { get }
  /// The number of outputs m.
  var outputCount: Int { get }

  /// The m outputs at n inputs.
  func callAsFunction<T: Scalar>(_ x: [T]) throws -> [T]

  /// The same, into m numbers that are there already and mean nothing: each
  /// has to be assigned before it is read.
  ///
  /// To be implemented where the array that `callAsFunction` returns, one
  /// allocation a sweep, is felt: writing in place allocates nothing.
  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) throws
}

extension ScalarFunction {
  /// Replaces the outputs by those of `callAsFunction`.
  @inlinable
  public func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) throws {
    y = try self(x)
  }
}

/// A function with parameters, F: ℝⁿ × ℝᵖ → ℝᵐ, written once for every kind of
/// number.
public protocol ParametricScalarFunction: Sendable {
  /// The number of inputs n.
  var inputCount: Int { get }
  /// The number of outputs m.
  var outputCount: Int { get }
  /// The parameters to begin with, p of them.
  var parameters: [Double] { get }

  /// The m outputs at n inputs x and p parameters w.
  func callAsFunction<T: Scalar>(_ x: [T], _ w: [T]) throws -> [T]

  /// The same, into m numbers that are there already and mean nothing;
  /// allocates nothing.
  func evaluate<T: Scalar>(_ x: [T], _ w: [T], into y: inout [T]) throws
}

extension ParametricScalarFunction {
  /// Replaces the outputs by those of `callAsFunction`.
  @inlinable
  public func evaluate<T: Scalar>(
    _ x: [T], _ w: [T], into y: inout [T]
  ) throws {
    y = try self(x, w)
  }
}
