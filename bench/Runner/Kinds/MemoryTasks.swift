import ChainBenchResults
import ChainExecutor
import ChainSystem
import JacobianChain

/// The most bytes of computed values alive at one time, for each order.
struct MemoryTasks {
  let stage: Stage

  func tasks() throws -> [BenchTask] {
    try stage.repository.problems(of: stage.suite)
      .filter { $0.own.targets.count == 1 }
      .map { problem in
        BenchTask(problem.name, "peak bytes", stage.suite.contestants) {
          keys, _ in try rows(problem, keys)
        }
      }
  }

  private func rows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let orders = try ExecutedOrders(named, limit: stage.suite.secondsPerCall)
    let size = orders.problem.targets[0].count
    return try keys.map { key in
      do {
        let run = try orders.checkedRun(try orders.plan(key.contestant))
        try Interruption.check()
        return Measurement(
          key, family: named.folder, size: size,
          samples: [Double(run.peakBytes)])
      } catch let refusal as ExecutedOrders.Refusal {
        return .skipped(
          key, refusal.reason, family: named.folder, size: size)
      }
    }
  }
}
