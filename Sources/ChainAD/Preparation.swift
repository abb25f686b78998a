import JacobianChain
import Synchronization

/// What any number of threads share of a prepared graph: its factors, and the
/// requests that were planned so far.
final class Preparation: Sendable {
  let graph: FunctionGraph
  let objective: Objective
  let limits: Limits
  let table: FactorTable
  private let keepsValues: Bool
  private let threads: Int?
  private let control: SearchControl
  private let known = Mutex<[Request: PlannedRequest]>([:])

  /// Plans nothing yet.
  ///
  /// - Parameters:
  ///   - point: where undeclared costs are found.
  ///   - eliminates: whether compiled eliminations are looked at.
  /// - Throws: `ChainError`: costs can't be found without a point, or a
  ///   function fails there.
  init(
    _ graph: FunctionGraph, keepsValues: Bool, objective: Objective,
    limits: Limits, measuringAt point: [Double]?, threads: Int?,
    control: SearchControl, eliminates: Bool
  ) throws(ChainError) {
    if let threads, !(1...1024).contains(threads) {
      throw ChainError(
        .malformed, at: "/threads", expected: "from 1 to 1024 threads",
        found: "\(threads)", advice: "leave threads out for all cores")
    }
    self.graph = graph
    (self.objective, self.limits) = (objective, limits)
    (self.threads, self.control) = (threads, control)
    self.keepsValues = keepsValues
    // A schedule's price is no sum that an elimination could be added to.
    let eliminates =
      eliminates && !objective.isScheduled
      && graph.nodes.contains(where: \.isGeneric)
    let isNeeded =
      eliminates
      || graph.nodes.contains {
        $0.needsPoint(at: objective.rate) || $0.isFollowed
      }
    var trajectory: Trajectory?
    if let point, isNeeded {
      trajectory = Trajectory(graph, keepsValues: true)
      trajectory!.kept = graph.nodes.map { node in
        let abilities = node.function?.abilities ?? []
        return eliminates ? abilities : abilities.subtracting(.entries)
      }
      try trajectory!.move(to: point)
    }
    table = try FactorTable(
      graph, costsOn: trajectory, at: objective.rate, eliminates: eliminates)
  }

  /// A trajectory with memory of its own.
  func trajectory() -> Trajectory {
    Trajectory(graph, keepsValues: keepsValues)
  }

  /// A request, planned when it is asked for the first time.
  ///
  /// - Parameter name: what the problem is called.
  /// - Throws: `ChainError`: no plan keeps to the limits, or no solver takes
  ///   the problem.
  func planned(
    _ request: Request, _ name: String
  ) throws(ChainError) -> PlannedRequest {
    if let known = known.withLock({ $0[request] }) { return known }
    // Two threads may plan the same, which gives equal plans.
    let made = try PlannedRequest(
      request, name, of: table, objective: objective, limits: limits,
      threads: threads, control)
    known.withLock { $0[request] = made }
    return made
  }
}
