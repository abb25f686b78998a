import ChainBenchResults
import ChainCatalog
import ChainSystem
import JacobianChain

/// How many times the optimum the orders of all planners cost, over the
/// length of drawn chains. Every order is priced by us; where the objective is
/// the makespan, the baselines are put on the machines.
struct ExactnessTasks {
  let stage: Stage

  func tasks() -> [BenchTask] {
    let suite = stage.suite
    return suite.families.flatMap { drawn in
      suite.conditions(machines: drawn.machines).flatMap { condition in
        drawn.sizes.map { size in
          BenchTask(
            "\(condition.named(drawn.label)) q=\(size)", "cost over optimum",
            drawn.contestants ?? suite.contestants
          ) { keys, _ in
            try rows(drawn, condition, size, keys)
          }
        }
      }
    }
  }

  private func rows(
    _ drawn: DrawnFamily, _ condition: Condition, _ size: Int,
    _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let objective = condition.objective
    let family = condition.named(drawn.label)
    let orders = try (1...drawn.seeds).map {
      try Orders(
        of: drawn.problem(size, seed: $0, under: condition), for: objective,
        limit: stage.suite.secondsPerCall)
    }
    let open = orders.count { !$0.isProven }
    return try keys.map { key in
      func skipped(_ reason: String) -> Measurement {
        .skipped(key, reason, family: family, size: size)
      }
      if let largest = drawn.largest[key.contestant], size > largest {
        return skipped("not tried beyond q=\(largest)")
      }
      guard open == 0 else {
        return skipped("\(open) of \(orders.count) optima are not proven")
      }
      do {
        let prices = try prices(key.contestant, orders, objective)
        let exact = zip(prices, orders).count { $0 == $1.best }
        if Catalog.solvers.contains(where: { $0.name == key.contestant }) {
          try check(exact == orders.count, "optimal \(exact) times only")
        }
        return Measurement(
          key, family: family, size: size,
          samples: zip(prices, orders).map { Double($0) / Double($1.best) },
          note: "optimal in \(exact) of \(orders.count)")
      } catch let failure as PeerFailure {
        return skipped(failure.reason)
      } catch let error as ChainError where error.kind == .invalidPlan {
        return Measurement(
          key, family: family, size: size, outcome: .wrong, samples: [],
          note: "not an order of the chain: \(error.location)")
      }
    }
  }

  /// What a contestant's orders cost, fma.
  private func prices(
    _ contestant: String, _ orders: [Orders], _ objective: Objective
  ) throws -> [UInt128] {
    let limit = stage.suite.secondsPerCall
    let problems = orders.map(\.problem)
    if let peer = OrderPeer(rawValue: contestant) {
      for problem in problems {
        try PeerFailure.unlessPlanned(problem, for: objective)
      }
      let answers = try peer.answers(
        for: problems, Sampling(repetitions: 1, seconds: 0), limit: limit,
        stage.peers)
      return try zip(problems, answers).map {
        try $1.plan.priced(for: $0).fma
      }
    }
    if Orders.names.contains(contestant) {
      return try orders.map { orders in
        guard let price = orders.price(of: contestant) else {
          throw PeerFailure(orders.absence(of: contestant))
        }
        return price
      }
    }
    let solver = try Catalog.solver(named: contestant)
    return try problems.map { problem in
      if case .unsupported(let why) = solver.support(
        for: problem, objective: objective)
      {
        throw PeerFailure(why)
      }
      let solution = try solver.solve(
        problem, objective: objective,
        control: Interruption.control(seconds: limit))
      try Interruption.check()
      guard solution.status == .optimal else {
        throw PeerFailure(
          solution.status == .stopped(.heuristic)
            ? "proves nothing here" : "longer than \(limit) s")
      }
      return try solution.achieved(for: problem, objective: objective)
    }
  }
}
