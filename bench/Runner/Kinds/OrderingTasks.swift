import ChainBenchResults
import ChainCatalog
import JacobianChain

/// What choosing an order takes over the length of drawn chains, with the
/// problem prepared. Every order is priced by us, and has to be optimal where
/// its planner promises that, before its time counts.
struct OrderingTasks {
  let stage: Stage

  private static let quantity = "ordering seconds"

  func tasks() -> [BenchTask] {
    let suite = stage.suite
    return suite.families.flatMap { drawn in
      suite.conditions(machines: drawn.machines).flatMap { condition in
        drawn.sizes.indices.map { index in
          BenchTask(
            Self.name(drawn, condition, index), Self.quantity,
            drawn.contestants ?? suite.contestants
          ) { keys, earlier in
            try rows(drawn, condition, index, keys, earlier)
          }
        }
      }
    }
  }

  private static func name(
    _ drawn: DrawnFamily, _ condition: Condition, _ index: Int
  ) -> String {
    "\(condition.named(drawn.label)) q=\(drawn.sizes[index])"
  }

  private func rows(
    _ drawn: DrawnFamily, _ condition: Condition, _ index: Int,
    _ keys: [Measurement.Key], _ earlier: BenchTask.Earlier
  ) throws -> [Measurement] {
    let size = drawn.sizes[index]
    var race = try OrderingRace(
      drawn.problem(size, seed: 1, under: condition), condition.objective,
      stage)
    let smaller = index > 0 ? Self.name(drawn, condition, index - 1) : nil
    for key in keys {
      if let largest = drawn.largest[key.contestant], size > largest {
        race.skip("not tried beyond q=\(largest)")
      } else if let refusal = Self.refusal(
        smaller.flatMap {
          earlier[
            .init(
              name: $0, contestant: key.contestant, quantity: Self.quantity)]
        }, stage.suite.secondsPerCall)
      {
        race.skip(refusal)
      } else {
        try race.enter(key.contestant)
      }
    }
    return try zip(keys, race.run()).map { key, result in
      Measurement(
        key, family: condition.named(drawn.label), size: size,
        outcome: result.outcome, samples: result.samples, note: result.note)
    }
  }

  /// Why a contestant is not tried at a size, from the one before.
  private static func refusal(
    _ smaller: Measurement?, _ limit: Double
  ) -> String? {
    guard let smaller else { return nil }
    switch smaller.outcome {
    case .measured:
      return smaller.median > limit
        ? "over \(limit) s at q=\(smaller.size ?? 0)" : nil
    case .skipped, .unfinished, .wrong: return smaller.note
    }
  }
}
