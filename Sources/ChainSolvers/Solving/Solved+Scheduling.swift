import JacobianChain

extension PricedPlan {
  /// The plan on the machines of its problem: somebody else's order, put on
  /// machines as well as a short search can.
  ///
  /// - Throws: `ChainError` when the plan has no tasks to schedule.
  package func scheduled(for problem: Problem) throws(ChainError)
    -> CheckedSchedule
  {
    let machines = problem.limits.machines
    return try PlanScheduling().schedule(self, machines: machines).schedule
      .checked(for: self, on: machines)
  }
}

extension Baselines {
  /// The makespans on the machines of the problem.
  func makespans(of problem: Problem) throws(ChainError) -> [Baseline: UInt128]
  {
    var makespans: [Baseline: UInt128] = [:]
    for baseline in Baseline.allCases {
      makespans[baseline] =
        try self[baseline]?.scheduled(for: problem).makespan
    }
    return makespans
  }
}

extension Solved.Serial {
  /// Finds the plan with the least work, or the least of those at hand where no
  /// solver proves it or can hold all that it needs, and puts it on the machines
  /// of the problem.
  ///
  /// The search may take a second although `control` says that the time is up:
  /// whoever asked for a makespan has spent it on that.
  ///
  /// - Parameter others: plans that are there already, at the same rate.
  init(
    _ problem: Problem, _ objective: Objective, others: [PricedPlan],
    control: SearchControl
  ) throws(ChainError) {
    let choice = try? SolverChoice(for: problem, objective: objective)
    let allowance = control.granting(seconds: 1)
    var solution: Solution?
    var plans = others
    do {
      solution = try choice?.solver.solve(
        problem, objective: objective,
        control: SearchControl(
          nodeLimit: control.nodeLimit,
          shouldStop: {
            control.shouldStop() == .interrupted
              ? .interrupted : allowance.shouldStop()
          }))
      if let solution {
        plans.insert(
          try solution.plan.priced(
            for: problem, at: objective.rate, control: allowance), at: 0)
      }
    } catch  where error.isStop || error.kind == .tooLarge {
      solution = nil
    }
    let best = plans.min { $0.price < $1.price }!
    self.init(
      work: best.price, fma: best.fma,
      makespan: try best.scheduled(for: problem).makespan,
      isProven: solution?.status == .optimal
        && solution?.scope == .everyPlan)
  }
}
