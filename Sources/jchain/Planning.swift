import ChainCatalog
import ChainILP
import ChainReports
import JacobianChain

/// A chosen and re-priced order.
struct Planned {
  let problem: Problem
  let solver: String
  let reason: String
  let objective: Objective
  let solution: Solution
  let priced: PricedPlan
  let baselines: Baselines
  /// nil when there is nothing to say about machines.
  let machines: Report.Machines?
  let seconds: Double
  private(set) var certificate: Report.Certificate?

  /// Chooses an order, checks and prices it, and prices the baselines.
  ///
  /// - Throws: `ChainError`; also when a solver's own claim doesn't survive
  ///   the re-pricing of its plan.
  init(
    _ problem: Problem, _ options: SolverOptions, control: SearchControl
  ) throws(ChainError) {
    let choice = try Catalog.choose(
      options.solver, for: problem, objective: options.objective)
    let clock = ContinuousClock()
    let start = clock.now
    solution = try choice.solver.solve(
      problem, objective: options.objective, control: control)
    seconds = (clock.now - start) / .seconds(1)
    control.progress(SearchProgress(share: 1))
    priced = try solution.plan.priced(for: problem)
    baselines = try Baselines(of: problem, control: control)
    self.problem = problem
    solver = choice.solver.name
    reason = choice.reason
    objective = options.objective
    machines = try Self.machines(
      for: problem, solution, priced, baselines, objective, control: control)
    let value =
      machines.flatMap {
        objective == .makespan ? $0.schedule.makespan : nil
      } ?? priced.fma
    let proven = solution.stopReason == nil
    guard value >= solution.lowerBound,
      !proven || value == solution.lowerBound
    else {
      throw ChainError(
        .invalidPlan, at: "solver \(solver)",
        expected: "the \(objective == .makespan ? "makespan" : "price") that "
          + "it claims, \(solution.lowerBound) fma",
        found: "a plan of \(value) fma",
        advice: "this is a fault of the solver: please report the problem file")
    }
  }

  /// What machines make of the plan: its own schedule, checked, when it was
  /// chosen for that; the best one found for an fma plan when there are several.
  private static func machines(
    for problem: Problem, _ solution: Solution, _ priced: PricedPlan,
    _ baselines: Baselines, _ objective: Objective, control: SearchControl
  ) throws(ChainError) -> Report.Machines? {
    guard objective == .makespan else {
      guard let limit = problem.limits.machines, limit > 1 else { return nil }
      return try Report.Machines(
        priced.scheduled(for: problem), beside: baselines, of: problem)
    }
    guard let schedule = solution.schedule else {
      throw ChainError(
        .invalidPlan, at: "solver", expected: "a schedule", found: "none",
        advice: "this is a fault of the solver: please report the problem file")
    }
    let known = [
      priced, baselines.forward, baselines.reverse, baselines.bestSplit,
    ]
    return try Report.Machines(
      schedule.checked(for: priced, on: problem.limits.machines),
      serial: Report.Serial(
        problem, others: known.compactMap { $0 }, control: control),
      beside: baselines, of: problem)
  }

  /// The report of the plan, with what a run measured.
  func report(run: RunRecord? = nil) -> Report {
    Report(
      problem: problem, solver: solver, reason: reason, objective: objective,
      optimum: priced, lowerBound: solution.lowerBound,
      stopReason: solution.stopReason, baselines: baselines,
      planningSeconds: seconds, certificate: certificate, machines: machines,
      run: run)
  }

  /// Certifies the plan's price by a second method, which shares nothing with
  /// its solver: the dual of the linear program.
  ///
  /// - Throws: `ChainError` when there is no such certificate for the problem,
  ///   and when plan and certificate disagree.
  mutating func certify(control: SearchControl) throws(ChainError) {
    let proof = try IntegerProgram.certificate(for: problem, control: control)
    let isExact = solution.stopReason == nil && proof.stopReason == nil
    guard
      isExact ? proof.dualBound == priced.fma : proof.dualBound <= priced.fma
    else {
      throw ChainError(
        .invalidPlan, at: "--prove",
        expected: "\(priced.fma) fma, the price of \(solver)'s plan",
        found: "a dual bound of \(proof.dualBound) fma",
        advice: "one of the two is wrong: please report the problem file")
    }
    certificate = Report.Certificate(
      dualBound: proof.dualBound, inequalities: proof.constraints)
  }
}
