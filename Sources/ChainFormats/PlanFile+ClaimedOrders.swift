import JacobianChain

/// What a report says in other words than steps and prices.
extension ClaimCheck {
  func orders(
    _ claimed: Claims, _ priced: PricedPlan, _ problem: Problem
  ) throws(ChainError) {
    let claims = claimed.bracketings ?? claimed.bracketing.map { [$0] } ?? []
    guard !claims.isEmpty else { return }
    let isOne = claimed.bracketings == nil
    let key = isOne ? "/bracketing" : "/bracketings"
    let targets = problem.targets.indices
    guard claims.count == targets.count else {
      throw refuse(
        key, "the orders of \(counted(targets.count, "target"))",
        claims.count)
    }
    for (target, claim) in zip(targets, claims) {
      let order = priced.bracketing(ofTarget: target, in: problem)
      guard claim != order else { continue }
      throw refuse(
        isOne ? key : "\(key)/\(target)", "\(order), as the steps say", claim)
    }
  }

  /// Several orders of elimination may make the same products: each of them is
  /// right.
  func eliminations(
    _ claimed: Claims, _ priced: PricedPlan, _ problem: Problem,
    _ baselines: Baselines?
  ) throws(ChainError) {
    guard let claim = claimed.order else { return }
    guard let graph = problem.graph else {
      throw refuse("/order", "none, without a graph", claim)
    }
    let names = graph.vertices.map(\.name)
    let vertices = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let order = claim.compactMap { vertices[$0] }
    if order.count == claim.count {
      let isBaseline = Baseline.allCases.contains {
        baselines?.orders[$0] == order
          && baselines?[$0]?.plan.doesTheSame(as: priced.plan) == true
      }
      if isBaseline { return }
      // Of tied factors only the orders of baselines are known.
      let isRight = try priced.isMade(byEliminating: order, in: problem)
      if isRight ?? (baselines?.areAll != true || claimed.mayBeCutShort) {
        return
      }
    }
    let own = try priced.eliminationOrder(in: problem)
    throw refuse(
      "/order",
      own.map { "\($0.map { names[$0] }), as the steps say" }
        ?? "none, as the steps follow no order of vertices", claim)
  }

  /// Nobody looks for the best plan on one machine again: it takes no more than
  /// the plans that are at hand, and on several machines what one of them takes
  /// is a bound either way.
  func serialPlan(
    _ claimed: Claims, _ priced: PricedPlan, _ problem: Problem,
    _ baselines: Baselines?, _ schedule: CheckedSchedule
  ) throws(ChainError) {
    guard let work = claimed.serialWork else { return }
    let unit = schedule.unit.rawValue
    let key = "/machines/serialPlan"
    var known = [priced.price]
    if let baselines, !claimed.mayBeCutShort {
      known += Baseline.allCases.compactMap { baselines[$0]?.price }
    }
    let most = known.min()!
    guard work <= most else {
      throw refuse("\(key)/\(unit)", "at most \(most), as a plan takes", work)
    }
    let least = priced.rate.lowerBound(of: problem)
    guard work >= least else {
      throw refuse("\(key)/\(unit)", "at least \(least), a bound", work)
    }
    guard let makespan = claimed.serialMakespan else { return }
    let count = UInt128(claimed.machines ?? .max)
    let share = work / count + (work % count == 0 ? 0 : 1)
    guard (share...work).contains(makespan) else {
      throw refuse(
        "\(key)/makespan",
        "from \(share) to \(work), as work of \(work) \(unit) takes", makespan)
    }
    if claimed.status == "optimal", makespan < schedule.makespan,
      claimed.objective == Objective.makespan.name
    {
      throw refuse(
        "/status",
        "feasible, as the plan for one machine has a makespan of \(makespan)",
        "optimal")
    }
  }

  func machines(
    _ claimed: Claims, _ priced: PricedPlan, _ schedule: CheckedSchedule
  ) throws(ChainError) {
    func hold<Number: BinaryInteger>(
      _ claim: Number?, _ own: Number, _ key: String, _ what: String
    ) throws(ChainError) {
      guard let claim, claim != own else { return }
      throw refuse("/machines/\(key)", "\(own), \(what)", claim)
    }
    let unit = schedule.unit.rawValue
    try hold(
      claimed.usedMachines, schedule.busyMachines, "used",
      "as the schedule says")
    try hold(
      claimed.idle, schedule.idleWhereBusy, "idle", "in which those wait")
    try hold(
      claimed.criticalLength, schedule.criticalLength, "criticalPath/\(unit)",
      "the longest path through the plan")
    if let path = claimed.criticalPath {
      guard length(of: path, in: priced) == schedule.criticalLength else {
        throw refuse(
          "/machines/criticalPath/steps",
          "a path that takes \(schedule.criticalLength) \(unit), such as "
            + "\(schedule.criticalPath)", path)
      }
    }
    guard let claim = claimed.speedUp else { return }
    let makespan = schedule.makespan
    let work = claimed.serialWork ?? schedule.work
    let speedUp =
      work == makespan ? 1 : Double(work) / Double(makespan)
    guard abs(claim - speedUp) > 1e-9 * speedUp else { return }
    throw refuse(
      "/machines/speedUp", "\(speedUp), what one machine takes ÷ the makespan",
      claim)
  }

  /// Σ prices along a path through the plan; nil where it is none.
  private func length(of path: [Int], in priced: PricedPlan) -> UInt128? {
    guard path.allSatisfy(priced.steps.indices.contains) else { return nil }
    for (step, next) in zip(path, path.dropFirst()) {
      let (first, second) = priced.steps[next].step.operands
      guard step == first || step == second else { return nil }
    }
    return path.reduce(0) { $0 + priced.price(ofStep: $1) }
  }

  /// A run counts what its plan is priced.
  func counts(
    _ claimed: Claims, _ priced: PricedPlan, _ baselines: Baselines?
  ) throws(ChainError) {
    if let claim = claimed.countedFMA, claim != priced.fma {
      throw refuse("/run/countedFMA", "\(priced.fma), the plan's fma", claim)
    }
    guard let baselines, !claimed.mayBeCutShort else { return }
    for baseline in Baseline.allCases {
      guard let claim = claimed.countedBaselines[baseline.rawValue],
        let plan = baselines[baseline], claim != plan.fma
      else { continue }
      throw refuse(
        "/run/baselines/\(baseline.rawValue)/countedFMA",
        "\(plan.fma), its price", claim)
    }
  }
}
