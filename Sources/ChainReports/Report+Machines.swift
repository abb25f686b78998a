import JacobianChain

extension Report {
  /// What `problem.limits.machines` machines make of the plan and of those that
  /// it is held against. Every number was checked against a schedule.
  public struct Machines: Hashable, Sendable {
    /// The schedule of the plan.
    public var schedule: CheckedSchedule
    /// The plan with the least work; nil when nobody looked for one.
    public var serial: Serial?
    /// The makespan of forward mode, fma; nil without it.
    public var forward: UInt128?
    /// The makespan of reverse mode, fma; nil without it.
    public var reverse: UInt128?
    /// The makespan of the best single split, fma; nil without it.
    public var bestSplit: UInt128?

    /// Creates the record.
    public init(
      schedule: CheckedSchedule, serial: Serial? = nil,
      forward: UInt128? = nil, reverse: UInt128? = nil,
      bestSplit: UInt128? = nil
    ) {
      self.schedule = schedule
      self.serial = serial
      self.forward = forward
      self.reverse = reverse
      self.bestSplit = bestSplit
    }

    /// The makespan of a baseline; nil without it.
    public func makespan(of baseline: Baseline) -> UInt128? {
      switch baseline {
      case .forward: forward
      case .reverse: reverse
      case .bestSplit: bestSplit
      }
    }
  }

  /// The plan that somebody with one machine takes.
  public struct Serial: Hashable, Sendable {
    /// Its work, which is its makespan on one machine, fma.
    public var fma: UInt128
    /// Its makespan on the machines of the problem, fma.
    public var makespan: UInt128
    /// Whether no plan has less work.
    public var isProven: Bool

    /// Creates the record.
    public init(fma: UInt128, makespan: UInt128, isProven: Bool) {
      self.fma = fma
      self.makespan = makespan
      self.isProven = isProven
    }
  }

  /// The machines of a report that is about them: the objective is makespan.
  var scheduled: Machines? { objective == .makespan ? machines : nil }

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
