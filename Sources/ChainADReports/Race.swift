import ChainAD
import ChainExecutor
import ChainReports
import JacobianChain

/// A plan and its baselines, measured in turns, so that a machine whose speed
/// drifts is fair to all.
struct Race {
  /// By the plan.
  let jacobian: Matrix
  /// By the first baseline that was run.
  let other: (mode: String, jacobian: Matrix)?
  /// The plan.
  let plan: RunRecord.Measured
  /// The baselines that were run.
  let baselines: [Baseline: RunRecord.Measured]
  /// Threads of the dense products.
  let threads: Int
  /// Why baselines were not run.
  let omissions: [Baseline: RunRecord.Omission]

  private static let budget = 2.0

  /// - Parameter order: a plan, made ready.
  init(
    _ solved: Solved, at point: [Double],
    _ order: (PricedPlan) throws(ChainError) -> PreparedOrder
  ) throws(ChainError) {
    var orders = [try order(solved.plan)]
    threads = orders[0].threads
    // The first time fills in what stays, and is not measured.
    jacobian = try orders[0].jacobian(at: point)
    var other: (mode: String, jacobian: Matrix)?
    var places: [Baseline: Int] = [:]
    var omissions: [Baseline: RunRecord.Omission] = [:]
    for baseline in Baseline.allCases {
      guard let plan = solved.baselines?[baseline] else { continue }
      guard plan.fma <= Executor.patience else {
        omissions[baseline] = .failed(
          "more than \(Executor.patience) fma, for which nobody waits")
        continue
      }
      // What is only there to be compared with never ends a report.
      do {
        let order = try order(plan)
        let made = try order.jacobian(at: point)
        other = other ?? (baseline.phrase, made)
        places[baseline] = orders.count
        orders.append(order)
      } catch {
        omissions[baseline] = .init(error)
      }
    }
    (self.other, self.omissions) = (other, omissions)
    let measured = try Self.inTurns(orders, at: point)
    plan = measured[0]
    baselines = places.mapValues { measured[$0] }
  }

  /// Medians of all.
  private static func inTurns(
    _ orders: [PreparedOrder], at point: [Double]
  ) throws(ChainError) -> [RunRecord.Measured] {
    let clock = ContinuousClock()
    var seconds = [[Double]](repeating: [], count: orders.count)
    try Turns.take(Array(orders.indices), within: budget) {
      (place, counts) throws(ChainError) in
      let start = clock.now
      _ = try orders[place].jacobian(at: point)
      if counts { seconds[place].append((clock.now - start) / .seconds(1)) }
    }
    return zip(orders, seconds).map { order, seconds in
      RunRecord.Measured(
        seconds: Turns.median(seconds) ?? 0,
        countedFMA: order.countedFMA, peakBytes: order.peakBytes)
    }
  }
}
