import ChainAD
import ChainExecutor
import ChainPlanning
import ChainReports
import JacobianChain

/// The plan of a prepared function and its baselines, measured in turns, so
/// that a machine whose speed drifts is fair to all.
struct Race {
  /// By the plan.
  let jacobian: Matrix
  /// By the first baseline that was run.
  let other: (mode: String, jacobian: Matrix)?
  /// The plan, forward, reverse, best split; nil for what wasn't run.
  let measured: [RunRecord.Measured?]

  private static let budget = 2.0
  private static let fewestRounds = 3
  private static let mostRounds = 25

  init(
    _ solved: SolvedProblem, _ prepared: PreparedJacobian, at point: [Double]
  ) throws(ChainError) {
    let baselines = solved.baselines
    var orders: [PreparedOrder?] = [
      try PreparedOrder(solved.plan, of: prepared)
    ]
    for plan in [baselines.forward, baselines.reverse, baselines.bestSplit] {
      guard let plan, plan.fma <= Executor.patience else {
        orders.append(nil)
        continue
      }
      orders.append(try PreparedOrder(plan, of: prepared))
    }
    let clock = ContinuousClock()
    // The first time fills in what stays, and is not measured.
    jacobian = try orders[0]!.jacobian(at: point)
    var other: (mode: String, jacobian: Matrix)?
    for (name, order) in zip(
      ["forward mode", "reverse mode", "the best split"], orders.dropFirst())
    {
      guard let made = try order?.jacobian(at: point) else { continue }
      other = other ?? (name, made)
    }
    self.other = other
    var seconds = [[Double]](repeating: [], count: orders.count)
    let start = clock.now
    for round in 0..<Self.mostRounds {
      let elapsed = (clock.now - start) / .seconds(1)
      if round >= Self.fewestRounds, elapsed > Self.budget { break }
      for (place, order) in orders.enumerated() {
        guard let order else { continue }
        let start = clock.now
        _ = try order.jacobian(at: point)
        seconds[place].append((clock.now - start) / .seconds(1))
      }
    }
    measured = orders.enumerated().map { place, order in
      order.map {
        let sorted = seconds[place].sorted()
        return RunRecord.Measured(
          seconds: sorted[sorted.count / 2], countedFMA: $0.countedFMA,
          peakBytes: $0.peakBytes)
      }
    }
  }
}
