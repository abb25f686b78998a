import ChainAD
import ChainReports
import ChainSolvers
import JacobianChain

extension PreparedGraph {
  /// The report of the order that was chosen for ∂y/∂x, as `jchain plan` gives
  /// it, with what the Jacobian at a point took: in this order, in forward and
  /// reverse mode and by lowest Markowitz, each through the same functions.
  /// Vertices have the names of functions and inputs.
  ///
  /// ```swift
  /// print(try prepared.report(of: y, by: x, at: point).rendered(as: .text))
  /// ```
  ///
  /// Else as that of `PreparedJacobian`.
  ///
  /// - Parameters:
  ///   - point: all inputs, one after the other.
  ///   - control: ends the pricing of the baselines early.
  /// - Throws: `ChainError` (`unsupported`) where no path joins the values,
  ///   which takes no order; else as `jacobian(of:by:at:)`.
  public func report(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value, at point: [Double],
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> Report {
    guard let own = try solved(of: y, by: x) else {
      throw PreparedOrder.missing
    }
    let solved = try own.compared(control: control)
    let race = try Race(solved, at: point) { plan throws(ChainError) in
      try PreparedOrder(plan, of: self, y, by: x)
    }
    return try Report(solved, race) { mode, seeds, width throws(ChainError) in
      try unplanned(mode, of: seeds, width: width, y, by: x, at: point)
    }
  }
}
