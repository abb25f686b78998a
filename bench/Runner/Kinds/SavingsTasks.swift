import ChainBenchResults
import JacobianChain

/// What the orders of problems cost: their fma, or their makespans where that
/// is the objective. Optima are held against the known ones.
struct SavingsTasks {
  let stage: Stage

  func tasks() throws -> [BenchTask] {
    try stage.repository.problems(of: stage.suite)
      .filter { $0.own.targets.count == 1 }
      .map { problem in
        BenchTask(
          problem.name, Self.quantity(problem.condition.objective),
          stage.suite.contestants
        ) { keys, _ in try rows(problem, keys) }
      }
  }

  private static func quantity(_ objective: Objective) -> String {
    objective == .makespan ? "makespan fma" : "product fma"
  }

  private func rows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let orders = try Orders(named, limit: stage.suite.secondsPerCall)
    let size = orders.problem.targets[0].count
    return keys.map { key in
      guard let price = orders.price(of: key.contestant) else {
        return .skipped(
          key, orders.absence(of: key.contestant), family: named.folder,
          size: size)
      }
      let isOpen = key.contestant == Orders.optimum && !orders.isProven
      return Measurement(
        key, price: price, family: named.folder, size: size,
        outcome: isOpen ? .unfinished : .measured,
        note: isOpen ? "at least \(orders.lowerBound)" : "")
    }
  }
}
