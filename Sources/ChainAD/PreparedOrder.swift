import ChainExecutor
import JacobianChain

/// A Jacobian of a prepared function or graph in an order that somebody else
/// chose, such as a baseline, made ready for many points.
package struct PreparedOrder {
  private let computation: Computation
  private let trajectory: Trajectory
  /// One matrix of the plan's targets.
  private let joined: ([Matrix]) throws(ChainError) -> Matrix

  /// - Parameter plan: priced for the problem of the function.
  /// - Throws: `ChainError` (`invalidPlan`) for a plan of another problem.
  package init(
    _ plan: PricedPlan, of prepared: PreparedJacobian
  ) throws(ChainError) {
    computation = Computation(
      try PlannedRequest(
        prepared.whole.planned, by: plan, prepared.function.graph))
    trajectory = prepared.trajectory
    joined = { $0[0] }
  }

  /// - Parameter plan: priced for the problem of ∂y/∂x.
  /// - Throws: `ChainError` (`invalidPlan`) for a plan of another problem, and
  ///   (`unsupported`) where no path joins x and y.
  package init(
    _ plan: PricedPlan, of prepared: PreparedGraph, _ y: FunctionGraph.Value,
    by x: FunctionGraph.Value
  ) throws(ChainError) {
    guard let own = try prepared.computation(of: y, by: x) else {
      throw Self.missing
    }
    computation = Computation(
      try PlannedRequest(own.planned, by: plan, prepared.graph))
    trajectory = prepared.trajectory
    let blocks = own.request.blocks
    joined = { targets throws(ChainError) in
      try prepared.assemble(
        y, x, Dictionary(uniqueKeysWithValues: zip(blocks, targets)))
    }
  }

  /// There is no order where no path joins two values.
  package static var missing: ChainError {
    ChainError(
      .unsupported, at: "/values", expected: "values that a path joins",
      found: "none", advice: "this Jacobian is 0 or 1, without any order")
  }

  /// The m × n Jacobian at a point, as `jacobian` of what was prepared.
  package func jacobian(at point: [Double]) throws(ChainError) -> Matrix {
    try computation.run(trajectory, at: point)
    return try joined(try computation.targets(trajectory))
  }

  /// What the kernels counted at the last point, fma.
  package var countedFMA: UInt128 { computation.count?.fma ?? 0 }
  /// Bytes of computed values, seeds and temporaries.
  package var peakBytes: Int { computation.program.peakBytes }
  /// Threads of the dense products.
  package var threads: Int { computation.program.threads }
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
    try trajectory.sweep(
      mode, of: seeds, width: width, from: [0], to: [end], at: point)
  }
}

extension PreparedGraph {
  /// ∂y/∂x · S or S · ∂y/∂x function by function, without any plan; as that of
  /// `PreparedJacobian`.
  package func unplanned(
    _ mode: Mode, of seeds: [Double], width: Int, _ y: FunctionGraph.Value,
    by x: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> [Double]? {
    try trajectory.sweep(
      mode, of: seeds, width: width, from: x.vertices, to: y.vertices,
      at: point)
  }
}
