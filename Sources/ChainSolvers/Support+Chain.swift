import JacobianChain

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
