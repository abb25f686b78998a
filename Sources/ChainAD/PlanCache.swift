import ChainSolvers
import JacobianChain
import Synchronization

/// A problem with the order that was chosen for it, checked and re-priced.
struct Planned: Sendable {
  let problem: Problem
  let objective: Objective
  let choice: SolverChoice
  let solution: Solution
  let priced: PricedPlan
  /// Seconds that choosing took.
  let seconds: Double
}

/// Plans by problem, objective and limits, so that equal shapes are planned
/// once in a program, however many functions have them.
final class PlanCache: Sendable {
  private struct Key: Hashable {
    var problem: Problem
    var objective: Objective
  }

  private let plans = Mutex<[Key: Planned]>([:])

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
  ) throws(ChainError) -> Planned {
    let key = Key(problem: problem, objective: objective)
    if let known = plans.withLock({ $0[key] }) { return known }
    let choice = try SolverChoice(for: problem, objective: objective)
    let clock = ContinuousClock()
    let start = clock.now
    let solution = try choice.solver.solve(
      problem, objective: objective, control: control)
    let planned = Planned(
      problem: problem, objective: objective, choice: choice,
      solution: solution, priced: try solution.plan.priced(for: problem),
      seconds: (clock.now - start) / .seconds(1))
    // A heuristic finds the same again; what was stopped early may not.
    if solution.stopReason == nil || solution.stopReason == .heuristic {
      plans.withLock { plans in
        if plans.count >= Self.most { plans.removeAll() }
        plans[key] = planned
      }
    }
    return planned
  }
}
