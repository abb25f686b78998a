import JacobianChain

extension PlanFile {
  /// A schedule as JSON: what a report holds under `schedule`. Machines are
  /// counted from 0 and steps are ids of the plan.
  ///
  /// - Complexity: O(tasks).
  package static func json(of schedule: Schedule) -> JSONValue {
    .array(
      schedule.tasks.map { task in
        .object([
          "step": .number(task.step), "machine": .number(task.machine),
          "start": .wide(task.start), "finish": .wide(task.finish),
        ])
      })
  }

  /// Reads what a report says about machines; nil when it says nothing.
  ///
  /// Its machines are those of the problem, else those that the report counts,
  /// else as many as its tasks name.
  static func schedule(
    of report: JSONObject, for problem: Problem
  ) throws(ChainError) -> Schedule? {
    guard let value = report["schedule"] else { return nil }
    let path = report.path("schedule")
    let advice = "take the schedule of a report as an example"
    var tasks: [Schedule.Task] = []
    let list = try value.elements(at: path, "a list of tasks", advice: advice)
    tasks.reserveCapacity(list.count)
    for (position, element) in list.enumerated() {
      let keys = ["step", "machine", "start", "finish"]
      let task = try JSONObject(
        element, at: .index(path, position), allowed: keys)
      tasks.append(
        Schedule.Task(
          step: try task.integer("step", "the id of a step", advice: advice),
          machine: try task.integer(
            "machine", "a machine, from 0 on", advice: advice),
          start: try time("start", of: task, advice),
          finish: try time("finish", of: task, advice)))
    }
    let named = tasks.reduce(0) { max($0, $1.machine) }
    let counted = try machines(of: report)
    var schedule = Schedule(
      machines: problem.limits.machines ?? counted ?? named &+ 1, tasks: [])
    // As in the file, so that errors name its places.
    schedule.tasks = tasks
    return schedule
  }

  private static func time(
    _ key: String, of task: JSONObject, _ advice: String
  ) throws(ChainError) -> UInt128 {
    let expected = "a time in the unit of the plan's prices"
    _ = try task.required(key, expected, advice: advice)
    return try task.wideCount(key)!
  }

  private static func machines(
    of report: JSONObject
  ) throws(ChainError) -> Int? {
    guard let value = report["machines"] else { return nil }
    let machines = try JSONObject(
      value, at: report.path("machines"), allowed: nil)
    return machines["count"] == .null ? nil : try machines.count("count")
  }
}
