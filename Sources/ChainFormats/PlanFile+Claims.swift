import JacobianChain

extension PlanFile {
  /// Holds what the file claims about its steps against their true prices.
  ///
  /// - Parameter file: the plan's name for errors.
  /// - Throws: `ChainError` (`invalidPlan`) at the first claim that is wrong.
  /// - Complexity: O(steps).
  public func checkClaims(
    against priced: PricedPlan, file: String
  ) throws(ChainError) {
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
