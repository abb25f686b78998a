import ChainExecutor
import JacobianChain

/// Second derivatives of a value y with one component, forward over reverse.
/// By values on the way, too: they are those by what is added to the value
/// there.
extension PreparedGraph {
  /// The Hessian ∂²y/∂x², n × n, of a value with one component, or the mixed
  /// second derivatives ∂²y/∂x∂b, rows for x, columns for b.
  ///
  /// A Hessian is symmetric exactly, and has the structure that its terms have
  /// where x has one part; of several parts it is dense. All blocks are planned
  /// together, so that what they share is computed once, of two that are
  /// transposes of each other only one.
  ///
  /// - Parameters:
  ///   - x: what is differentiated by, n components; nil for all inputs, one
  ///     after the other.
  ///   - b: what it is differentiated by the second time; nil for x.
  ///   - point: all inputs, one after the other.
  /// - Throws: `ChainError` (`unsupported`) for several components of y, and for
  ///   a function that x and b lead to, and that leads to y, whose second
  ///   derivatives aren't known, which it names; else as `jacobian`.
  /// - Complexity: the prices of two plans, one forward sweep, and O(n²).
  public func hessian(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value? = nil,
    and b: FunctionGraph.Value? = nil, at point: [Double]
  ) throws(ChainError) -> Matrix {
    let a = x ?? graph.allInputs
    let b = b ?? a
    let wanted = try secondOrder(of: y, a, b)
    let found = try evaluator.secondDerivatives(wanted, at: point)
    return try Self.assemble(a, b) { own, other throws(ChainError) in
      let (row, column) = (own.vertices[0], other.vertices[0])
      if let block = found[.init(from: column, to: row)] {
        return (block, false)
      }
      if let block = found[.init(from: row, to: column)] {
        return (block, true)
      }
      return (try .zero(rows: own.count, columns: other.count), false)
    }
  }

  /// ∂²y/∂x² · v without the matrix, as one sum: tangents go in, adjoints come
  /// out.
  ///
  /// - Parameters:
  ///   - x: what is differentiated by, n components; nil for all inputs, one
  ///     after the other.
  ///   - point: all inputs, one after the other.
  ///   - vector: v, n numbers.
  /// - Returns: n numbers.
  /// - Throws: `ChainError`; as `hessian`, and for another number of
  ///   entries.
  /// - Complexity: in forward mode one product with each Jacobian, each
  ///   curvature, and each transpose, besides one adjoint sweep.
  public func hessianVectorProduct(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value? = nil,
    at point: [Double], vector: [Double]
  ) throws(ChainError) -> [Double] {
    let x = x ?? graph.allInputs
    try CallerInput.check(vector: vector, x.count)
    var wanted = try secondOrder(of: y, x, x)
    wanted.isProduct = true
    let found = try evaluator.secondOrderProduct(
      wanted, at: point, vector: vector)
    return zip(x.vertices, x.sizes).flatMap {
      found[$0] ?? [Double](repeating: 0, count: $1)
    }
  }

  private func secondOrder(
    of y: FunctionGraph.Value, _ a: FunctionGraph.Value,
    _ b: FunctionGraph.Value
  ) throws(ChainError) -> SecondOrder {
    for value in [y, a, b] { try graph.check(value) }
    try CallerInput.checkOneOutput(y.count)
    return SecondOrder(y: y.vertices[0], rows: a.vertices, columns: b.vertices)
  }
}
