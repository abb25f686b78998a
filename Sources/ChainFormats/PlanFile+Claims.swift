import JacobianChain

extension PlanFile {
  /// Holds what the file claims against what can be computed again: prices of
  /// the plan and its steps, sizes, status, baselines and savings.
  ///
  /// Baselines of a search that was stopped may be worse than the best ones;
  /// they are not compared. Savings agree to 1e-9 of their size.
  ///
  /// - Parameters:
  ///   - baselines: those of the problem; nil to leave them alone.
  ///   - makespans: of the baselines on the machines of the problem; they are
  ///     left alone in a file that is about another number of machines.
  ///   - scheduled: the file's schedule, checked; nil without one. A makespan
  ///     that no schedule shows is refused.
  ///   - hasLeastPeak: whether no order of the steps has a lower peak; nil
  ///     when nobody knows.
  ///   - file: the plan's name for errors.
  /// - Throws: `ChainError` (`disagreement`) at the first claim that is wrong.
  /// - Complexity: O(steps).
  package func checkClaims(
    against priced: PricedPlan, of problem: Problem,
    baselines: Baselines? = nil, makespans: [Baseline: UInt128] = [:],
    scheduled: CheckedSchedule? = nil, hasLeastPeak: Bool? = nil,
    file: String
  ) throws(ChainError) {
    let check = ClaimCheck(file: file)
    try check.sizes(claimed, problem)
    try check.unit(claimed, priced.rate)
    try check.costs(claimed, priced, scheduled)
    try check.bounds(claimed, priced, scheduled)
    try check.orders(claimed, priced, problem)
    try check.eliminations(claimed, priced, problem, baselines)
    if let scheduled {
      try check.serialPlan(claimed, priced, problem, baselines, scheduled)
      try check.machines(claimed, priced, scheduled)
    }
    try check.counts(claimed, priced, baselines)
    if hasLeastPeak == false, claimed.peakStatus == "optimal" {
      throw check.refuse(
        "/cost/peakStatus",
        "feasible, as the same steps have an order with a lower peak",
        "optimal")
    }
    if let baselines, !claimed.mayBeCutShort {
      try check.baselines(claimed, baselines)
      let isComparable = claimed.machines == problem.limits.machines
      if isComparable { try check.makespans(claimed, makespans) }
      if claimed.objective == Objective.makespan.name {
        if isComparable, let makespan = scheduled?.makespan {
          try check.savings(claimed, makespan, "makespan") { makespans[$0] }
        }
      } else {
        try check.savings(claimed, priced.price, priced.rate.unit.rawValue) {
          baselines[$0]?.price
        }
      }
    }
    for (id, step) in priced.steps.enumerated() {
      if let claim = claimedFMA[id], claim != step.fma {
        throw check.refuseStep(id, "fma", "\(step.fma) fma, its price", claim)
      }
      if let claim = claimedEvaluations[id], claim != step.evaluations {
        throw check.refuseStep(
          id, "evaluations", "\(step.evaluations) evaluations", claim)
      }
      if let claim = claimedPasses[id], claim != step.passes {
        throw check.refuseStep(
          id, "chunks", "\(step.passes), as often as it is done", claim)
      }
    }
  }
}

/// Claims of one file, part by part.
struct ClaimCheck {
  typealias Claims = PlanFile.Claims

  let file: String

  func refuse(
    _ key: String, _ expected: String, _ found: some Any,
    _ advice: String = "correct the claim, or check the plan alone"
  ) -> ChainError {
    let text = "\(found)"
    return ChainError(
      .disagreement, at: "\(file): \(key)", expected: expected,
      found: text.isEmpty ? "an empty text" : text, advice: advice)
  }

  func refuseStep(
    _ id: Int, _ key: String, _ expected: String, _ found: some BinaryInteger
  ) -> ChainError {
    refuse(
      "/steps/\(id)/\(key)", expected, found,
      "correct the claim, or leave \"\(key)\" out")
  }

  func sizes(_ claimed: Claims, _ problem: Problem) throws(ChainError) {
    let isOne = problem.targetCount == 1
    let shape = problem.shape(ofTarget: 0)
    let sizes: [String: Int?] = [
      "factors": problem.factors.count,
      "vertices": problem.graph?.vertices.count,
      "edges": problem.graph?.arcs.count,
      "rows": isOne ? shape.rows : nil, "columns": isOne ? shape.columns : nil,
      "targets": problem.targetCount,
    ]
    for key in Claims.sizeKeys {
      guard let claim = claimed.sizes[key], let size = sizes[key],
        claim != size
      else { continue }
      throw refuse(
        "/problem/\(key)",
        size.map { "\($0), as in the problem" } ?? "none in such a problem",
        claim, "check the report with the problem that it is about")
    }
  }

  /// Prices are counted in fma, or in the nanoseconds of one profile.
  func unit(_ claimed: Claims, _ rate: Rate) throws(ChainError) {
    let unit = rate.unit.rawValue
    if let claim = claimed.unit, claim != unit {
      throw refuse("/unit", "\(unit), in which all prices are", claim)
    }
    guard let origin = rate.profile?.origin else { return }
    let values = [origin.processor, origin.kernels, origin.blas, origin.build]
    for (key, value) in zip(Claims.profileKeys, values) {
      guard let claim = claimed.profile[key], claim != value else { continue }
      throw refuse(
        "/profile/\(key)", "\(value), of the profile at hand", claim,
        "check the report with the profile that it was made with: --profile")
    }
  }

