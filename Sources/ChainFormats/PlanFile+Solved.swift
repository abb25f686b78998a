import JacobianChain

extension PlanFile {
  /// What the prices of the file are counted in: nanoseconds of a profile when
  /// its plan was chosen for time, or for a makespan in them, else fma.
  package func rate(under profile: Profile) -> Rate {
    switch claimed.objective {
    case Objective.time(profile).name: .time(profile)
    case Objective.makespan.name
    where claimed.unit == Rate.Unit.nanoseconds.rawValue:
      .time(profile)
    default: .fma
    }
  }

  /// Whether the file says that no order of its steps has a lower peak.
  package var claimsLeastPeak: Bool { claimed.peakStatus == "optimal" }

  /// Checks and prices the plan, and holds every claim of its file against
  /// what comes out.
  ///
  /// - Parameters:
  ///   - problem: that of `parse`.
  ///   - rate: what prices are counted in.
  ///   - file: the plan's name for errors.
  ///   - control: may stop what takes long.
  ///   - solved: what is known of a plan from elsewhere, and its schedule.
  /// - Throws: `ChainError` at `file: /json/path` for a plan that doesn't
  ///   compute what the problem wants (`invalidPlan`) and for a claim that is
  ///   wrong (`disagreement`); when `control` stops it.
  /// - Complexity: that of `Plan.priced(for:control:)` and of `solved`.
  package func checked(
    for problem: Problem, at rate: Rate = .fma, file: String,
    control: SearchControl = .unlimited,
    solved: (PricedPlan, CheckedSchedule?) throws(ChainError) -> Solved
  ) throws(ChainError) -> Solved {
    let priced: PricedPlan
    let scheduled: CheckedSchedule?
    do {
      priced = try plan.priced(for: problem, at: rate, control: control)
      scheduled = try schedule?.checked(
        for: priced, on: problem.limits.machines)
    } catch {
      if error.isStop { throw error }
      var error = error
      error.location = "\(file): \(error.location)"
      throw error
    }
    let result = try solved(priced, scheduled)
    try checkClaims(
      against: priced, of: problem, baselines: result.baselines,
      makespans: result.machines?.baselines ?? [:], scheduled: scheduled,
      hasLeastPeak: result.hasLeastPeak, file: file)
    return result
  }
}
