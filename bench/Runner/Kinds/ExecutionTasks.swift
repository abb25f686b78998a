import ChainBenchResults
import ChainCatalog
import ChainExecutor
import JacobianChain

/// What executing a plan costs above the bare calls that it stands for, on
/// given dense chains.
struct ExecutionTasks {
  let stage: Stage

  static let contestants = ["plan", "prepared plan", "bare dgemm"]

  func tasks() throws -> [BenchTask] {
    try stage.repository.problems(of: stage.suite).map { named in
      let problem = named.own
      guard problem.isDense, problem.chain != nil,
        problem.factors.allSatisfy(\.isGiven)
      else {
        throw ChainError(
          .malformed, at: "bench/suites/\(stage.suite.name).json: /problems",
          expected: "given dense chains", found: named.name,
          advice: "leave it out")
      }
      return BenchTask(named.name, "run seconds", stage.suite.contestants) {
        keys, _ in try rows(named, keys)
      }
    }
  }

  private func rows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let orders = try ExecutedOrders(named, limit: stage.suite.secondsPerCall)
    let plan = try orders.plan(Orders.optimum)
    let bare = try BareCalls(
      plan, orders.operands.map { try $0.entries!.denseEntries() })
    bare.run()
    let difference = relativeDifference(bare.result, orders.expected)
    try check(difference <= 1e-9, "bare calls differ by \(difference)")
    let (program, workspace) = try orders.prepared(plan)
    let samples = try stage.sampling.inTurns(
      keys.map { key in
        switch key.contestant {
        case "plan": { _ = try orders.run(plan) }
        case "prepared plan": { try program.run(in: workspace) }
        default: { bare.run() }
        }
      })
    return zip(keys, samples).map {
      Measurement(
        $0, family: named.folder, size: orders.problem.factors.count,
        samples: $1)
    }
  }
}
