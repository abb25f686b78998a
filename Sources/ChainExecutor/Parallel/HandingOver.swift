import JacobianChain

/// What it costs to work side by side, in seconds: an estimate, for the choice
/// between a schedule and one step after the other. Results don't depend on it.
struct HandingOver: Hashable, Sendable {
  /// One more worker: a thread that begins, on a processor whose caches hold
  /// nothing of this, and ends.
  var worker: Double
  /// A value that another worker waits for.
  var value: Double
  /// One fma of a dense product on the fastest core there is: what is worth
  /// sharing out there is so on a slow one.
  var fma: Double

  /// Of common systems.
  static let usual = HandingOver(worker: 100e-6, value: 10e-6, fma: 2e-11)
  /// Whatever is scheduled is followed.
  static let free = HandingOver(worker: 0, value: 0, fma: 1)
}

extension Schedule {
  /// Whether the machines are done sooner than one would be, with so many
  /// workers and what they hand over.
  ///
  /// - Complexity: O(tasks).
  func pays(
    for plan: PricedPlan, workers: Int, _ costs: HandingOver
  ) -> Bool {
    var free = [Double](repeating: 0, count: workers)
    /// When a step is finished, and by whom.
    var done: [Int: (at: Double, by: Int)] = [:]
    var alone = 0.0
    for task in tasks {
      let worker = task.machine % workers
      let length = Double(plan.steps[task.step].fma) * costs.fma
      var start = free[worker]
      let (first, second) = plan.plan.steps[task.step].operands
      for case let value? in [first, second] {
        guard let made = done[value] else { continue }
        start = max(start, made.at + (made.by == worker ? 0 : costs.value))
      }
      free[worker] = start + length
      done[task.step] = (free[worker], worker)
      alone += length
    }
    let together = (free.max() ?? 0) + costs.worker * Double(workers - 1)
    // A tie is for those who follow whatever is scheduled.
    return together < alone || costs == .free
  }
}
