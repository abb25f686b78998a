import ChainExecutor
import JacobianChain

/// What is wanted at one point alone: nothing is compiled for it. Prepare the
/// graph where there are several.
extension FunctionGraph {
  /// A value at a point.
  ///
  /// - Parameter point: all inputs, one after the other.
  /// - Throws: `ChainError`; as that of `PreparedGraph`.
  public func value(
    of value: Value, at point: [Double]
  ) throws(ChainError) -> [Double] {
    try check(value)
    let trajectory = Trajectory(self, keepsValues: true)
    try trajectory.evaluate(at: point)
    return value.vertices.flatMap(trajectory.value)
  }

  /// The Jacobian ∂y/∂x at a point; as that of `PreparedGraph`.
  public func jacobian(
    of y: Value, by x: Value, at point: [Double]
  ) throws(ChainError) -> Matrix {
    try preparedForOnePoint(point).jacobian(of: y, by: x, at: point)
  }

  /// y and ∂y/∂x at a point, by one sweep; as that of `PreparedGraph`.
  public func valueAndJacobian(
    of y: Value, by x: Value, at point: [Double]
  ) throws(ChainError) -> (value: [Double], jacobian: Matrix) {
    try preparedForOnePoint(point).valueAndJacobian(of: y, by: x, at: point)
  }

  /// The gradient of a value with one component, by all inputs unless some are
  /// named; as that of `PreparedGraph`.
  public func gradient(
    of y: Value, by x: Value? = nil, at point: [Double]
  ) throws(ChainError) -> [Double] {
    try preparedForOnePoint(point).gradient(of: y, by: x, at: point)
  }

  /// The Hessian of a value with one component, by all inputs unless some are
  /// named; as that of `PreparedGraph`.
  public func hessian(
    of y: Value, by x: Value? = nil, at point: [Double]
  ) throws(ChainError) -> Matrix {
    try preparedForOnePoint(point).hessian(of: y, by: x, at: point)
  }

  private func preparedForOnePoint(
    _ point: [Double]
  ) throws(ChainError) -> PreparedGraph {
    try PreparedGraph(
      self,
      Evaluator(
        self, keepsValues: true, measuringAt: point, eliminates: false))
  }
}
