import JacobianChain

/// Bracketing and schedule together: the least makespan on p identical
/// machines.
///
/// Exact for one target with distinct factors: a layered search in reverse
/// time (`ReverseSearch`) for targets between a lower bound from the Pareto
/// fronts of (critical path, work) of every span (`SpanFronts`) and the best
/// schedule so far (`MakespanSearch`). A pass that drops no state and finds no
/// plan is the proof.
///
/// One machine and unlimited machines are polynomial: the least work and the
/// shortest critical path, without a search.
///
/// For several targets, repeated factors and long chains the plan of least work
/// and the baselines are scheduled (`PlanScheduling`), for chains also plans
/// that are made of pieces (`PieceSearch`), and the best of them is returned
/// with its bound, for dense chains those of `InterfaceBound` and `ApexBound`.
package struct BranchAndBound: ChainSolver {
  package init() {}

  package var name: String { "branch-and-bound" }

  package var summary: String {
    "makespan on p machines, exact for one target of distinct factors; "
      + "layered search in reverse time over bracketings and schedules"
  }

  /// Exact for makespan of one target with distinct factors, and for one
  /// machine; heuristic for what else has a plan of least work.
  package func support(for problem: Problem, objective: Objective) -> Support {
    guard objective.isScheduled else {
      return .unsupported("minimises makespan, not \(objective.name)")
    }
    guard
      let (_, isExact) = Self.serialSolver(for: problem, objective.ofWork)
    else {
      return .unsupported("no solver finds the least work of the problem")
    }
    return problem.limits.machines == 1 && isExact
      || isSearched(problem, objective.ofWork) ? .exact : .heuristic
  }

  /// Whether the search takes the problem: a chain whose graph of operations
  /// and sums are of moderate size.
  private func isSearched(_ problem: Problem, _ work: Objective) -> Bool {
    problem.chain != nil
      && SharedProducts().support(for: problem, objective: work) == .exact
  }

  /// Chooses a plan and its schedule.
  ///
  /// - Throws: `ChainError` (`infeasible`) when no plan keeps to the total
  ///   tape, (`tooLarge`) when a pattern can't be held, and a stop where large
  ///   patterns leave no time for any plan.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let (work, rate) = (objective.ofWork, objective.rate)
    if problem.limits.machines != 1, isSearched(problem, work),
      let graph = try ProductGraph(
        problem, at: rate, control, finishesSmall: true),
      !graph.isFree[graph.targets[0]]
    {
      // No plan keeps more machines busy than there are factors.
      let all = graph.words[0].count
      var search = try MakespanSearch(
        problem, at: rate, graph,
        machines: min(problem.limits.machines ?? all, all),
        control)
      return try search.run()
    }
    return try schedulingPlans(of: problem, work, control)
  }

  /// The best schedule of the plan of least work, of the baselines, and of
  /// plans made of pieces.
  private func schedulingPlans(
    of problem: Problem, _ work: Objective, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    let (machines, rate) = (problem.limits.machines, work.rate)
    let serial = try Self.serialSolver(for: problem, work)!.solver.solve(
      problem, objective: work, control: control)
    let baselines = try Baselines(of: problem, at: rate, control: control)
    let others = [
      baselines[.bestSplit], baselines[.forward], baselines[.reverse],
      baselines[.markowitz],
    ]
    var best = try Candidate(
      serial.plan.priced(for: problem, at: rate, control: control), machines)
    for plan in others {
      guard let plan else { continue }
      let candidate = try Candidate(plan, machines)
      if candidate.makespan < best.makespan { best = candidate }
    }
    for plan in try PieceSearch(problem, control)?.plans() ?? [] {
      let candidate = try Candidate(plan.at(rate, for: problem), machines)
      if candidate.makespan < best.makespan { best = candidate }
    }
    // Bounds by widths are bounds on fma.
    var lower = rate == .fma ? CostModel.makespanLowerBound(of: problem) : 0
    if rate == .fma, let interfaces = InterfaceBound(problem) {
      lower = max(lower, interfaces.bound(machines: machines))
    }
    if let machines {
      let p = UInt128(machines)
      let (quotient, rest) = serial.lowerBound.quotientAndRemainder(
        dividingBy: p)
      lower = max(lower, quotient + (rest > 0 ? 1 : 0))
      if rate == .fma, let apexes = ApexBound(problem, within: best.makespan) {
        lower = max(lower, apexes.bound(machines: machines))
      }
    }
    lower = min(lower, best.makespan)
    let gap = CostModel.gap(plan: best.makespan, bound: lower)
    if serial.status == .stopped(.gapLimit), gap > control.gapLimit ?? 0 {
      // The work is as close as was asked for, the makespan isn't.
      var thorough = control
      thorough.gapLimit = nil
      return try schedulingPlans(of: problem, work, thorough)
    }
    return Solution(
      plan: best.plan.plan, schedule: best.schedule, lowerBound: lower,
      status: best.makespan == lower
        ? .optimal : .stopped(serial.status.stopReason ?? .heuristic),
      // Of a graph's plans the serial bound knows some only.
      explored: serial.explored, scope: serial.scope)
  }

  private struct Candidate {
    let plan: PricedPlan
    let schedule: Schedule
    let makespan: UInt128

    init(_ plan: PricedPlan, _ machines: Int?) throws(ChainError) {
      self.plan = plan
      schedule = PlanScheduling().schedule(plan, machines: machines).schedule
      makespan = try schedule.checked(for: plan, on: machines).makespan
    }
  }

  /// What finds the least work of a problem, or comes near to it.
  private static func serialSolver(
    for problem: Problem, _ work: Objective
  ) -> (solver: any ChainSolver, isExact: Bool)? {
    var heuristic: (any ChainSolver)?
    for solver in SolverChoice.searches {
      switch solver.support(for: problem, objective: work) {
      case .exact: return (solver, true)
      case .heuristic: heuristic = heuristic ?? solver
      case .unsupported: continue
      }
    }
    return heuristic.map { ($0, false) }
  }
}
