/// What a plan is chosen for.
public struct Objective: Hashable, Sendable {
  /// What of a plan is to be least.
  package enum Quantity: Hashable, Sendable {
    /// The sum of all steps.
    case work
    /// The finish of the last step on `limits.machines` machines.
    case makespan
  }

  /// What of a plan is to be least.
  package let quantity: Quantity
  /// What a step costs.
  package let rate: Rate

  /// Creates an objective.
  package init(_ quantity: Quantity, of rate: Rate) {
    (self.quantity, self.rate) = (quantity, rate)
  }

  /// The sum of all steps' fma: work on one machine.
  public static let fma = Objective(.work, of: .fma)
  /// The finish of the last step on `limits.machines` machines, steps taking
  /// their fma.
  public static let makespan = Objective(.makespan, of: .fma)

  /// The sum of all steps' nanoseconds under a profile, on one core.
  public static func time(_ profile: Profile) -> Objective {
    Objective(.work, of: .time(profile))
  }

  /// The finish of the last step on `limits.machines` machines, of one core
  /// each, steps taking their nanoseconds under a profile.
  public static func makespan(under profile: Profile) -> Objective {
    Objective(.makespan, of: .time(profile))
  }

  /// The sum of all steps at the same rate.
  package var ofWork: Objective { Objective(.work, of: rate) }
  /// Whether plans need a schedule to be compared.
  package var isScheduled: Bool { quantity == .makespan }

  /// A bound on what any plan achieves that needs no search.
  package func lowerBound(of problem: Problem) -> UInt128 {
    isScheduled && rate == .fma
      ? CostModel.makespanLowerBound(of: problem) : rate.lowerBound(of: problem)
  }

  /// One of each kind, time under the built-in profile.
  package static let all: [Objective] = [.fma, .makespan, .time(.builtIn)]

  /// The objective of a name; time is that of the built-in profile. nil for
  /// other names.
  package init?(named name: String) {
    guard let objective = Self.all.first(where: { $0.name == name }) else {
      return nil
    }
    self = objective
  }

  /// The name on the command line and in files.
  package var name: String {
    switch (quantity, rate) {
    case (.work, .fma): "fma"
    case (.work, .time): "time"
    case (.makespan, _): "makespan"
    }
  }
}

extension Objective: CustomStringConvertible {
  /// Its name; that of a profile says more than anybody wants to read.
  public var description: String { name }
}

/// Whether a solver can solve a problem; asked before solving.
package enum Support: Hashable, Sendable {
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
  /// Plan and bound are as close as was asked for.
  case gapLimit
  /// The method proves nothing.
  case heuristic
  /// The user interrupted.
  case interrupted
}

/// How good a plan is known to be.
public enum Status: Hashable, Sendable {
  /// No plan costs less: proven.
  case optimal
  /// Nothing is proven, and why.
  case stopped(StopReason)

  /// Optimal unless something ended the search.
  package init(stoppedBy reason: StopReason?) {
    self = reason.map(Status.stopped) ?? .optimal
  }

  /// Why nothing is proven; nil when the plan is optimal.
  package var stopReason: StopReason? {
    switch self {
    case .optimal: nil
    case .stopped(let reason): reason
    }
  }
}

/// Of which plans a bound and a proof speak.
package enum Scope: String, Hashable, Sendable, CaseIterable {
  /// Of all of them.
  case everyPlan
  /// Of those that eliminate the vertices of a graph one after the other.
  case vertexElimination
  /// Of those that multiply, one after the other, two arcs that meet.
  case faceElimination
}

/// How far a search has come.
public struct SearchProgress: Hashable, Sendable {
  /// The share of the work that is done, 0 to 1, where it is known.
  public var share: Double?
  /// The price of the best plan so far; nil without one.
  public var incumbent: UInt128?
  /// No plan costs less; nil when nothing is known.
  public var bound: UInt128?
  /// Nodes, states or iterations so far.
  public var explored: Int

  /// Creates a state of a search.
  package init(
    share: Double? = nil, incumbent: UInt128? = nil, bound: UInt128? = nil,
    explored: Int = 0
  ) {
    self.share = share
    self.incumbent = incumbent
    self.bound = bound
    self.explored = explored
  }

  /// How much cheaper than the incumbent a plan may still be, as
  /// `CostModel.gap` says; nil while one of the two is unknown.
  package var gap: Double? {
    guard let incumbent, let bound else { return nil }
    return CostModel.gap(plan: incumbent, bound: bound)
  }
}

/// Lets a caller watch and stop a search. Rooms below have no clock: the
/// caller's closure knows about time limits and signals.
///
/// A search in a task ends, too, when the task is cancelled: `interrupted`.
public struct SearchControl: Sendable {
  /// Asked now and then; a reason ends the search with what it has.
  package var shouldStop: @Sendable () -> StopReason?
  /// Told now and then how far the search has come.
  package var progress: @Sendable (SearchProgress) -> Void
  /// The most nodes (states, iterations) of a search; nil for any number.
  package var nodeLimit: Int?
  /// A `CostModel.gap` that is good enough; nil asks for a proof.
  package var gapLimit: Double?

  /// Creates a control; the default stops with its task only and tells
  /// nobody.
  public init(
    nodeLimit: Int? = nil, gapLimit: Double? = nil,
    shouldStop: @escaping @Sendable () -> StopReason? = { nil },
    progress: @escaping @Sendable (SearchProgress) -> Void = { _ in }
  ) {
    self.nodeLimit = nodeLimit
    self.gapLimit = gapLimit
    self.shouldStop = { Task.isCancelled ? .interrupted : shouldStop() }
    self.progress = progress
  }

  /// Tells how far a search has come, and asks whether that is enough.
  package func report(_ state: SearchProgress) -> StopReason? {
    progress(state)
    if let reason = shouldStop() { return reason }
    if let nodeLimit, state.explored >= nodeLimit { return .nodeLimit }
    if let gapLimit, let gap = state.gap, gap <= gapLimit { return .gapLimit }
    return nil
  }

  /// Stops with its task only, tells nobody.
  package static let unlimited = SearchControl()
}

/// What a solver returns: a plan, and how good it is.
package struct Solution: Hashable, Sendable {
  /// The best plan found.
  package var plan: Plan
  /// When and where its steps run; nil unless the objective is makespan.
  package var schedule: Schedule?
  /// No plan of the scope costs less than this, in units of the objective.
  package var lowerBound: UInt128
  /// Whether the plan is proven optimal in its scope, and if not, why.
  package var status: Status
  /// Of which plans the bound and the status speak.
  package var scope: Scope
  /// Spans, plans or nodes looked at, for reports.
  package var explored: Int

  /// Creates a solution.
  package init(
    plan: Plan, schedule: Schedule? = nil, lowerBound: UInt128,
    status: Status, explored: Int = 0, scope: Scope = .everyPlan
  ) {
    self.plan = plan
    self.schedule = schedule
    self.lowerBound = lowerBound
    self.status = status
    self.explored = explored
    self.scope = scope
  }
}

/// Chooses an order for a problem.
///
/// Laws, held by the conformance tests for every solver of the catalog:
/// `support` never changes its mind; what it calls `.exact` is solved to the
/// optimum; the plan passes `priced(for:)`, and for makespan its schedule
/// passes `checked(for:on:)`; what it achieves is at least `lowerBound`, and
/// equal to it when `status` is optimal; the same problem gives the same plan.
package protocol ChainSolver: Sendable {
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
  package func solve(_ problem: Problem) throws(ChainError) -> Solution {
    try solve(problem, objective: .fma, control: .unlimited)
  }
}
