import ChainAD
import ChainBenchResults
import ChainExecutor
import ChainReports
import ChainSolvers
import ChainSystem
import ChainWorkloads
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
  /// Copies of each order that are run, with memory of their own: none is
  /// lucky in where the system put it.
  private static let copies = 3

  func tasks() throws -> [BenchTask] {
    let matrices = try stage.repository.problems(of: stage.suite)
      .filter { $0.own.targets.count == 1 }
      .map { problem in
        let keys = keys(problem.name)
        return BenchTask(keys: keys) { _ in try rows(problem, keys) }
      }
    return matrices
      + stage.suite.functions.map { function in
        let keys = keys("function \(function.label)")
        return BenchTask(keys: keys) { _ in
          try rows(FunctionTasks.workload(function, stage.suite), keys)
        }
      }
  }

  private func keys(_ name: String) -> [Measurement.Key] {
    [Self.predicted, Self.measured].flatMap { quantity in
      stage.suite.contestants.map {
        Measurement.Key(name: name, contestant: $0, quantity: quantity)
      }
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
    let size = problem.targets[0].count
    guard problem.factors.allSatisfy(\.isGiven) else {
      return keys.map {
        .skipped(
          $0, "has factors that are only declared", family: named.folder,
          size: size)
      }
    }
    let plans = try plans(of: problem)
    let operands = try RandomOperands.operands(for: problem, seed: Self.seed)
    // With memory of its own no order pays for that of another.
    let times = try times(of: plans) { name, plan in
      let run = try PreparedRun(plan, of: problem, operands: operands)
      try check(run.run().fma == plan.fma, "\(name) counts other fma")
      return { calls in try Self.seconds(calls) { try run.run() } }
    }
    return measurements(keys, plans, times, family: named.folder, size: size)
  }

  /// A prepared function: what a Jacobian takes beyond the values on the way,
  /// in orders that are priced by what was measured of each function.
  private func rows(
    _ workload: Workload, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let (function, point) = (workload.function, workload.point)
    let prepared = try function.prepare(
      objective: .time(Self.profile.get()), measuringAt: point, threads: 1)
    let plans = try plans(of: prepared.problem)
    let times = try times(of: plans) { _, plan in
      let order = try PreparedOrder(plan, of: prepared)
      _ = try order.jacobian(at: point)
      return { calls in
        try Self.seconds(calls) { _ = try order.jacobian(at: point) }
          - Self.seconds(calls) { _ = try prepared.value(at: point) }
      }
    }
    return measurements(
      keys, plans, times, family: "functions",
      size: function.functions.count)
  }

  /// Samples of each plan, in turns; several of the same steps are run once.
  private func times(
    of plans: [String: PricedPlan],
    _ sample: (String, PricedPlan) throws -> Sampling.Sample
  ) throws -> [String: [Double]] {
    var places: [String: Int] = [:]
    var distinct: [(name: String, plan: PricedPlan)] = []
    for name in stage.suite.contestants {
      guard let plan = plans[name] else { continue }
      let known = distinct.firstIndex { $0.plan.plan == plan.plan }
      places[name] = known ?? distinct.count
      if known == nil { distinct.append((name, plan)) }
    }
    var samples: [Sampling.Sample] = []
    for _ in 0..<Self.copies {
      for order in distinct {
        samples.append(try sample(order.name, order.plan))
      }
    }
    let times = try Sampling(
      repetitions: max(1, stage.sampling.repetitions / Self.copies),
      seconds: stage.sampling.seconds / Double(Self.copies)
    ).inTurns(samples)
    return places.mapValues { place in
      stride(from: place, to: times.count, by: distinct.count)
        .flatMap { times[$0] }
    }
  }

  /// Seconds of the processor that a call takes.
  private static func seconds(
    _ calls: Int, _ body: () throws -> Void
  ) rethrows -> Double {
    let start = ProcessorClock.seconds
    for _ in 0..<calls { try body() }
    return (ProcessorClock.seconds - start) / Double(calls)
  }

  private func measurements(
    _ keys: [Measurement.Key], _ plans: [String: PricedPlan],
    _ times: [String: [Double]], family: String, size: Int
  ) -> [Measurement] {
    keys.map { key in
      guard let plan = plans[key.contestant] else {
        return .skipped(
          key, "not possible under the limits", family: family, size: size)
      }
      return Measurement(
        key, family: family, size: size,
        samples: key.quantity == Self.measured
          ? times[key.contestant]! : [Double(plan.price) * 1e-9])
    }
  }

  /// All priced under the profile, by contestant.
  private func plans(of problem: Problem) throws -> [String: PricedPlan] {
    let profile = try Self.profile.get()
    let rate = Rate.time(profile)
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
