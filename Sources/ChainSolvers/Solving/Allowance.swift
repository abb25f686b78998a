import JacobianChain

extension SearchControl {
  /// The same for what follows a search: a stop counts only `seconds` from now
  /// on, because a plan that nobody has priced is worth nothing.
  ///
  /// - Parameter searched: the seconds that the search took. A limit is kept so
  ///   much later, as what was sought long may be long to price; an
  ///   interruption isn't.
  func granting(
    seconds: Double, afterSearchOf searched: Double = 0
  ) -> SearchControl {
    let clock = ContinuousClock()
    let start = clock.now
    var granted = self
    let shouldStop = shouldStop
    granted.shouldStop = {
      let past = (clock.now - start) / .seconds(1)
      guard past >= seconds, let reason = shouldStop() else { return nil }
      return reason == .interrupted || past >= searched ? reason : nil
    }
    return granted
  }
}

extension Solution {
  /// The best baseline, for a solver that was stopped before it had any plan
  /// or that can't hold what it needs.
  ///
  /// - Throws: `stop`, when there is no baseline either.
  init(
    baselineOf problem: Problem, objective: Objective, instead stop: ChainError,
    control: SearchControl
  ) throws(ChainError) {
    let baselines = try Baselines(
      of: problem, at: objective.rate, control: control)
    guard let best = baselines.cheapest else { throw stop }
    self.init(
      plan: best.plan,
      schedule: objective.isScheduled
        ? try best.scheduled(for: problem).schedule : nil,
      lowerBound: objective.lowerBound(of: problem),
      status: .stopped(stop.stopReason ?? .heuristic))
  }
}
