import ChainReports
import ChainSolvers
import JacobianChain

/// A problem with the order that was chosen for it, and all that a report says
/// of the two: checked, re-priced and held against the baselines.
public struct SolvedProblem: Sendable {
  /// What was solved.
  public let problem: Problem
  /// The name of the solver.
  public let solver: String
  /// Why it was taken, one sentence.
  public let reason: String
  /// What the plan was chosen for.
  public let objective: Objective
  /// What the solver said.
  public let solution: Solution
  /// Its plan, re-priced.
  public let plan: PricedPlan
  /// The orders that people use without planning.
  public let baselines: Baselines
  /// What machines make of the plan; nil when there is nothing to say.
  public let machines: Report.Machines?
  /// Seconds that choosing the order took.
  public let seconds: Double
  /// A second proof of the price; nil when nobody asked for one.
  public var certificate: Report.Certificate?

  /// Chooses an order, checks and prices it, and prices the baselines.
  ///
  /// - Parameters:
  ///   - solver: takes the problem.
  ///   - reason: why it was taken, one sentence.
  ///   - control: may stop the solver, and a second later all that follows.
  /// - Throws: `ChainError`; also when the solver's own claim doesn't survive
  ///   the re-pricing of its plan, and (`limitReached`, `interrupted`) when it
  ///   is stopped before there is a plan with a price.
  public init(
    _ problem: Problem, by solver: any ChainSolver, reason: String = "",
    objective: Objective = .fma, control: SearchControl = .unlimited
  ) throws(ChainError) {
    let clock = ContinuousClock()
    let start = clock.now
    let solution: Solution
    do {
      solution = try solver.solve(
        problem, objective: objective, control: control)
    } catch  where error.isStop {
      solution = try Solution(
        baselineOf: problem, objective: objective, instead: error,
        control: control.granting(seconds: 1))
    }
    let seconds = (clock.now - start) / .seconds(1)
    control.progress(SearchProgress(share: 1))
    try self.init(
      problem, solver: solver.name, reason: reason, objective: objective,
      solution: solution, seconds: seconds, control: control)
  }

  /// A problem that has been solved already.
  package init(
    _ problem: Problem, solver: String, reason: String, objective: Objective,
    solution: Solution, seconds: Double, control: SearchControl
  ) throws(ChainError) {
    let allowance = control.granting(seconds: 1)
    let found = try solution.plan.priced(for: problem, control: allowance)
    let baselines = try Baselines(of: problem, control: allowance)
    var solution = solution
    // A search that was stopped early may not have come as far as a baseline.
    if objective == .fma, solution.stopReason != nil,
      let better = baselines.bestSplit, better.fma < found.fma
    {
      solution.plan = better.plan
      plan = better
    } else {
      plan = found
    }
    self.baselines = baselines
    self.problem = problem
    self.solver = solver
    self.reason = reason
    self.objective = objective
    self.solution = solution
    self.seconds = seconds
    machines = try Self.machines(
      for: problem, solution, plan, baselines, objective, control: control)
    let value =
      machines.flatMap {
        objective == .makespan ? $0.schedule.makespan : nil
      } ?? plan.fma
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
    let known = [priced] + Baseline.allCases.compactMap { baselines[$0] }
    return try Report.Machines(
      schedule.checked(for: priced, on: problem.limits.machines),
      serial: Report.Serial(
        problem, others: known, control: control),
      beside: baselines, of: problem)
  }

  /// The report of the plan, with what a run measured.
  public func report(run: RunRecord? = nil) -> Report {
    Report(
      problem: problem, solver: solver, reason: reason, objective: objective,
      optimum: plan, lowerBound: solution.lowerBound,
      stopReason: solution.stopReason, baselines: baselines,
      planningSeconds: seconds, certificate: certificate, machines: machines,
      run: run)
  }
}
