import JacobianChain

extension Solved {
  /// Chooses an order, and checks and prices it again.
  ///
  /// A solver that is stopped before it has any plan, or that can't hold the
  /// patterns of all products, is stood in for by the best baseline.
  ///
  /// - Parameters:
  ///   - choice: a solver that takes the problem; nil for the first of
  ///     `SolverChoice.searches` that proves an order, else the first that
  ///     finds one.
  ///   - control: may stop the solver, and a second later all that follows.
  /// - Throws: `ChainError`; also (`invalidPlan`) when the solver's own claim
  ///   doesn't survive the re-pricing of its plan, and (`limitReached`,
  ///   `interrupted`) when it is stopped before there is a plan with a price;
  ///   `unsupported` when no search takes the problem.
  public init(
    _ problem: Problem, by choice: SolverChoice? = nil,
    objective: Objective = .fma, control: SearchControl = SearchControl()
  ) throws(ChainError) {
    let choice =
      if let choice { choice } else {
        try SolverChoice(for: problem, objective: objective)
      }
    let clock = ContinuousClock()
    let start = clock.now
    var reason = choice.reason
    let solution: Solution
    do {
      solution = try choice.solver.solve(
        problem, objective: objective, control: control)
    } catch  where error.isStop || error.kind == .tooLarge {
      solution = try Solution(
        baselineOf: problem, objective: objective, instead: error,
        control: control.granting(seconds: 1))
      if error.kind == .tooLarge {
        reason +=
          "; it can't hold all that it needs (\(error.expected), "
          + "found \(error.found)): the best order without planning"
      }
    }
    let seconds = (clock.now - start) / .seconds(1)
    control.progress(SearchProgress(share: 1))
    let allowance = control.granting(seconds: 1, afterSearchOf: seconds)
    var plan = try solution.plan.priced(
      for: problem, at: objective.rate, control: allowance)
    var hasLeastPeak: Bool?
    // A schedule says itself when its steps are, and a graph's plan stays in the
    // order of elimination by which reports name it.
    if solution.schedule == nil, problem.graph == nil {
      let ordered = try plan.withLeastPeak(for: problem, control: allowance)
      (plan, hasLeastPeak) = (ordered.plan, ordered.isProven)
    }
    var status = solution.status
    var lowerBound = solution.lowerBound
    var baselines: Baselines?
    if let limit = problem.limits.memory, plan.peakBytes > UInt128(limit) {
      guard solution.schedule == nil else { throw objective.cantKeepMemory }
      var fit = try MemoryFit(
        plan, of: problem, limit: UInt128(limit), allowance)
      let fitting = try fit.plan()
      baselines = fit.baselines
      if fitting != plan {
        (plan, hasLeastPeak) = (fitting, nil)
        // The bound is one of plans that are made at once: parts that are small
        // enough may take less time.
        lowerBound = min(lowerBound, plan.price)
        if plan.price != solution.lowerBound,
          [.optimal, .stopped(.heuristic)].contains(status)
        {
          status = .stopped(fit.stopReason ?? .heuristic)
        }
      }
    }
    self.init(
      problem, objective: objective,
      choice: Choice(solver: choice.solver.name, reason: reason),
      plan: plan, lowerBound: lowerBound, status: status,
      scope: solution.scope, baselines: baselines,
      machines: try solution.schedule.map { schedule throws(ChainError) in
        Machines(
          schedule: try schedule.checked(
            for: plan, on: problem.limits.machines))
      }, seconds: seconds)
    self.hasLeastPeak = hasLeastPeak
    try holdClaim()
  }

