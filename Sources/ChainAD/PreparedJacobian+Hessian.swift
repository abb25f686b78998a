import ChainExecutor
import JacobianChain

/// Second derivatives of a function with one output, in the order that plans
/// choose:
///
///     H = Σ_k S_kᵀ · C_k · S_k,   C_k = Σ_i λ_{k,i} · ∇²F_{k,i}(z_{k−1})
///
/// where S_k = ∂z_{k−1}/∂x is a product of Jacobians and λ_k = ∂F/∂z_k. The
/// terms are the targets of one problem, so that what they share is computed
/// once; affine functions have none.
extension PreparedJacobian {
  /// The Hessian ∂²F/∂x², n × n, in the structure that its terms have.
  ///
  /// It is symmetric exactly: what is returned is (H + Hᵀ) / 2 of the H that
  /// the plan makes, which is symmetric to rounding.
  ///
  /// A function is asked for the second derivatives of all its outputs, also of
  /// those that later functions leave alone: one that has none at the point is
  /// an error that names the function.
  ///
  /// - Parameter point: n inputs.
  /// - Throws: `ChainError` (`unsupported`) for several outputs, and for a
  ///   function whose second derivatives aren't known, which it names; else as
  ///   `jacobian`.
  /// - Complexity: the prices of two plans, one forward sweep, and
  ///   O(entries of H) for each function with curvature.
  public func hessian(at point: [Double]) throws(ChainError) -> Matrix {
    try CallerInput.checkOneOutput(function.outputCount)
    let n = function.inputCount
    let found = try evaluator.secondDerivatives(
      SecondOrder(y: end, rows: [0], columns: [0]), at: point)
    if let only = found.values.first { return only }
    return try .zero(rows: n, columns: n)
  }

  /// H · v without H: tangents go in as far as the last function with
  /// curvature, then adjoints come out and take each C_k · S_k · v along.
  ///
  /// - Parameters:
  ///   - point: n inputs.
  ///   - vector: v, n numbers.
  /// - Returns: n numbers.
  /// - Throws: `ChainError`; as `hessian`, and for another number of entries.
  /// - Complexity: one product with each J_k and C_k, and two with each J_kᵀ.
  public func hessianVectorProduct(
    at point: [Double], vector: [Double]
  ) throws(ChainError) -> [Double] {
    let n = function.inputCount
    try CallerInput.check(vector: vector, n)
    try CallerInput.checkOneOutput(function.outputCount)
    let found = try evaluator.secondOrderProduct(
      SecondOrder(y: end, rows: [0], columns: [0], isProduct: true),
      at: point, vector: vector)
    return found[0] ?? [Double](repeating: 0, count: n)
  }
}
