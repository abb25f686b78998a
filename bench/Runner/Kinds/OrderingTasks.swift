import ChainBenchResults
import ChainCatalog
import ChainRandom
import JacobianChain

/// What choosing an order takes over the length of drawn chains, with the
/// problem prepared. Every order is priced by us, and has to be optimal where
/// its planner promises that, before its time counts.
struct OrderingTasks {
  let stage: Stage

  private static let quantity = "ordering seconds"

  func tasks() -> [BenchTask] {
    stage.suite.families.flatMap { drawn in
      drawn.sizes.indices.map { index in
        BenchTask(
          Self.name(drawn, index), Self.quantity,
          drawn.contestants ?? stage.suite.contestants
        ) { keys, earlier in
          try rows(drawn, index, keys, earlier)
        }
      }
    }
  }

  private static func name(_ drawn: DrawnFamily, _ index: Int) -> String {
    "\(drawn.label) q=\(drawn.sizes[index])"
  }

  private func rows(
    _ drawn: DrawnFamily, _ index: Int, _ keys: [Measurement.Key],
    _ earlier: BenchTask.Earlier
  ) throws -> [Measurement] {
    let size = drawn.sizes[index]
    var race = try OrderingRace(
      drawn.family.problem(factors: size, seed: 1), stage)
    for key in keys {
      if let largest = drawn.largest[key.contestant], size > largest {
        race.skip("not tried beyond q=\(largest)")
      } else if index > 0,
        let refusal = Self.refusal(
          earlier[
            .init(
              name: Self.name(drawn, index - 1), contestant: key.contestant,
              quantity: Self.quantity)], stage.suite.secondsPerCall)
      {
        race.skip(refusal)
      } else {
        try race.enter(key.contestant)
      }
    }
    return try zip(keys, race.run()).map { key, result in
      Measurement(
        key, family: drawn.label, size: size, outcome: result.outcome,
        samples: result.samples, note: result.note)
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
