import ChainBenchResults
import ChainExecutor
import ChainSolvers
import Dispatch
import Foundation
import JacobianChain

/// Two heavy independent halves and a small product that joins them: what two
/// workers gain over one step after the other, and what two threads gain
/// that share each product instead.
///
/// No executor gains more than the machine's second core is worth. The case
/// `machine` says that: two loops that share nothing, one after the other
/// ("1 worker") and side by side ("machine limit").
struct ParallelTasks {
  let stage: Stage

  private static let sequential = "1 worker"
  private static let parallel = "2 workers"
  private static let threaded = "2 threads"
  private static let limit = "machine limit"
  static let contestants = [sequential, parallel, threaded, limit]

  private static let quantity = "run seconds"

  func tasks() throws -> [BenchTask] {
    let chosen = stage.suite.contestants
    let machine = BenchTask(
      "machine", Self.quantity,
      chosen.filter { $0 == Self.sequential || $0 == Self.limit }
    ) { keys, _ in try machineRows(keys) }
    let halves = try HalvesWorkload.all().map { workload in
      BenchTask(
        workload.name, Self.quantity, chosen.filter { $0 != Self.limit }
      ) { keys, _ in try rows(workload, keys) }
    }
    return ([machine] + halves).filter { !$0.keys.isEmpty }
  }

  private func machineRows(
    _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    @Sendable func loop() -> Double {
      var x = 0.3
      for _ in 0..<1_000_000 { x = tanh(x) + 0.5 }
      return x
    }
    let samples = try stage.sampling.inTurns(
      keys.map { key in
        {
          if key.contestant == Self.sequential {
            for _ in 0..<2 { precondition(loop() > 1) }
          } else {
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
              precondition(loop() > 1)
            }
          }
        }
      })
    return zip(keys, samples).map { Measurement($0, samples: $1) }
  }

  private func rows(
    _ workload: HalvesWorkload, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let problem = try Problem(factors: workload.inner + workload.outer)
    let plan = try workload.plan.priced(for: problem)
    let operands = try workload.operands(for: problem)
    let schedule = Schedule(listing: plan, machines: 2)
    let executors = [1: Executor(threads: 1), 2: Executor(threads: 2)]
    func run(_ contestant: String) throws -> Execution {
      let threads = contestant == Self.threaded ? 2 : 1
      let executor = executors[threads]!
      guard contestant == Self.parallel else {
        return try executor.run(plan, of: problem, operands: operands)
      }
      return try executor.run(
        plan, of: problem, operands: operands, following: schedule)
    }
    let expected = try run(Self.sequential).targets[0].denseEntries()
    var rows: [Measurement] = []
    for isThreaded in [false, true] {
      let group = keys.filter {
        ($0.contestant == Self.threaded) == isThreaded
      }
      for key in group {
        let execution = try run(key.contestant)
        try check(
          execution.countedFMA == plan.fma,
          "\(key.contestant) counts \(execution.countedFMA) fma")
        let entries = try execution.targets[0].denseEntries()
        // Any schedule gives the same bits; other products needn't.
        try check(
          isThreaded
            ? relativeDifference(entries, expected) <= 1e-8
            : entries == expected, "\(key.contestant) differs")
      }
      let samples = try stage.sampling.inTurns(
        group.map { key in { _ = try run(key.contestant) } })
      rows += zip(group, samples).map {
        Measurement($0, size: problem.factors.count, samples: $1)
      }
    }
    return keys.map { key in rows.first { $0.key == key }! }
  }
}
