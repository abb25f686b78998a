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
  /// Why baselines were not run.
  let omissions: [Baseline: RunRecord.Omission]

  private static let budget = 2.0
  private static let fewestRounds = 3
  private static let mostRounds = 25

  init(
    _ solved: SolvedProblem, _ prepared: PreparedJacobian, at point: [Double]
  ) throws(ChainError) {
    var orders: [PreparedOrder?] = [
      try PreparedOrder(solved.plan, of: prepared)
    ]
    // The first time fills in what stays, and is not measured.
    jacobian = try orders[0]!.jacobian(at: point)
    var other: (mode: String, jacobian: Matrix)?
    var omissions: [Baseline: RunRecord.Omission] = [:]
    for baseline in Baseline.allCases {
      orders.append(nil)
      guard let plan = solved.baselines[baseline] else { continue }
      guard plan.fma <= Executor.patience else {
        omissions[baseline] = .failed(
          "more than \(Executor.patience) fma, for which nobody waits")
        continue
      }
      // What is only there to be compared with never ends a report.
      do {
        let order = try PreparedOrder(plan, of: prepared)
        let made = try order.jacobian(at: point)
        other = other ?? (baseline.phrase, made)
        orders[orders.count - 1] = order
      } catch {
        omissions[baseline] = .init(error)
      }
    }
    (self.other, self.omissions) = (other, omissions)
    let clock = ContinuousClock()
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