  /// What a plan is predicted to take, as a report rounds it.
  private func seconds(
    _ claim: Double?, _ plan: PricedPlan, at key: String
  ) throws(ChainError) {
    guard let claim else { return }
    guard plan.rate.unit == .nanoseconds else {
      throw refuse(
        key, "null, as no profile says", claim,
        "leave it out, or say that the objective is time")
    }
    let seconds = Double(plan.price) * 1e-9
    if abs(claim - seconds) <= 1e-12 * seconds { return }
    throw refuse(
      key, "\(seconds), as the profile at hand predicts", claim,
      "check the report with the profile that it was made with: --profile")
  }

  func costs(
    _ claimed: Claims, _ priced: PricedPlan, _ scheduled: CheckedSchedule?
  ) throws(ChainError) {
    if let claim = claimed.makespan, claim != scheduled?.makespan {
      throw refuse(
        "/cost/makespan",
        scheduled.map {
          "\($0.makespan) \($0.unit.rawValue), the makespan of the schedule"
        }
          ?? "a schedule that shows it", claim,
        scheduled == nil
          ? "add the schedule, or write null" : "correct the claim")
    }
    if let claim = claimed.fma, claim != priced.fma {
      throw refuse(
        "/cost/fma", "\(priced.fma) fma, the price of the plan", claim)
    }
    try seconds(claimed.seconds, priced, at: "/cost/seconds")
    if let claim = claimed.peakEntries, claim != priced.peakEntries {
      throw refuse(
        "/cost/peakEntries", "\(priced.peakEntries) entries at a time", claim)
    }
    if let claim = claimed.peakBytes, claim != priced.peakBytes {
      throw refuse(
        "/cost/peakBytes", "\(priced.peakBytes) bytes at a time", claim)
    }
    if let claim = claimed.workingBytes, claim != priced.workingBytes {
      throw refuse(
        "/cost/workingBytes",
        priced.workingBytes.map { "\($0) bytes beside mapped results" }
          ?? "none, as no result can be mapped", claim)
    }
    if let claim = claimed.tape, claim != priced.tape {
      throw refuse(
        "/cost/tape", "\(priced.tape) memory units of all adjoints", claim)
    }
  }

  func bounds(
    _ claimed: Claims, _ priced: PricedPlan, _ scheduled: CheckedSchedule?
  ) throws(ChainError) {
    // A plan that was chosen for its fma may have a schedule beside it.
    let isMakespan = claimed.objective == Objective.makespan.name
    let reached =
      claimed.objective == nil || isMakespan
      ? scheduled?.makespan ?? priced.price : priced.price
    let unit = priced.rate.unit.rawValue
    if let claim = claimed.dualBound, claim > priced.fma {
      throw refuse(
        "/certificate/dualBound",
        "at most \(priced.fma) fma, as the plan takes", claim)
    }
    guard let bound = claimed.lowerBound else { return }
    if bound > reached {
      throw refuse(
        "/lowerBound", "at most \(reached) \(unit), which the plan takes", bound
      )
    }
    if let claim = claimed.gap {
      let gap = CostModel.gap(plan: reached, bound: bound)
      if claim != gap {
        throw refuse("/gap", "\(gap), (plan - lowerBound) / plan", claim)
      }
    }
    if claimed.status == "optimal", bound < reached {
      throw refuse(
        "/status",
        "feasible, as the bound of \(bound) \(unit) is below the "
          + "plan's \(reached)", "optimal")
    }
  }

  func baselines(
    _ claimed: Claims, _ baselines: Baselines
  ) throws(ChainError) {
    for baseline in Baseline.allCases {
      let (key, plan) = (baseline.rawValue, baselines[baseline])
      guard let claim = claimed.baselines[key], claim != plan?.fma else {
        continue
      }
      throw refuse(
        "/baselines/\(key)", plan.map { "\($0.fma) fma, its price" } ?? "null",
        claim.map { "\($0)" } ?? "null")
    }
    for baseline in Baseline.allCases {
      guard let plan = baselines[baseline] else { continue }
      let key = baseline.rawValue
      try seconds(
        claimed.baselineSeconds[key], plan, at: "/baselines/\(key)/seconds")
    }
    if let claim = claimed.split, claim != baselines.split {
      throw refuse(
        "/baselines/bestSplit/split",
        baselines.split.map { "the interface \($0)" } ?? "none", claim)
    }
  }

  func makespans(
    _ claimed: Claims, _ makespans: [Baseline: UInt128]
  ) throws(ChainError) {
    for baseline in Baseline.allCases {
      let (key, makespan) = (baseline.rawValue, makespans[baseline])
      guard let claim = claimed.baselineMakespans[key], claim != makespan
      else { continue }
      throw refuse(
        "/baselines/\(key)/makespan",
        makespan.map { "\($0), on the machines of the problem" }
          ?? "none, without a schedule of the plan", claim)
    }
  }

  /// - Parameters:
  ///   - own: what the plan takes, in `unit`.
  ///   - price: what a baseline takes.
  func savings(
    _ claimed: Claims, _ own: UInt128, _ unit: String,
    _ price: (Baseline) -> UInt128?
  ) throws(ChainError) {
    for baseline in Baseline.allCases {
      let key = baseline.rawValue
      guard let claim = claimed.savings[key] else { continue }
      let saving: Double? = price(baseline).map {
        $0 == own ? 1 : Double($0) / Double(own)
      }
      if let saving, abs(claim - saving) <= 1e-9 * saving { continue }
      throw refuse(
        "/savings/\(key)",
        saving.map { "\($0), the baseline's \(unit) ÷ the plan's" } ?? "null",
        claim)
    }
  }
}
