import ChainBenchResults
import ChainCatalog
import ChainReports
import ChainSystem
import JacobianChain

/// Orders of elimination: what they cost, what is proven of them, and how long
/// that takes.
struct GraphTasks {
  let stage: Stage

  private static let baselines: [Baseline] = [.forward, .reverse, .markowitz]
  static let solvers = ["vertex-elimination", "face-elimination"]
  static let contestants = baselines.map(\.label) + solvers

  private static let (price, bound, seconds) = (
    "graph fma", "lower bound fma", "search seconds"
  )

  func tasks() throws -> [BenchTask] {
    let suite = stage.suite
    let chosen = Dictionary(
      uniqueKeysWithValues: suite.families.map {
        ($0.label, $0.contestants ?? suite.contestants)
      })
    return try stage.repository.problems(of: suite)
      .filter { $0.own.graph != nil }
      .flatMap { problem in
        let contestants = chosen[problem.folder] ?? suite.contestants
        let others = contestants.filter { !Self.solvers.contains($0) }
        return [
          BenchTask(problem.name, Self.price, others) { keys, _ in
            try baselineRows(problem, keys)
          }
        ].filter { !$0.keys.isEmpty }
          + contestants.filter(Self.solvers.contains).map { name in
            let keys = [Self.price, Self.bound, Self.seconds].map {
              Measurement.Key(
                name: problem.name, contestant: name, quantity: $0)
            }
            return BenchTask(keys: keys) { _ in
              try searchRows(problem, keys, by: name)
            }
          }
      }
  }

  private func baselineRows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let problem = try named.problem()
    let baselines = try Baselines(of: problem)
    return keys.map { key in
      let baseline = Baseline.allCases.first { $0.label == key.contestant }!
      guard let plan = baselines[baseline] else {
        return .skipped(
          key, "a mode is missing or forbidden", family: named.folder,
          size: problem.graph!.vertices.count)
      }
      return Measurement(
        key, price: plan.fma, family: named.folder,
        size: problem.graph!.vertices.count)
    }
  }

  /// Price, bound and seconds of one search.
  private func searchRows(
    _ named: NamedProblem, _ keys: [Measurement.Key], by name: String
  ) throws -> [Measurement] {
    let problem = try named.problem()
    let solver = try Catalog.solver(named: name)
    var last: Solution?
    let samples = try stage.sampling.inTurns([
      {
        last = try solver.solve(
          problem, objective: .fma,
          control: Interruption.control(seconds: stage.suite.secondsPerCall))
      }
    ])[0]
    try Interruption.check()
    let solution = last!
    let fma = try solution.achieved(for: problem, objective: .fma)
    let isProven = solution.status == .optimal
    if let known = named.known {
      // Files know orders of vertices mostly; other plans may cost less.
      let isOfOrders = solution.scope == .vertexElimination
      try check(
        solution.lowerBound <= known
          && (fma == known || !(isOfOrders && isProven)),
        "costs \(fma), bound \(solution.lowerBound), known is \(known)")
    }
    func row(_ key: Measurement.Key, _ price: UInt128) -> Measurement {
      Measurement(
        key, price: price, family: named.folder,
        size: problem.graph!.vertices.count,
        outcome: isProven ? .measured : .unfinished)
    }
    return [
      row(keys[0], fma), row(keys[1], solution.lowerBound),
      Measurement(
        keys[2], family: named.folder, size: problem.graph!.vertices.count,
        outcome: isProven ? .measured : .unfinished, samples: samples),
    ]
  }
}
