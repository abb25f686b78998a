/// What a plan is chosen for.
public enum Objective: String, Hashable, Sendable, CaseIterable {
  /// The sum of all steps' fma: work on one machine.
  case fma
  /// The finish of the last step on `limits.machines` machines.
  case makespan
  /// Measured seconds of the steps on this machine.
  case time
  /// The most entries alive at one time.
  case memory
}

/// Whether a solver can solve a problem; asked before solving.
public enum Support: Hashable, Sendable {
  /// Returns a proven optimum, unless it is stopped.
  case exact
  /// Returns a plan without a proof.
  case heuristic
  /// Can't, and why.
  case unsupported(String)
}

/// Why a solver stopped without a proof.
public enum StopReason: String, Hashable, Sendable, CaseIterable {
  /// The time limit was reached.
  case timeLimit
  /// The limit on search nodes was reached.
  case nodeLimit
  /// The method proves nothing.
  case heuristic
  /// The user interrupted.
  case interrupted
}

/// Lets a caller watch and stop a search. Rooms below have no clock: the
/// caller's closure knows about time limits and signals.
public struct SearchControl: Sendable {
  /// Asked now and then; a reason ends the search with what it has.
  public var shouldStop: @Sendable () -> StopReason?
  /// Told now and then the share of the work that is done, 0 to 1.
  public var progress: @Sendable (Double) -> Void

  /// Creates a control; the default never stops and tells nobody.
  public init(
    shouldStop: @escaping @Sendable () -> StopReason? = { nil },
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) {
    self.shouldStop = shouldStop
    self.progress = progress
  }

  /// Never stops, tells nobody.
  public static let unlimited = SearchControl()
}

/// What a solver returns: a plan, how good it is, and why it stopped.
public struct Solution: Hashable, Sendable {
  /// The best plan found.
  public var plan: Plan
  /// No plan costs less than this, in units of the objective.
  public var lowerBound: UInt128
  /// nil when the plan is proven optimal.
  public var stopReason: StopReason?
  /// Spans, plans or nodes looked at, for reports.
  public var explored: Int

  /// Creates a solution.
  public init(
    plan: Plan, lowerBound: UInt128, stopReason: StopReason? = nil,
    explored: Int = 0
  ) {
    self.plan = plan
    self.lowerBound = lowerBound
    self.stopReason = stopReason
    self.explored = explored
  }
}

/// Chooses an order for a problem.
///
/// Laws, held by the conformance tests for every solver of the catalog:
/// `support` never changes its mind; what it calls `.exact` is solved to the
/// optimum; the plan passes `priced(for:)`; its price is at least
/// `lowerBound`, and equal to it when `stopReason` is nil; the same problem
/// gives the same plan.
public protocol ChainSolver: Sendable {
  /// The name on the command line.
  var name: String { get }
  /// One line: method, complexity, source.
  var summary: String { get }
  /// Whether the solver can solve `problem` for `objective`.
  func support(for problem: Problem, objective: Objective) -> Support
  /// Chooses an order.
  ///
  /// - Precondition: `support` is not `.unsupported`.
  /// - Throws: `ChainError` when the problem is infeasible or its patterns
  ///   can't be held. A limit reached is not an error but a `Solution`.
  func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution
}

extension ChainSolver {
  /// Chooses an fma-minimal order without limits.
  public func solve(_ problem: Problem) throws(ChainError) -> Solution {
    try solve(problem, objective: .fma, control: .unlimited)
  }
}
