import ChainExecutor
import ChainSolvers
import Foundation
import JacobianChain

/// One way to carry out a plan: one step after the other, or side by side as a
/// schedule says; with so many threads in each product.
struct Way: Hashable {
  /// nil for one step after the other.
  var schedule: Schedule?
  /// The workers that share the steps.
  var workers = 1
  /// Threads in each product.
  var threads = 1

  /// The ways worth trying: the sequential one first, then the steps side by
  /// side where a schedule has any gain, then one step at a time whose products
  /// are split.
  ///
  /// - Parameters:
  ///   - workers: what the machines of the problem and of this computer allow.
  ///   - known: the schedule that the plan was chosen with.
  static func all(
    for plan: PricedPlan, workers: Int, known: Schedule? = nil
  ) -> [Way] {
    // Chunks are done pass by pass.
    guard workers > 1, plan.plan.chunks == nil else { return [Way()] }
    var ways = [Way()]
    let schedule =
      if let known, known.machines <= workers {
        known
      } else {
        Schedule(listing: plan, machines: workers)
      }
    let busy = Set(
      schedule.tasks.lazy.filter { $0.finish > $0.start }.map(\.machine))
    if busy.count > 1 {
      ways.append(
        Way(schedule: schedule, workers: min(workers, busy.count)))
    }
    ways.append(Way(threads: workers))
    return ways
  }

  /// The workers that a problem's machines become on this computer: no more
  /// than it has processors, where they would only take turns.
  static func workers(for planned: Solved) -> Int {
    let machines =
      planned.problem.limits.machines
      ?? planned.scheduled?.schedule.schedule.machines
    return min(machines ?? 1, ProcessInfo.processInfo.activeProcessorCount)
  }
}
