import ChainBenchResults
import ChainCatalog
import ChainSystem
import JacobianChain

/// Schedules of drawn chains on several machines: how many are proven in the
/// time of one call, what gap the others have, and how long it takes.
struct MachinesTasks {
  let stage: Stage

  private static let quantities = ["proven share", "gap", "schedule seconds"]

  func tasks() -> [BenchTask] {
    let suite = stage.suite
    return suite.families.flatMap { drawn in
      suite.conditions(machines: drawn.machines).flatMap { condition in
        drawn.sizes.flatMap { size in
          (drawn.contestants ?? suite.contestants).map { contestant in
            task(drawn, condition, size, contestant)
          }
        }
      }
    }
  }

  private func task(
    _ drawn: DrawnFamily, _ condition: Condition, _ size: Int,
    _ contestant: String
  ) -> BenchTask {
    let family = condition.named(drawn.label)
    let objective = condition.objective
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
        let problem = try drawn.problem(size, seed: seed, under: condition)
        if case .unsupported(let why) = solver.support(
          for: problem, objective: objective)
        {
          return keys.map {
            .skipped($0, why, family: family, size: size)
          }
        }
        var found: Solution?
        seconds.append(
          try Sampling.seconds {
            found = try solver.solve(
              problem, objective: objective,
              control: Interruption.control(
                seconds: stage.suite.secondsPerCall))
          })
        try Interruption.check()
        let makespan = try found!.achieved(for: problem, objective: objective)
        gaps.append(
          CostModel.gap(plan: makespan, bound: found!.lowerBound))
        shares.append(found!.status == .optimal ? 1 : 0)
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
}
