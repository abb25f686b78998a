import JacobianChain

extension Problem {
  /// Whether no sum of prices can exceed 62 bits: one bound up front instead
  /// of an overflow check a step. Every candidate price is that of a real plan, so no sum passes it.
  var fitsNarrowPrices: Bool { worstPrice < UInt128(1) << 62 }
}

extension Support {
  /// What every solver of a single chain refuses: other objectives than fma,
  /// several targets, repeated factors; nil when the problem is a chain.
  static func refusal(
    of problem: Problem, objective: Objective
  ) -> Support? {
    switch objective {
    case .fma: break
    case .makespan, .time, .memory:
      return .unsupported("minimises fma, not \(objective.rawValue)")
    }
    guard problem.chain == nil else { return nil }
    return .unsupported(
      problem.targets.count > 1
        ? "solves one target, the problem has \(problem.targets.count)"
        : "needs distinct factors, the target repeats some")
  }
}
