import ChainBenchResults
import JacobianChain

/// What the orders of problem files cost. Optima are held against the known
/// ones.
struct SavingsTasks {
  let stage: Stage

  func tasks() throws -> [BenchTask] {
    try stage.repository.problems(of: stage.suite)
      .filter { $0.problem.targets.count == 1 }
      .map { problem in
        BenchTask(problem.name, "product fma", stage.suite.contestants) {
          keys, _ in try rows(problem, keys)
        }
      }
  }

  private func rows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let orders = try Orders(
      of: named.problem, known: named.known,
      limit: stage.suite.secondsPerCall)
    let size = named.problem.targets[0].count
    return keys.map { key in
      guard let plan = orders[key.contestant] else {
        return .skipped(
          key, orders.absence(of: key.contestant), family: named.folder,
          size: size)
      }
      let isOpen = key.contestant == Orders.optimum && !orders.isProven
      return Measurement(
        key, price: plan.fma, family: named.folder, size: size,
        outcome: isOpen ? .unfinished : .measured,
        note: isOpen ? "at least \(orders.solution.lowerBound)" : "")
    }
  }
}
