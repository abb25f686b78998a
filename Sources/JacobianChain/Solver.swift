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
