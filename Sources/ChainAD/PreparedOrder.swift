import ChainExecutor
import JacobianChain

/// The Jacobian of a prepared function in an order that somebody else chose,
/// such as a baseline, made ready for many points.
package struct PreparedOrder {
  private let computation: Computation
  private let trajectory: Trajectory

  /// - Parameter plan: priced for the problem of the function.
  /// - Throws: `ChainError` (`invalidPlan`) for a plan of another problem.
  package init(
    _ plan: PricedPlan, of prepared: PreparedJacobian
  ) throws(ChainError) {
    computation = Computation(
      try PlannedRequest(
        prepared.whole.planned, by: plan, prepared.function.graph))
    trajectory = prepared.trajectory
  }

  /// The m × n Jacobian at a point, as `PreparedJacobian.jacobian`.
  package func jacobian(at point: [Double]) throws(ChainError) -> Matrix {
    try computation.target(trajectory, at: point)
  }

  /// What the kernels counted at the last point, fma.
  package var countedFMA: UInt128 { computation.count?.fma ?? 0 }
  /// Bytes of computed values, seeds and temporaries.
  package var peakBytes: Int { computation.program.peakBytes }
}

extension PreparedJacobian {
  /// J · S or S · J function by function, without any plan: what plans are
  /// verified by.
  ///
  /// - Parameters:
  ///   - seeds: n × `width` (tangents) or `width` × m (adjoints), row by row.
  /// - Returns: m × `width` or `width` × n; nil when a function can't do it.
  package func unplanned(
    _ mode: Mode, of seeds: [Double], width: Int, at point: [Double]
  ) throws(ChainError) -> [Double]? {
    let ability: Abilities = mode == .tangent ? .tangent : .adjoint
    let functions = function.functions
    guard functions.allSatisfy({ $0.abilities.contains(ability) }) else {
      return nil
    }
    trajectory.kept = functions.map { _ in ability }
    try trajectory.move(to: point)
    var block = seeds
    let order = Array(functions.indices)
    for k in mode == .tangent ? order : order.reversed() {
      let count =
        mode == .tangent ? functions[k].outputCount : functions[k].inputCount
      var next = [Double](repeating: 0, count: count * width)
      do {
        var span = next.mutableSpan
        try trajectory.linearizations[k]!.apply(
          mode, to: block.span, width: width, into: &span)
      } catch {
        throw trajectory.failure(error, of: k, "\(mode)s")
      }
      block = next
    }
    return block
  }
}
