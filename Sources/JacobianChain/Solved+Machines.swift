extension Solved {
  /// What `problem.limits.machines` machines make of the plan and of those that
  /// it is held against. Every number was checked against a schedule.
  public struct Machines: Hashable, Sendable {
    /// The schedule of the plan.
    public var schedule: CheckedSchedule
    /// The plan with the least work; nil when nobody looked for one.
    package var serial: Serial?
    /// The makespans of the baselines, fma.
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

  /// The plan that somebody with one machine takes.
  package struct Serial: Hashable, Sendable {
    /// Its work, which is its makespan on one machine, fma.
    package var fma: UInt128
    /// Its makespan on the machines of the problem, fma.
    package var makespan: UInt128
    /// Whether no plan has less work.
    package var isProven: Bool

    /// Creates the record.
    package init(fma: UInt128, makespan: UInt128, isProven: Bool) {
      self.fma = fma
      self.makespan = makespan
      self.isProven = isProven
    }
  }

  /// The machines of a problem that is about them: the objective is makespan.
  package var scheduled: Machines? { objective == .makespan ? machines : nil }

  /// How many times as fast the schedule is as the best plan on one machine;
  /// as the same plan on one machine when nobody looked for a better one.
  public var speedUp: Double? {
    guard let machines else { return nil }
    guard let serial = machines.serial else { return machines.schedule.speedUp }
    let makespan = machines.schedule.makespan
    if serial.fma == makespan { return 1 }
    return makespan == 0 ? .infinity : Double(serial.fma) / Double(makespan)
  }
}
