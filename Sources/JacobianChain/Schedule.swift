/// When and where the steps of a plan run on identical machines.
///
/// A task for every step that isn't `given`: entries at hand take no machine
/// and no time. Times are in the unit of the plan's rate. A schedule is a claim; `checked(for:on:)`
/// holds it against a plan.
public struct Schedule: Hashable, Sendable {
  /// One step on one machine, from `start` to `finish`.
  public struct Task: Hashable, Sendable {
    /// The id of the step in its plan.
    public var step: Int
    /// The machine, from 0.
    public var machine: Int
    /// When the step begins, after the beginning of the plan.
    public var start: UInt128
    /// When the step ends: `start` plus the step's price.
    public var finish: UInt128

    /// Creates a task.
    public init(step: Int, machine: Int, start: UInt128, finish: UInt128) {
      self.step = step
      self.machine = machine
      self.start = start
      self.finish = finish
    }
  }

  /// The number of machines p.
  public var machines: Int
  /// The tasks, those that start first first.
  public var tasks: [Task]

  /// Creates a schedule with its tasks in order of start, finish, step.
  public init(machines: Int, tasks: [Task]) {
    self.machines = machines
    self.tasks = tasks.sorted {
      ($0.start, $0.finish, $0.step) < ($1.start, $1.finish, $1.step)
    }
  }
}

/// A schedule that has been checked against its plan, and what it achieves.
///
/// Every number of a report comes from here and never from a solver.
public struct CheckedSchedule: Hashable, Sendable {
  /// The schedule.
  public let schedule: Schedule
  /// What its times are counted in.
  package let unit: Rate.Unit
  /// When the last step ends.
  public let makespan: UInt128
  /// Σ prices of all steps: the makespan of the same plan on one machine.
  package let work: UInt128
  /// The steps of a longest path through the plan, first to last: on any
  /// number of machines they run one after the other.
  package let criticalPath: [Int]
  /// Σ prices along the critical path.
  package let criticalLength: UInt128
  /// The most stored entries (doubles) of computed values alive at one time:
  /// from the start of the step that makes a value to the end of the last
  /// step that reads it.
  package let peakEntries: UInt128

  /// machines · makespan − work: how long the machines wait; the largest number
  /// when it has more than 128 bits.
  package var idle: UInt128 { idle(of: schedule.machines) }

  /// busyMachines · makespan − work: how long the machines wait that have
  /// something to do; the largest number when it has more than 128 bits.
  package var idleWhereBusy: UInt128 { idle(of: busyMachines) }

  private func idle(of machines: Int) -> UInt128 {
    let room = makespan.multipliedReportingOverflow(by: UInt128(machines))
    return room.overflow ? .max : room.partialValue - work
  }

  /// work ÷ makespan: how many machines are busy on average; 1 when there is
  /// nothing to do.
  package var speedUp: Double {
    makespan == 0 ? 1 : Double(work) / Double(makespan)
  }

  /// The number of machines that have something to do.
  package var busyMachines: Int {
    Set(schedule.tasks.lazy.filter { $0.finish > $0.start }.map(\.machine))
      .count
  }
}
