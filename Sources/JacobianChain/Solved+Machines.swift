extension Solved {
  /// What `problem.limits.machines` machines make of the plan and of those that
  /// it is held against. Every number was checked against a schedule.
  package struct Machines: Hashable, Sendable {
    /// The schedule of the plan.
    package var schedule: CheckedSchedule
    /// The plan with the least work; nil when nobody looked for one.
    package var serial: Serial?
    /// The makespans of the baselines, in units of the schedule.
    package var baselines: [Baseline: UInt128]

    /// Creates the record.
    package init(
      schedule: CheckedSchedule, serial: Serial? = nil,
      baselines: [Baseline: UInt128] = [:]
    ) {
      self.schedule = schedule
      self.serial = serial
      self.baselines = baselines
    }
  }

  /// The plan that somebody with one machine takes; prices are in units of the
  /// objective.
  package struct Serial: Hashable, Sendable {
    /// Its price, which is its makespan on one machine.
    package var work: UInt128
    /// Its fused multiply-adds.
    package var fma: UInt128
    /// Its makespan on the machines of the problem.
    package var makespan: UInt128
    /// Whether no plan has less work.
    package var isProven: Bool

    /// Creates the record.
    package init(
      work: UInt128, fma: UInt128, makespan: UInt128, isProven: Bool
    ) {
      (self.work, self.fma) = (work, fma)
      self.makespan = makespan
      self.isProven = isProven
    }
  }

  /// The machines of a problem that is about them: the objective is makespan.
  package var scheduled: Machines? { objective.isScheduled ? machines : nil }

  /// When and where the steps of the plan run, checked; nil when nobody asked.
  public var schedule: CheckedSchedule? { machines?.schedule }

  /// How many times as fast the schedule is as the best plan on one machine;
  /// as the same plan on one machine when nobody looked for a better one.
  public var speedUp: Double? {
    guard let machines else { return nil }
    guard let serial = machines.serial else { return machines.schedule.speedUp }
    let makespan = machines.schedule.makespan
    if serial.work == makespan { return 1 }
    return makespan == 0 ? .infinity : Double(serial.work) / Double(makespan)
  }
}
