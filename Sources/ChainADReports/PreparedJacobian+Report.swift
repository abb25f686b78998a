import ChainAD
import ChainExecutor
import ChainSolvers
import ChainReports
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
    at point: [Double], control: SearchControl = .unlimited
  ) throws(ChainError) -> Report {
    let solved = try solved.compared(control: control)
    let race = try Race(solved, self, at: point)
    let verification = try verification(of: race, at: point)
    return Report(
      solved,
      run: RunRecord(
        plan: race.plan, baselines: race.baselines,
        verification: verification, peakBytes: race.plan.peakBytes,
        threads: threads, kernels: Executor.kernels,
        omissions: race.omissions))
  }

  /// Holds the plan's Jacobian against products function by function, with
  /// unit seeds spread over the inputs or the outputs; where functions have
  /// entries alone, against that of a baseline.
  private func verification(
    of race: Race, at point: [Double]
  ) throws(ChainError) -> RunRecord.Verification {
    let jacobian = race.jacobian
    for mode in [Mode.tangent, .adjoint] {
      let isTangent = mode == .tangent
      let count = isTangent ? jacobian.columns : jacobian.rows
      let width = min(count, 16)
      let chosen = (0..<width).map { $0 * count / width }
      var seeds = [Double](repeating: 0, count: count * width)
      for (seed, place) in chosen.enumerated() {
        seeds[isTangent ? place * width + seed : seed * count + place] = 1
      }
      guard
        let block = try unplanned(mode, of: seeds, width: width, at: point)
      else { continue }
      var (found, expected): ([Double], [Double]) = ([], [])
      for i in 0..<block.count / width {
        for (seed, place) in chosen.enumerated() {
          expected.append(
            block[isTangent ? i * width + seed : seed * jacobian.columns + i])
          found.append(
            isTangent ? jacobian.entry(i, place) : jacobian.entry(place, i))
        }
      }
      return RunRecord.Verification(
        maxRelativeError: Self.relativeError(found, expected),
        method: "\(width) one-hot \(mode)\(width == 1 ? "" : "s")")
    }
    // Without anything to compare with the error is no number: no agreement.
    return RunRecord.Verification(
      maxRelativeError: try race.other.map { other throws(ChainError) in
        Self.relativeError(
          try jacobian.denseEntries(), try other.jacobian.denseEntries())
      } ?? .nan,
      method: race.other?.mode ?? "nothing, as there is no other order")
  }

  /// The largest deviation, relative to the largest entry; NaN where one of
  /// them is no number, infinite where nothing but 0 was expected.
  private static func relativeError(
    _ found: [Double], _ expected: [Double]
  ) -> Double {
    var (scale, error) = (0.0, 0.0)
    for (found, expected) in zip(found, expected) {
      let deviation = abs(found - expected)
      guard deviation.isFinite else { return .nan }
      scale = max(scale, abs(expected))
      error = max(error, deviation)
    }
    return error == 0 ? 0 : error / scale
  }
}
