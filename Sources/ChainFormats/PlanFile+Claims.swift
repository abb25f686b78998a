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
    func refuse(
      _ key: String, _ expected: String, _ found: some Numeric,
      _ advice: String = "correct the claim, or check the plan alone"
    ) -> ChainError {
      ChainError(
        .invalidPlan, at: "\(file): \(key)", expected: expected,
        found: "\(found)", advice: advice)
    }
    if let claim = claimed.makespan, claim != scheduled?.makespan {
      throw refuse(
        "/cost/makespan",
        scheduled.map { "\($0.makespan) fma, the makespan of the schedule" }
          ?? "a schedule that shows it", claim,
        scheduled == nil
          ? "add the schedule, or write null" : "correct the claim")
    }
    if let claim = claimed.fma, claim != priced.fma {
      throw refuse(
        "/cost/fma", "\(priced.fma) fma, the price of the plan", claim)
    }
    if let claim = claimed.peakEntries, claim != priced.peakEntries {
      throw refuse(
        "/cost/peakEntries", "\(priced.peakEntries) entries at a time", claim)
    }
    if let claim = claimed.tape, claim != priced.tape {
      throw refuse(
        "/cost/tape", "\(priced.tape) memory units of all adjoints", claim)
    }
    let reached = scheduled?.makespan ?? priced.fma
    if let claim = claimed.lowerBound, claim > reached {
      throw refuse(
        "/lowerBound", "at most \(reached) fma, which the plan takes", claim)
    }
    if let claim = claimed.gap, let bound = claimed.lowerBound {
      let gap = CostModel.gap(plan: reached, bound: bound)
      if claim != gap {
        throw refuse("/gap", "\(gap), (plan - lowerBound) / plan", claim)
      }
    }
    for (id, step) in priced.steps.enumerated() {
      func refuseStep(
        _ key: String, _ expected: String, _ found: some BinaryInteger
      ) -> ChainError {
        refuse(
          "/steps/\(id)/\(key)", expected, found,
          "correct the claim, or leave \"\(key)\" out")
      }
      if let claim = claimedFMA[id], claim != step.fma {
        throw refuseStep("fma", "\(step.fma) fma, its price", claim)
      }
      if let claim = claimedEvaluations[id], claim != step.evaluations {
        throw refuseStep(
          "evaluations", "\(step.evaluations) evaluations", claim)
      }
    }
  }
}
