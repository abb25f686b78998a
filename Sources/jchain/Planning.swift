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
    let proven = solution.stopReason == nil
    guard priced.fma >= solution.lowerBound,
      !proven || priced.fma == solution.lowerBound
    else {
      throw ChainError(
        .invalidPlan, at: "solver \(solver)",
        expected: "the price that it claims, \(solution.lowerBound) fma",
        found: "a plan of \(priced.fma) fma",
        advice: "this is a fault of the solver: please report the problem file")
    }
  }

  /// The report of the plan, with what a run measured.
  func report(run: RunRecord? = nil) -> Report {
    Report(
      problem: problem, solver: solver, reason: reason, objective: objective,
      optimum: priced, lowerBound: solution.lowerBound,
      stopReason: solution.stopReason, baselines: baselines,
      planningSeconds: seconds, certificate: certificate, run: run)
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
