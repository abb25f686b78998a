import ChainAD
import ChainBenchResults
import ChainExecutor
import ChainFormats
import ChainSystem
import ChainWorkloads
import JacobianChain

/// What the orders of problem files take when they are carried out on one
/// core, and what other tools take for the same Jacobian: of the same
/// matrices, or of the same composed function at the same point.
struct SecondsTasks {
  let stage: Stage

  private static let quantity = "run seconds"
  private static let product = "numpy multi_dot"
  /// A peer that knows only dense matrices is not given more entries: 512 MB.
  private static let mostEntries = 1 << 26

  func tasks() throws -> [BenchTask] {
    let chosen = stage.suite.contestants
    let ours = chosen.filter(Orders.names.contains)
    let products = chosen.filter { $0 == Self.product }
    let matrices = try stage.repository.problems(of: stage.suite).flatMap {
      problem in
      [
        BenchTask(problem.name, Self.quantity, ours) { keys, _ in
          try orderRows(problem, keys)
        },
        BenchTask(problem.name, Self.quantity, products) { keys, _ in
          try keys.map { try productRow(problem, $0) }
        },
      ]
    }
    let functions = stage.suite.functions.map { function in
      let all = (function.contestants ?? chosen)
        .filter { !ours.contains($0) && !products.contains($0) }
      return BenchTask(
        function.label, Self.quantity, all
      ) { keys, _ in
        try functionRows(function, keys)
      }
    }
    return (matrices + functions).filter { !$0.keys.isEmpty }
  }

  private func orderRows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let orders = try ExecutedOrders(named, limit: stage.suite.secondsPerCall)
    let size = orders.problem.targets[0].count
    var refusals: [String: String] = [:]
    var plans: [PricedPlan] = []
    for key in keys {
      do {
        let plan = try orders.plan(key.contestant)
        _ = try orders.checkedRun(plan)
        plans.append(plan)
      } catch let refusal as ExecutedOrders.Refusal {
        refusals[key.contestant] = refusal.reason
      }
    }
    var samples = try stage.sampling.inTurns(
      plans.map { plan in { _ = try orders.run(plan) } })[...]
    return keys.map { key in
      if let reason = refusals[key.contestant] {
        return .skipped(key, reason, family: named.folder, size: size)
      }
      return Measurement(
        key, family: named.folder, size: size, samples: samples.removeFirst())
    }
  }

  /// `numpy.linalg.multi_dot` on the same matrices, all of them dense.
  private func productRow(
    _ named: NamedProblem, _ key: Measurement.Key
  ) throws -> Measurement {
    let problem = try named.problem()
    let size = problem.targets[0].count
    func skipped(_ reason: String) -> Measurement {
      .skipped(key, reason, family: named.folder, size: size)
    }
    if let reason = stage.peers.absence(of: "numpy") { return skipped(reason) }
    let entries = problem.factors.reduce(0) { $0 + $1.rows * $1.columns }
    guard entries <= Self.mostEntries else {
      return skipped("as dense matrices it needs \(entries >> 17) MiB")
    }
    guard problem.factors.allSatisfy(\.isGiven) else {
      return skipped("has no matrices")
    }
    let orders = try ExecutedOrders(named, limit: stage.suite.secondsPerCall)
    let folder = try DoublesFolder()
    var factors: [JSONValue] = []
    for index in problem.targets[0] {
      let factor = problem.factors[index]
      let path = try folder.write(
        orders.operands[index].entries!.denseEntries(), as: "factor\(index)")
      factors.append(
        .object([
          "file": .string(path), "rows": .number(factor.rows),
          "columns": .number(factor.columns),
        ]))
    }
    do {
      let answer = try stage.peers.ask(
        "product.py",
        .object([
          "method": .string(key.contestant), "factors": .array(factors),
          "answer": .string(folder.path("answer")),
          "repetitions": .number(stage.suite.repetitions),
          "seconds": .real(stage.suite.seconds),
        ]), seconds: 60 + 10 * stage.suite.secondsPerCall)
      let difference = relativeDifference(
        try folder.read("answer"), orders.expected)
      return Measurement(
        key, family: named.folder, size: size,
        outcome: difference <= 1e-8 ? .measured : .wrong,
        samples: difference <= 1e-8 ? try answer.samples() : [],
        note: difference <= 1e-8 ? "" : "differs from ours by \(difference)")
    } catch let failure as PeerFailure {
      return skipped(failure.reason)
    }
  }

  private func functionRows(
    _ function: FunctionCase, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let workload = try FunctionTasks.workload(function, stage.suite)
    // One core, as all others have.
    let prepared = try workload.function.prepare(
      measuringAt: workload.point, threads: 1)
    let expected = try prepared.jacobian(at: workload.point).denseEntries()
    return try keys.map { key in
      try Interruption.check()
      if let peer = FunctionPeer(rawValue: key.contestant) {
        return try peer.row(key, workload, expected: expected, stage)
      }
      let sweeps = HandSweeps(workload.function)
      let difference = relativeDifference(
        expected, try sweeps.reverse(at: workload.point))
      try check(difference <= 1e-8, "is off by \(difference)")
      return Measurement(
        key, family: "functions", size: workload.function.functions.count,
        samples: try stage.sampling.inTurns([
          { _ = try prepared.jacobian(at: workload.point) }
        ])[0])
    }
  }
}