  /// The same, held against the orders that people use without planning, and
  /// put on the machines that the problem has.
  ///
  /// A search that was stopped early may not have come as far as a baseline:
  /// that is the plan then. A plan from elsewhere stays what it is.
  ///
  /// - Parameter control: may stop what is done here a second later.
  /// - Throws: `ChainError` when a stop comes before the plan has its schedule.
  /// - Complexity: that of `Baselines`.
  public func compared(
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> Solved {
    var solved = self
    let allowance = control.granting(seconds: 1)
    if solved.baselines == nil {
      solved.baselines = try Baselines(
        of: problem, at: objective.rate, control: allowance)
    }
    let baselines = solved.baselines!
    if choice != nil, !objective.isScheduled, status != .optimal,
      problem.limits.memory == nil, let better = baselines.cheapest,
      better.price < plan.price
    {
      (solved.plan, solved.hasLeastPeak) = (better, nil)
      if problem.graph == nil {
        let ordered = try better.withLeastPeak(for: problem, control: allowance)
        (solved.plan, solved.hasLeastPeak) = (ordered.plan, ordered.isProven)
      }
      try solved.holdClaim()
    }
    solved.machines = try solved.machines(beside: baselines, control)
    return solved
  }

  /// What machines make of the plan: its own schedule when it was chosen for
  /// that; the best one found for an fma plan when there are several.
  private func machines(
    beside baselines: Baselines, _ control: SearchControl
  ) throws(ChainError) -> Machines? {
    if var machines = scheduled {
      let known = [plan] + Baseline.allCases.compactMap { baselines[$0] }
      machines.serial = try Serial(
        problem, objective.ofWork, others: known, control: control)
      machines.baselines = try baselines.makespans(of: problem)
      return machines
    }
    guard objective == .fma, let limit = problem.limits.machines, limit > 1,
      plan.plan.chunks == nil
    else { return nil }
    return Machines(
      schedule: try plan.scheduled(for: problem),
      baselines: try baselines.makespans(of: problem))
  }

  /// Holds what the solver claims against what its plan costs.
  private func holdClaim() throws(ChainError) {
    guard let value = objectiveValue else {
      throw ChainError(
        .invalidPlan, at: "solver \(choice!.solver)", expected: "a schedule",
        found: "none",
        advice: "this is a fault of the solver: please report the problem file")
    }
    let unit = objective.rate.unit.rawValue
    guard value >= lowerBound, status != .optimal || value == lowerBound
    else {
      throw ChainError(
        .invalidPlan, at: "solver \(choice!.solver)",
        expected: "the \(objective.isScheduled ? "makespan" : "price") that "
          + "it claims, \(lowerBound) \(unit)",
        found: "a plan of \(value) \(unit)",
        advice: "this is a fault of the solver: please report the problem file")
    }
  }
}

extension Solved {
  /// What is known of a plan from elsewhere: no solver is asked.
  ///
  /// - Parameters:
  ///   - schedule: when and where its steps run, checked; the plan is then held
  ///     against others by its makespan, otherwise by its price at the rate
  ///     that it was priced at.
  ///   - provesPeak: whether an order of the same steps with a lower peak is
  ///     looked for.
  ///   - control: may stop the pricing of the baselines.
  /// - Throws: `ChainError` (`invalidPlan`) when the plan is above the limit on
  ///   memory.
  public init(
    _ problem: Problem, plan: PricedPlan, schedule: CheckedSchedule? = nil,
    provesPeak: Bool = false, control: SearchControl = SearchControl()
  ) throws(ChainError) {
    if let limit = problem.limits.memory,
      min(plan.peakBytes, plan.workingBytes ?? .max) > UInt128(limit)
    {
      throw ChainError(
        .invalidPlan, at: "/steps",
        expected: "at most \(limit) bytes alive at one time",
        found: "\(plan.peakBytes)",
        advice: "raise limits.memory, or let a plan be chosen under it")
    }
    let baselines = try Baselines(
      of: problem, at: plan.rate, control: control)
    let objective = Objective(
      schedule == nil ? .work : .makespan, of: plan.rate)
    self.init(
      problem, objective: objective, plan: plan,
      lowerBound: objective.lowerBound(of: problem),
      status: .stopped(.heuristic), baselines: baselines,
      machines: try schedule.map { schedule throws(ChainError) in
        Machines(
          schedule: schedule, baselines: try baselines.makespans(of: problem))
      })
    guard provesPeak else { return }
    let ordered = try plan.withLeastPeak(for: problem, control: control)
    if ordered.plan.peakBytes < plan.peakBytes {
      hasLeastPeak = false
    } else if ordered.isProven {
      hasLeastPeak = true
    }
  }
}

extension Objective {
  /// A schedule is sought without a limit on memory.
  fileprivate var cantKeepMemory: ChainError {
    ChainError(
      .unsupported, at: "/limits/memory",
      expected: "a limit that the plan of the objective \(name) keeps",
      found: "a plan that needs more",
      advice: "ask for the least fma or time, which are sought under the "
        + "limit, or leave the limit out")
  }
}
