/// A problem with the order that was found for it, and all that is known of
/// the two: the thread from the solvers to the reports.
///
/// Every number in it was computed again from the plan itself. Solvers make it
/// (`init(_:by:objective:control:)` in ChainSolvers); a plan from elsewhere
/// gets one without a solver.
public struct Solved: Hashable, Sendable {
  /// Who chose the order.
  package struct Choice: Hashable, Sendable {
    /// The name of the solver.
    package var solver: String
    /// Why it was taken, one sentence; may be empty.
    package var reason: String

    /// Creates a choice.
    package init(solver: String, reason: String = "") {
      self.solver = solver
      self.reason = reason
    }
  }

  /// What was solved.
  public package(set) var problem: Problem
  /// What the plan was chosen for.
  public package(set) var objective: Objective
  /// Who chose the order; nil when no solver was asked.
  package var choice: Choice?
  /// The name of the solver that chose the order; nil when none was asked.
  public var solver: String? { choice?.solver }
  /// The best plan that was found, re-priced at the rate of the objective.
  public package(set) var plan: PricedPlan
  /// No plan of the scope costs less than this, in units of the objective.
  public package(set) var lowerBound: UInt128
  /// Whether the plan is proven optimal in its scope, and if not, why.
  public package(set) var status: Status
  /// Of which plans the bound and the status speak.
  package var scope: Scope
  /// The orders that people use without planning; nil when nobody asked.
  public package(set) var baselines: Baselines?
  /// What machines make of the plan; nil when nobody asked.
  package var machines: Machines?
  /// Seconds that choosing the order took; nil when nobody measured.
  public package(set) var seconds: Double?
  /// Whether no order of the plan's steps has a lower peak: proven. nil when
  /// nobody looked for one.
  package var hasLeastPeak: Bool?
  /// A second proof of the price; nil when nobody asked for one.
  package var certificate: Certificate?

  /// Whether only the results don't fit into the limit on memory: they have to
  /// be written into a mapped file, where they don't count.
  package var needsMappedResults: Bool {
    guard let limit = problem.limits.memory else { return false }
    return plan.peakBytes > UInt128(limit)
  }

  /// For whoever keeps results in memory.
  ///
  /// - Throws: `ChainError` (`infeasible`) when they don't fit there.
  package func checkResultsFit() throws(ChainError) {
    guard needsMappedResults else { return }
    throw ChainError(
      .infeasible, at: "/limits/memory",
      expected: "\(plan.peakBytes) bytes, as the results stay in memory",
      found: "\(problem.limits.memory!) bytes",
      advice: "allow so much, or ask for fewer targets at a time")
  }

  /// Puts together what is known.
  package init(
    _ problem: Problem, objective: Objective = .fma, choice: Choice? = nil,
    plan: PricedPlan, lowerBound: UInt128, status: Status,
    scope: Scope = .everyPlan,
    baselines: Baselines? = nil, machines: Machines? = nil,
    seconds: Double? = nil
  ) {
    self.problem = problem
    self.objective = objective
    self.choice = choice
    self.plan = plan
    self.lowerBound = lowerBound
    self.status = status
    self.scope = scope
    self.baselines = baselines
    self.machines = machines
    self.seconds = seconds
  }

  /// A bound by linear programming duality, verified in integers.
  package struct Certificate: Hashable, Sendable {
    /// No plan costs less, fma.
    package var dualBound: UInt128
    /// The inequalities that were verified.
    package var inequalities: Int

    /// Creates a certificate.
    package init(dualBound: UInt128, inequalities: Int) {
      self.dualBound = dualBound
      self.inequalities = inequalities
    }
  }
}
