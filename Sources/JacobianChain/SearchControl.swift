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
