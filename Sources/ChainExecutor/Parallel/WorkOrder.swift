import JacobianChain

/// A schedule made ready for its workers: who shall do what, and who waits for
/// whom. It stays valid for every run of the same plan.
struct WorkOrder: Sendable {
  let plan: PricedPlan
  let schedule: Schedule
  /// The number of workers that was asked for; nil for the machines.
  let asked: Int?
  /// The number of workers, from 1 to the number of tasks.
  let workers: Int
  /// For each step its place in the schedule; no step comes before its
  /// operands. −1 for given entries.
  let places: [Int]
  /// For each step the steps that read it, every one once.
  let readers: [[Int]]
  /// For each step how many computed values it reads.
  let missing: [Int]
  /// For each step how often its value is asked for: by every reader, and at
  /// the end when it is a target.
  let uses: [Int]

  /// - Throws: `ChainError` (`invalidPlan`) when the schedule doesn't fit.
  /// - Complexity: O(steps · log steps).
  init(
    _ schedule: Schedule, of plan: PricedPlan, workers: Int?,
    _ costs: HandingOver
  ) throws(ChainError) {
    _ = try schedule.checked(for: plan)
    self.plan = plan
    self.schedule = schedule
    asked = workers
    let most = max(1, min(workers ?? schedule.machines, schedule.tasks.count))
    self.workers =
      workers != nil || schedule.pays(for: plan, workers: most, costs)
      ? most : 1
    let steps = plan.plan.steps
    var places = [Int](repeating: -1, count: steps.count)
    for (place, task) in schedule.tasks.enumerated() {
      places[task.step] = place
    }
    var readers = [[Int]](repeating: [], count: steps.count)
    var missing = [Int](repeating: 0, count: steps.count)
    for (id, step) in steps.enumerated() {
      let (first, second) = step.operands
      for case let value? in [first, second == first ? nil : second] {
        readers[value].append(id)
        if places[value] >= 0 { missing[id] += 1 }
      }
    }
    var uses = readers.map(\.count)
    for target in plan.plan.targets { uses[target] += 1 }
    (self.places, self.readers) = (places, readers)
    (self.missing, self.uses) = (missing, uses)
  }

  /// The step in a place of the schedule.
  func step(at place: Int) -> Int { schedule.tasks[place].step }

  /// Who shall do the task in a place; with fewer workers than machines, one
  /// worker stands in for several.
  func worker(at place: Int) -> Int { schedule.tasks[place].machine % workers }
}
