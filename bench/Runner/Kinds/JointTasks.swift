import ChainBenchResults
import ChainCatalog
import ChainReports
import ChainSystem
import JacobianChain

/// Several targets and repeated factors: what planning them together saves,
/// and how long the proofs take.
struct JointTasks {
  let stage: Stage

  private static let separate = "separate"
  private static let joint = "joint optimum"
  static let plans = [
    separate, "back-propagation", "best baseline", joint,
  ]
  static let solvers = ["shared-products", "integer-program"]

  func tasks() throws -> [BenchTask] {
    let chosen = stage.suite.contestants
    return try stage.repository.problems(of: stage.suite).flatMap { problem in
      [
        BenchTask(
          problem.name, "plan fma", chosen.filter(Self.plans.contains)
        ) { keys, _ in try planRows(problem, keys) },
        BenchTask(
          problem.name, "proof seconds", chosen.filter(Self.solvers.contains)
        ) { keys, _ in try keys.map { try proofRow(problem, $0) } },
      ].filter { !$0.keys.isEmpty }
    }
  }

  private func planRows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let limit = stage.suite.secondsPerCall
    let orders = try Orders(named, limit: limit)
    let size = orders.problem.targets.count
    return try keys.map { key in
      func row(_ fma: UInt128?, _ baseline: String) -> Measurement {
        guard let fma else {
          return .skipped(
            key, orders.absence(of: baseline), family: named.folder,
            size: size)
        }
        return Measurement(
          key, price: fma, family: named.folder, size: size)
      }
      switch key.contestant {
      case Self.separate:
        let fma = try orders.problem.alone().map {
          try Orders(of: $0, limit: limit).best
        }
        return row(fma.reduce(0, +), "")
      case Self.joint:
        return Measurement(
          key, price: orders.best, family: named.folder,
          size: size, outcome: orders.isProven ? .measured : .unfinished,
          note: orders.isProven
            ? "proven" : "at least \(orders.lowerBound)")
      case "back-propagation": return row(orders["reverse"]?.fma, "reverse")
      default:
        let all = Orders.names.dropFirst().compactMap { orders[$0]?.fma }
        return row(all.min(), "best split")
      }
    }
  }

  private func proofRow(
    _ named: NamedProblem, _ key: Measurement.Key
  ) throws -> Measurement {
    let (problem, family) = (try named.problem(), named.folder)
    let size = problem.targets.count
    let solver = try Catalog.solver(named: key.contestant)
    if case .unsupported(let why) = solver.support(
      for: problem, objective: .fma)
    {
      return .skipped(key, why, family: family, size: size)
    }
    var last: Solution?
    let limit = stage.suite.secondsPerCall
    let samples = try stage.sampling.inTurns([
      {
        last = try solver.solve(
          problem, objective: .fma,
          control: Interruption.control(seconds: limit))
      }
    ])[0]
    try Interruption.check()
    let solution = last!
    let fma = try solution.achieved(for: problem, objective: .fma)
    let isProven = solution.status == .optimal
    if let known = named.known {
      try check(
        isProven ? fma == known : fma >= known && solution.lowerBound <= known,
        "costs \(fma), known is \(known)")
    }
    let gap = CostModel.gap(plan: fma, bound: solution.lowerBound)
    return Measurement(
      key, family: family, size: size,
      outcome: isProven ? .measured : .unfinished, samples: samples,
      note: isProven ? "proven" : "gap \(Format.atMostPercent(gap))")
  }
}

extension Problem {
  /// Each target as a problem of its own in which nothing occurs twice: what
  /// is planned when nothing is shared. Each has the limits for itself.
  fileprivate func alone() throws -> [Problem] {
    try targets.map { word in
      try Problem(
        factors: word.enumerated().map { place, index in
          var factor = factors[index]
          factor.name += " at \(place)"
          return factor
        }, matrixFree: matrixFree, limits: limits)
    }
  }
}
