extension Schedule {
  /// Checks the schedule against a plan and measures it.
  ///
  /// Shares no code with any solver. A step that costs nothing may stand
  /// between two tasks of its machine, never inside one.
  ///
  /// - Parameter limit: the machines there are; nil for any number.
  /// - Throws: `ChainError` (`invalidPlan`) that names the task.
  /// - Complexity: O(steps · log steps).
  public func checked(
    for plan: PricedPlan, on limit: Int? = nil
  ) throws(ChainError) -> CheckedSchedule {
    guard machines >= 1, machines <= limit ?? .max else {
      throw invalid(
        "", "from 1 to \(limit.map { "\($0)" } ?? "any number of") machines",
        "\(machines)", "schedule for the machines of the problem")
    }
    let finishes = try finishes(for: plan)
    try checkOperands(for: plan, finishes)
    try checkMachines()
    let path = plan.criticalPath
    return CheckedSchedule(
      schedule: self, unit: plan.rate.unit, makespan: finishes.max() ?? 0,
      work: plan.price,
      criticalPath: path,
      criticalLength: path.reduce(0) { $0 + plan.price(ofStep: $1) },
      peakEntries: peakEntries(for: plan))
  }

  /// The end of every step, after a look at each task on its own.
  private func finishes(
    for plan: PricedPlan
  ) throws(ChainError) -> [UInt128] {
    var isDone = [Bool](repeating: false, count: plan.steps.count)
    var finishes = [UInt128](repeating: 0, count: plan.steps.count)
    for (index, task) in tasks.enumerated() {
      guard plan.steps.indices.contains(task.step) else {
        throw invalid(
          "/\(index)/step", "a step from 0 to \(plan.steps.count - 1)",
          "\(task.step)", "schedule the steps of this plan")
      }
      let step = plan.steps[task.step]
      if case .given = step.step {
        throw invalid(
          "/\(index)/step", "a step that computes something",
          "step \(task.step), whose entries are given", "leave it out")
      }
      guard !isDone[task.step] else {
        throw invalid(
          "/\(index)/step", "every step once",
          "step \(task.step) a second time", "leave one of the two out")
      }
      guard (0..<machines).contains(task.machine) else {
        throw invalid(
          "/\(index)/machine", "a machine from 0 to \(machines - 1)",
          "\(task.machine)", "machines are counted from 0")
      }
      let price = plan.price(ofStep: task.step)
      let end = task.start.addingReportingOverflow(price)
      guard !end.overflow, task.finish == end.partialValue else {
        throw invalid(
          "/\(index)/finish",
          "start plus the step's price of \(price) \(plan.rate.unit.rawValue)",
          "\(task.finish) after a start at \(task.start)",
          "a step runs without a pause")
      }
      isDone[task.step] = true
      finishes[task.step] = task.finish
    }
    for (id, step) in plan.steps.enumerated() where !isDone[id] {
      if case .given = step.step { continue }
      throw invalid(
        "", "a task for step \(id)", "none", "schedule every step of the plan")
    }
    return finishes
  }

  private func checkOperands(
    for plan: PricedPlan, _ finishes: [UInt128]
  ) throws(ChainError) {
    for (index, task) in tasks.enumerated() {
      let (first, second) = plan.steps[task.step].step.operands
      for case let operand? in [first, second]
      where finishes[operand] > task.start {
        throw invalid(
          "/\(index)/start",
          "at least \(finishes[operand]), the end of its operand, step "
            + "\(operand)", "\(task.start) for step \(task.step)",
          "a step starts when its operands are there")
      }
    }
  }

  private func checkMachines() throws(ChainError) {
    let order = tasks.indices.sorted {
      let (a, b) = (tasks[$0], tasks[$1])
      return (a.machine, a.start, a.finish) < (b.machine, b.start, b.finish)
    }
    for (before, after) in zip(order, order.dropFirst())
    where tasks[before].machine == tasks[after].machine {
      guard tasks[before].finish > tasks[after].start else { continue }
      throw invalid(
        "/\(after)/start",
        "at least \(tasks[before].finish), when machine "
          + "\(tasks[before].machine) has done step \(tasks[before].step)",
        "\(tasks[after].start) for step \(tasks[after].step)",
        "a machine does one step at a time")
    }
  }

  private func invalid(
    _ place: String, _ expected: String, _ found: String, _ advice: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/schedule" + place, expected: expected, found: found,
      advice: advice)
  }

  /// Values come and go in this order at one instant: what tasks that end here
  /// read last is freed; then steps that take no time, in order of the plan,
  /// make their value and free what they read; then tasks begin.
  private func peakEntries(for plan: PricedPlan) -> UInt128 {
    struct Moment: Comparable {
      var time: UInt128
      var phase: Int
      var step: Int
      var isRelease: Bool
      static func < (a: Moment, b: Moment) -> Bool {
        (a.time, a.phase, a.step, a.isRelease ? 1 : 0)
          < (b.time, b.phase, b.step, b.isRelease ? 1 : 0)
      }
    }
    let isTarget = Set(plan.plan.targets)
    var lastRead: [Int: Moment] = [:]
    var moments: [(moment: Moment, value: Int)] = []
    for task in tasks {
      let isInstant = task.start == task.finish
      moments.append(
        (
          Moment(
            time: task.start, phase: isInstant ? 1 : 2, step: task.step,
            isRelease: false), task.step
        ))
      let read = Moment(
        time: task.finish, phase: isInstant ? 1 : 0, step: task.step,
        isRelease: true)
      let (first, second) = plan.steps[task.step].step.operands
      for case let value? in [first, second] {
        lastRead[value] = max(lastRead[value] ?? read, read)
      }
      // What nobody reads is gone when it is done.
      if lastRead[task.step] == nil { lastRead[task.step] = read }
    }
    for (value, moment) in lastRead where !isTarget.contains(value) {
      if case .given = plan.steps[value].step { continue }
      moments.append((moment, value))
    }
    moments.sort { ($0.moment, $0.value) < ($1.moment, $1.value) }
    var (alive, peak): (UInt128, UInt128) = (0, 0)
    for (moment, value) in moments {
      let entries = plan.steps[value].pattern.storedEntries
      if moment.isRelease {
        alive -= entries
      } else {
        alive += entries
        peak = max(peak, alive)
      }
    }
    return peak
  }
}

extension PricedPlan {
  /// The steps of a longest path through the plan, first to last, without
  /// given entries; ties go to the outer operand.
  ///
  /// - Complexity: O(steps).
  package var criticalPath: [Int] {
    var finishes: [UInt128] = []
    finishes.reserveCapacity(steps.count)
    for (id, step) in steps.enumerated() {
      let (first, second) = step.step.operands
      let ready = max(
        first.map { finishes[$0] } ?? 0, second.map { finishes[$0] } ?? 0)
      finishes.append(ready + price(ofStep: id))
    }
    var path: [Int] = []
    var next = steps.indices.max { finishes[$0] < finishes[$1] }
    while let id = next {
      let (first, second) = steps[id].step.operands
      if case .given = steps[id].step {} else { path.append(id) }
      next =
        [first, second].compactMap { $0 }
        .max { finishes[$0] < finishes[$1] }
    }
    return path.reversed()
  }
}
