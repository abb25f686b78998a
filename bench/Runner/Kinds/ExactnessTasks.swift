import ChainBenchResults
import ChainCatalog
import ChainRandom
import JacobianChain

/// How many times the optimum the orders of all planners cost, over the
/// length of drawn dense chains. Every order is priced by us.
struct ExactnessTasks {
  let stage: Stage

  func tasks() -> [BenchTask] {
    stage.suite.families.flatMap { drawn in
      drawn.sizes.map { size in
        BenchTask(
          "\(drawn.label) q=\(size)", "cost over optimum",
          drawn.contestants ?? stage.suite.contestants
        ) { keys, _ in
          try rows(drawn, size, keys)
        }
      }
    }
  }

  private func rows(
    _ drawn: DrawnFamily, _ size: Int, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let problems = try (1...drawn.seeds).map {
      try drawn.family.problem(factors: size, seed: UInt64($0))
    }
    let orders = try problems.map {
      try Orders(of: $0, limit: stage.suite.secondsPerCall)
    }
    return try keys.map { key in
      func skipped(_ reason: String) -> Measurement {
        .skipped(key, reason, family: drawn.label, size: size)
      }
      if let largest = drawn.largest[key.contestant], size > largest {
        return skipped("not tried beyond q=\(largest)")
      }
      do {
        let prices = try prices(key.contestant, problems, orders)
        let optima = orders.map { $0[Orders.optimum]!.fma }
        let exact = zip(prices, optima).count { $0 == $1 }
        if Catalog.solvers.contains(where: { $0.name == key.contestant }) {
          try check(exact == optima.count, "optimal \(exact) times only")
        }
        return Measurement(
          key, family: drawn.label, size: size,
          samples: zip(prices, optima).map { Double($0) / Double($1) },
          note: "optimal in \(exact) of \(optima.count)")
      } catch let failure as PeerFailure {
        return skipped(failure.reason)
      } catch let error as ChainError where error.kind == .invalidPlan {
        return Measurement(
          key, family: drawn.label, size: size, outcome: .wrong, samples: [],
          note: "not an order of the chain: \(error.location)")
      }
    }
  }

  private func prices(
    _ contestant: String, _ problems: [Problem], _ orders: [Orders]
  ) throws -> [UInt128] {
    let limit = stage.suite.secondsPerCall
    if let peer = OrderPeer(rawValue: contestant) {
      let answers = try peer.answers(
        for: problems, Sampling(repetitions: 1, seconds: 0), limit: limit,
        stage.peers)
      return try zip(problems, answers).map {
        try $1.plan.priced(for: $0).fma
      }
    }
    if Orders.names.contains(contestant) {
      return try orders.map { orders in
        guard let plan = orders[contestant] else {
          throw PeerFailure(orders.absence(of: contestant))
        }
        return plan.fma
      }
    }
    let solver = try Catalog.solver(named: contestant)
    return try problems.map { problem in
      if case .unsupported(let why) = solver.support(
        for: problem, objective: .fma)
      {
        throw PeerFailure(why)
      }
      let solution = try solver.solve(
        problem, objective: .fma, control: Interruption.control(seconds: limit))
      try Interruption.check()
      guard solution.stopReason == nil else {
        throw PeerFailure("longer than \(limit) s")
      }
      return try solution.plan.priced(for: problem).fma
    }
  }
}
