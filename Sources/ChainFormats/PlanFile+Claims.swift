import JacobianChain

extension PlanFile {
  /// Holds what the file claims about its steps against their true prices.
  ///
  /// - Parameters:
  ///   - scheduled: the file's schedule, checked; nil without one. A makespan
  ///     that no schedule shows is refused.
  ///   - file: the plan's name for errors.
  /// - Throws: `ChainError` (`invalidPlan`) at the first claim that is wrong.
  /// - Complexity: O(steps).
  public func checkClaims(
    against priced: PricedPlan, scheduled: CheckedSchedule? = nil, file: String
  ) throws(ChainError) {
    if let claim = claimedMakespan, claim != scheduled?.makespan {
      throw ChainError(
        .invalidPlan, at: "\(file): /cost/makespan",
        expected: scheduled.map {
          "\($0.makespan) fma, the makespan of the schedule"
        } ?? "a schedule that shows it", found: "\(claim)",
        advice: scheduled == nil
          ? "add the schedule, or write null" : "correct the claim")
    }
    if let claim = claimedTotal, claim != priced.fma {
      throw ChainError(
        .invalidPlan, at: "\(file): /cost/fma",
        expected: "\(priced.fma) fma, the price of the plan",
        found: "\(claim)", advice: "correct the claim, or check the plan alone")
    }
    for (id, step) in priced.steps.enumerated() {
      func refuse(
        _ key: String, _ expected: String, _ found: String
      ) -> ChainError {
        ChainError(
          .invalidPlan, at: "\(file): /steps/\(id)/\(key)",
          expected: expected, found: found,
          advice: "correct the claim, or leave \"\(key)\" out")
      }
      if let claim = claimedFMA[id], claim != step.fma {
        throw refuse("fma", "\(step.fma) fma, its price", "\(claim)")
      }
      if let claim = claimedEvaluations[id], claim != step.evaluations {
        throw refuse(
          "evaluations", "\(step.evaluations) evaluations", "\(claim)")
      }
    }
  }
}
