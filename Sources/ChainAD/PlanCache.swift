import ChainSolvers
import JacobianChain
import Synchronization

/// Plans by problem, objective and limits, so that equal shapes are planned
/// once in a program, however many functions have them.
final class PlanCache: Sendable {
  private struct Key: Hashable {
    var problem: Problem
    var objective: Objective
  }

  private let plans = Mutex<[Key: Solved]>([:])

  /// Old plans go when there are more.
  private static let most = 1024

  static let shared = PlanCache()

  /// The plan of a problem; kept for the next time unless the search was
  /// stopped.
  ///
  /// - Throws: `ChainError`: no plan keeps to the limits, or no solver takes
  ///   the problem.
  func plan(
    _ problem: Problem, for objective: Objective, _ control: SearchControl
  ) throws(ChainError) -> Solved {
    let key = Key(problem: problem, objective: objective)
    if let known = plans.withLock({ $0[key] }) { return known }
    let solved = try Solved(
      problem, by: SolverChoice(for: problem, objective: objective),
      objective: objective, control: control)
    // A heuristic finds the same again; what was stopped early may not.
    if [.optimal, .stopped(.heuristic)].contains(solved.status) {
      plans.withLock { plans in
        if plans.count >= Self.most { plans.removeAll() }
        plans[key] = solved
      }
    }
    return solved
  }
}
