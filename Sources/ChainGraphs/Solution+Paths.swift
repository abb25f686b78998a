import JacobianChain

extension Solution {
  /// The same with a bound of every plan, where paths tell as much.
  ///
  /// - Parameter work: how much goes into that, see `PathBound.raise`.
  func raised(
    by paths: PathBound, of problem: Problem, _ control: SearchControl,
    work: Int
  ) throws(ChainError) -> Solution {
    guard [nil, .heuristic].contains(status.stopReason) else { return self }
    let fma = try plan.priced(for: problem).fma
    var stopped: StopReason?
    paths.raise(to: Int(fma), work: work) {
      stopped = control.report(
        SearchProgress(
          incumbent: fma, bound: max(lowerBound, UInt128(paths.value)),
          explored: explored))
      return stopped != nil
    }
    var raised = self
    let bound = min(UInt128(paths.value), fma)
    if bound >= lowerBound {
      (raised.lowerBound, raised.scope) = (bound, .everyPlan)
      if bound == fma { raised.status = .optimal }
    }
    if let stopped, raised.status != .optimal {
      raised.status = .stopped(stopped)
    }
    return raised
  }

  /// The cheaper plan of two, with what the two searches of orders prove.
  func joined(
    with other: Solution, of problem: Problem
  ) throws(ChainError) -> Solution {
    let (own, others) = (
      try plan.priced(for: problem).fma, try other.plan.priced(for: problem).fma
    )
    var joined = self
    if others < own { joined.plan = other.plan }
    joined.lowerBound = min(max(lowerBound, other.lowerBound), own, others)
    if joined.lowerBound == min(own, others) { joined.status = .optimal }
    joined.explored += other.explored
    return joined
  }
}

extension PathBound {
  /// The bound of a problem; nil where paths don't tell, as with tied factors,
  /// or there are too many.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when blocks begin at too many vertices.
  convenience init?(
    _ problem: Problem, control: SearchControl
  ) throws(ChainError) {
    guard problem.worstPrice < 1 << 62,
      problem.graph!.arcs.count <= Self.arcLimit
    else { return nil }
    self.init(try FaceGraph(problem, control: control), control: control)
  }

  /// The most arcs of a graph whose paths are looked for.
  private static let arcLimit = 2_000
}
