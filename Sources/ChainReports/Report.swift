import JacobianChain

/// Everything a report says about one optimised chain, as a value.
///
/// A report computes no price: every number comes from a `PricedPlan`, from a
/// solver's bound or from a clock that somebody else read. It only compares
/// them and puts them into words, a table or a picture (`rendered(as:)`).
public struct Report: Hashable, Sendable {
  /// The problem that was solved.
  public var problem: Problem
  /// The name of the solver.
  public var solver: String
  /// Why this solver was chosen, one sentence; may be empty.
  public var reason: String
  /// What the plan was chosen for.
  public var objective: Objective
  /// The best plan that was found, re-priced.
  public var optimum: PricedPlan
  /// No plan costs less than this, in units of the objective.
  public var lowerBound: UInt128
  /// Why the solver stopped without a proof; nil when the plan is optimal.
  public var stopReason: StopReason?
  /// The orders that people use without planning.
  public var baselines: Baselines
  /// Seconds that choosing the order took; nil when nobody measured.
  public var planningSeconds: Double?
  /// A second proof of the price; nil when nobody asked for one.
  public var certificate: Certificate?
  /// What machines make of the plan; nil when nobody asked.
  public var machines: Machines?
  /// What happened when the plan was executed; nil when it was not.
  public var run: RunRecord?

  /// Creates a report from its parts.
  public init(
    problem: Problem, solver: String, reason: String = "",
    objective: Objective = .fma, optimum: PricedPlan, lowerBound: UInt128,
    stopReason: StopReason? = nil, baselines: Baselines,
    planningSeconds: Double? = nil, certificate: Certificate? = nil,
    machines: Machines? = nil, run: RunRecord? = nil
  ) {
    self.problem = problem
    self.solver = solver
    self.reason = reason
    self.objective = objective
    self.optimum = optimum
    self.lowerBound = lowerBound
    self.stopReason = stopReason
    self.baselines = baselines
    self.planningSeconds = planningSeconds
    self.certificate = certificate
    self.machines = machines
    self.run = run
  }

  /// A bound by linear programming duality, verified in integers.
  public struct Certificate: Hashable, Sendable {
    /// No plan costs less, fma.
    public var dualBound: UInt128
    /// The inequalities that were verified.
    public var inequalities: Int

    /// Creates a certificate.
    public init(dualBound: UInt128, inequalities: Int) {
      self.dualBound = dualBound
      self.inequalities = inequalities
    }
  }
}
