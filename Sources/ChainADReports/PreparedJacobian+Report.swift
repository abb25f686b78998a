import ChainAD
import ChainReports
import ChainSolvers
import JacobianChain

extension PreparedJacobian {
  /// The report of the order that was chosen, as `jchain plan` gives it, with
  /// what the Jacobian at a point took: in this order, in forward and reverse
  /// mode and by the best single split, each through the same functions.
  ///
  /// ```swift
  /// print(try prepared.report(at: x).rendered(as: .text))
  /// ```
  ///
  /// Seconds are medians of runs in turns, about two seconds altogether, and
  /// hold the way to the point, the products and the result. Orders of more
  /// than 5 · 10¹¹ fma are not measured, nor those that fail, such as for want
  /// of memory: the report says so, and why.
  ///
  /// - Parameters:
  ///   - point: n inputs.
  ///   - control: ends the pricing of the baselines early.
  /// - Throws: `ChainError`; as `jacobian(at:)`.
  public func report(
    at point: [Double], control: SearchControl = SearchControl()
  ) throws(ChainError) -> Report {
    let solved = try solved.compared(control: control)
    let race = try Race(solved, at: point) { plan throws(ChainError) in
      try PreparedOrder(plan, of: self)
    }
    return try Report(solved, race) { mode, seeds, width throws(ChainError) in
      try unplanned(mode, of: seeds, width: width, at: point)
    }
  }
}
