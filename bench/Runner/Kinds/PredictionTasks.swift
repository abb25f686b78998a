import ChainBenchResults
import ChainExecutor
import ChainReports
import ChainSolvers
import ChainSystem
import JacobianChain

/// What a profile of this machine predicts of orders, and what they take: the
/// fastest one by the profile, the one with the least fma, and those that
/// people use without planning.
struct PredictionTasks {
  let stage: Stage

  static let fastest = "time optimum"
  static let leastWork = "fma optimum"
  static let contestants =
    [fastest, leastWork] + Baseline.products.map(\.label)

  private static let predicted = "predicted seconds"
  /// Of the processor, which other work on the machine hardly changes.
  private static let measured = "processor seconds"
  private static let seed: UInt64 = 1

  func tasks() throws -> [BenchTask] {
    try stage.repository.problems(of: stage.suite)
      .filter { $0.own.targets.count == 1 }
      .map { problem in
        let keys = [Self.predicted, Self.measured].flatMap { quantity in
          stage.suite.contestants.map {
            Measurement.Key(
              name: problem.name, contestant: $0, quantity: quantity)
          }
        }
        return BenchTask(keys: keys) { _ in try rows(problem, keys) }
      }
  }

  /// Measured once, when the first task needs it.
  private static let profile = Result {
    try Calibration.profile(
      processor: "this machine", build: "bench",
      control: Interruption.control(seconds: 600))
  }

  private func rows(
    _ named: NamedProblem, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let problem = try named.problem()
    let rate = Rate.time(try Self.profile.get())
    let plans = try plans(of: problem, rate)
    let size = problem.targets[0].count
    func skipped(_ key: Measurement.Key, _ reason: String) -> Measurement {
      .skipped(key, reason, family: named.folder, size: size)
    }
    guard problem.factors.allSatisfy(\.isGiven) else {
      return keys.map { skipped($0, "has factors that are only declared") }
    }
    let operands = try RandomOperands.operands(for: problem, seed: Self.seed)
    let known = stage.suite.contestants.filter { plans[$0] != nil }
    // With memory of its own no order pays for that of another.
    var runs: [PreparedRun] = []
    for name in known {
      let run = try PreparedRun(plans[name]!, of: problem, operands: operands)
      try check(
        run.run().fma == plans[name]!.fma, "\(name) counts other fma")
      runs.append(run)
    }
    let samples = try stage.sampling.inTurns(
      runs.map { run in
        { calls in
          let start = ProcessorClock.seconds
          for _ in 0..<calls { try run.run() }
          return (ProcessorClock.seconds - start) / Double(calls)
        }
      })
    let times = Dictionary(uniqueKeysWithValues: zip(known, samples))
    return keys.map { key in
      guard let plan = plans[key.contestant] else {
        return skipped(key, "not possible under the limits")
      }
      return Measurement(
        key, family: named.folder, size: size,
        samples: key.quantity == Self.measured
          ? times[key.contestant]! : [Double(plan.price) * 1e-9])
    }
  }

  /// All priced at the rate, by contestant.
  private func plans(
    of problem: Problem, _ rate: Rate
  ) throws -> [String: PricedPlan] {
    let profile = try Self.profile.get()
    let control = Interruption.control(seconds: stage.suite.secondsPerCall)
    let fastest = try Solved(
      problem, objective: .time(profile), control: control)
    let least = try Solved(problem, control: control)
    let baselines = try Baselines(of: problem, at: rate, control: control)
    var plans = [
      Self.fastest: fastest.plan,
      Self.leastWork: least.plan.at(
        rate, for: problem),
    ]
    for baseline in Baseline.products {
      plans[baseline.label] = baselines[baseline]
    }
    for (name, plan) in plans where fastest.status == .optimal {
      try check(
        plan.price >= fastest.plan.price, "\(name) is predicted to be faster")
    }
    return plans
  }
}
