import JacobianChain

/// A schedule made ready for its workers: who shall do what, and who waits for
/// whom. It stays valid for every run of the same program.
struct WorkOrder: Sendable {
  let plan: PricedPlan
  let schedule: Schedule
  /// The number of workers.
  let workers: Int
  /// For each step its place in the schedule; no step comes before those that
  /// it waits for. −1 for given entries.
  let places: [Int]
  /// For each step its instructions.
  let ranks: [Range<Int>]
  /// For each step those that wait for it: what reads its value, and what takes
  /// over a place that it has used.
  let followers: [[Int]]
  /// For each step how many steps it waits for.
  let missing: [Int]

  /// - Parameter waits: for each step those whose places it takes over.
  /// - Precondition: the schedule was checked for the plan.
  /// - Complexity: O(steps + Σ waits).
  init(
    _ schedule: Schedule, of plan: PricedPlan, workers: Int,
    ranks: [Range<Int>], waits: [Int: Set<Int>]
  ) {
    (self.plan, self.schedule, self.workers) = (plan, schedule, workers)
    self.ranks = ranks
    let steps = plan.plan.steps
    var places = [Int](repeating: -1, count: steps.count)
    for (place, task) in schedule.tasks.enumerated() {
      places[task.step] = place
    }
    var followers = [[Int]](repeating: [], count: steps.count)
    var missing = [Int](repeating: 0, count: steps.count)
    for (id, step) in steps.enumerated() {
      var before = waits[id] ?? []
      for case let value? in [step.operands.first, step.operands.second]
      where places[value] >= 0 {
        before.insert(value)
      }
      before.remove(id)
      for step in before.sorted() { followers[step].append(id) }
      missing[id] = before.count
    }
    (self.places, self.followers, self.missing) = (places, followers, missing)
  }

  /// The step in a place of the schedule.
  func step(at place: Int) -> Int { schedule.tasks[place].step }

  /// Who shall do the task in a place; with fewer workers than machines, one
  /// worker stands in for several.
  func worker(at place: Int) -> Int { schedule.tasks[place].machine % workers }
}

extension Schedule {
  /// The number of workers that carry a plan out, from 1 to the number of
  /// tasks.
  ///
  /// - Parameter asked: the number in any case; nil for the machines, or one
  ///   where that is sooner done.
  /// - Throws: `ChainError` (`invalidPlan`) when the schedule doesn't fit.
  /// - Complexity: O(steps · log steps).
  func workers(
    for plan: PricedPlan, asked: Int?, _ costs: HandingOver
  ) throws(ChainError) -> Int {
    _ = try checked(for: plan)
    let most = max(1, min(asked ?? machines, tasks.count))
    return asked != nil || pays(for: plan, workers: most, costs) ? most : 1
  }
}
