import ChainAD
import ChainExecutor
import ChainReports
import JacobianChain

extension Report {
  /// What was solved, and what each order took.
  ///
  /// - Parameter unplanned: J · S or S · J function by function, nil where that
  ///   can't be had.
  init(
    _ solved: Solved, _ race: Race,
    _ unplanned: (
      _ mode: Mode, _ seeds: [Double], _ width: Int
    ) throws(ChainError) -> [Double]?
  ) throws(ChainError) {
    let verification = try RunRecord.Verification(race, unplanned)
    self.init(
      solved,
      run: RunRecord(
        plan: race.plan, baselines: race.baselines,
        verification: verification, peakBytes: race.plan.peakBytes,
        threads: race.threads, kernels: Executor.kernels,
        omissions: race.omissions))
  }
}

extension RunRecord.Verification {
  /// Holds the plan's Jacobian against products function by function, with
  /// unit seeds spread over the inputs or the outputs; where functions have
  /// entries alone, against that of a baseline.
  fileprivate init(
    _ race: Race,
    _ unplanned: (Mode, [Double], Int) throws(ChainError) -> [Double]?
  ) throws(ChainError) {
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
      guard let block = try unplanned(mode, seeds, width) else { continue }
      var (found, expected): ([Double], [Double]) = ([], [])
      for i in 0..<block.count / width {
        for (seed, place) in chosen.enumerated() {
          expected.append(
            block[isTangent ? i * width + seed : seed * jacobian.columns + i])
          found.append(
            isTangent ? jacobian.entry(i, place) : jacobian.entry(place, i))
        }
      }
      self.init(
        maxRelativeError: Self.relativeError(found, expected),
        method: "\(width) one-hot \(mode)\(width == 1 ? "" : "s")")
      return
    }
    // Without anything to compare with the error is no number: no agreement.
    self.init(
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
