import ChainReports
import ChainSolvers
import JacobianChain

extension PricedPlan {
  /// The plan on the machines of its problem: somebody else's order, put on
  /// machines as well as a short search can.
  ///
  /// - Throws: `ChainError` when the plan has no tasks to schedule.
  public func scheduled(for problem: Problem) throws(ChainError)
    -> CheckedSchedule
  {
    let machines = problem.limits.machines
    return try PlanScheduling().schedule(self, machines: machines).schedule
      .checked(for: self, on: machines)
  }
}

extension Report.Machines {
  /// Puts the baselines on the machines of the problem, beside a plan that has
  /// its schedule.
  package init(
    _ schedule: CheckedSchedule, serial: Report.Serial? = nil,
    beside baselines: Baselines, of problem: Problem
  ) throws(ChainError) {
    self.init(
      schedule: schedule, serial: serial,
      forward: try baselines.forward?.scheduled(for: problem).makespan,
      reverse: try baselines.reverse?.scheduled(for: problem).makespan,
      bestSplit: try baselines.bestSplit?.scheduled(for: problem).makespan)
  }
}

extension Report.Serial {
  /// Finds the plan with the least work, or the least of those at hand where no
  /// solver proves it, and puts it on the machines of the problem.
  ///
  /// The search may take a second although `control` says that the time is up:
  /// whoever asked for a makespan has spent it on that.
  ///
  /// - Parameter others: plans that are there already.
  package init(
    _ problem: Problem, others: [PricedPlan], control: SearchControl
  ) throws(ChainError) {
    let choice = try? SolverChoice(for: problem, objective: .fma)
    let allowance = control.granting(seconds: 1)
    var solution: Solution?
    var plans = others
    do {
      solution = try choice?.solver.solve(
        problem, objective: .fma,
        control: SearchControl(
          nodeLimit: control.nodeLimit,
          shouldStop: {
            control.shouldStop() == .interrupted
              ? .interrupted : allowance.shouldStop()
          }))
      if let solution {
        plans.insert(
          try solution.plan.priced(for: problem, control: allowance), at: 0)
      }
    } catch  where error.isStop {
      solution = nil
    }
    let best = plans.min { $0.fma < $1.fma }!
    self.init(
      fma: best.fma, makespan: try best.scheduled(for: problem).makespan,
      isProven: solution.map { $0.stopReason == nil } ?? false)
  }
}
