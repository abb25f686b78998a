import ChainBenchResults
import ChainCatalog
import ChainRandom
import JacobianChain

/// Schedules of drawn chains on several machines: how many are proven in the
/// time of one call, what gap the others have, and how long it takes.
struct MachinesTasks {
  let stage: Stage

  private static let quantities = ["proven share", "gap", "schedule seconds"]

  func tasks() -> [BenchTask] {
    stage.suite.families.flatMap { drawn in
      drawn.machines.flatMap { machines in
        drawn.sizes.flatMap { size in
          (drawn.contestants ?? stage.suite.contestants).map { contestant in
            task(drawn, machines, size, contestant)
          }
        }
      }
    }
  }

  private func task(
    _ drawn: DrawnFamily, _ machines: Int, _ size: Int, _ contestant: String
  ) -> BenchTask {
    let family = "\(drawn.label) p=\(machines)"
    let keys = Self.quantities.map {
      Measurement.Key(
        name: "\(family) q=\(size)", contestant: contestant, quantity: $0)
    }
    return BenchTask(keys: keys) { _ in
      let solver = try Catalog.solver(named: contestant)
      var shares: [Double] = []
      var gaps: [Double] = []
      var seconds: [Double] = []
      for seed in 1...drawn.seeds {
        var settings = DrawSettings()
        settings.limits.machines = machines
        let problem = try drawn.family.problem(
          factors: size, seed: UInt64(seed), settings: settings)
        if case .unsupported(let why) = solver.support(
          for: problem, objective: .makespan)
        {
          return keys.map {
            .skipped($0, why, family: family, size: size)
          }
        }
        var found: Solution?
        seconds.append(
          try Sampling.seconds {
            found = try solver.solve(
              problem, objective: .makespan,
              control: Interruption.control(
                seconds: stage.suite.secondsPerCall))
          })
        try Interruption.check()
        gaps.append(try gap(of: found!, problem, machines))
        shares.append(found!.stopReason == nil ? 1 : 0)
      }
      let proven = shares.reduce(0, +)
      let note = "\(Int(proven)) of \(drawn.seeds) proven"
      let samples = [[proven / Double(drawn.seeds)], gaps, seconds]
      return zip(keys, samples).map {
        Measurement(
          $0, family: family, size: size, samples: $1, note: note)
      }
    }
  }

  /// (makespan − bound) ÷ makespan, of a schedule that was checked.
  private func gap(
    of solution: Solution, _ problem: Problem, _ machines: Int
  ) throws -> Double {
    let plan = try solution.plan.priced(for: problem)
    guard let schedule = solution.schedule else {
      throw WrongAnswer("no schedule")
    }
    let makespan = try schedule.checked(for: plan, on: machines).makespan
    try check(
      makespan >= solution.lowerBound
        && (solution.stopReason != nil || makespan == solution.lowerBound),
      "claims \(solution.lowerBound), takes \(makespan)")
    return Double(makespan - solution.lowerBound) / Double(max(makespan, 1))
  }
}
