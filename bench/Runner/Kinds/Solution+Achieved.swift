import JacobianChain

extension Solution {
  /// What the solution achieves, in units of the objective: the price of its
  /// plan, or the makespan of its schedule. Both are checked here, whatever the solver claims.
  ///
  /// - Throws: `WrongAnswer` when it is no such solution, or achieves less than
  ///   its bound, or says that it is proven and achieves more.
  func achieved(
    for problem: Problem, objective: Objective
  ) throws -> UInt128 {
    let plan = try plan.priced(for: problem, at: objective.rate)
    var value = plan.price
    if objective.isScheduled {
      guard let schedule else { throw WrongAnswer("no schedule") }
      value = try schedule.checked(for: plan, on: problem.limits.machines)
        .makespan
    }
    try check(
      value >= lowerBound && (status != .optimal || value == lowerBound),
      "claims \(lowerBound), costs \(value)")
    return value
  }
}
