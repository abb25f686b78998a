import JacobianChain

/// A schedule on a grid, for every format that draws it: one row a machine,
/// time from 0 to `width` columns.
///
/// Laws: boxes of a row don't overlap and lie within 0 ... `width`; every task
/// is in exactly one box, or counted in `instants`, in `unseen` of its row, or
/// in `left.tasks`.
struct GanttLayout {
  /// A task, or several that follow each other and are too short to be told
  /// apart.
  struct Box: Hashable {
    /// The steps, in order of time.
    var steps: [Int]
    /// From the start of the first step.
    var start: UInt128
    /// To the end of the last one.
    var finish: UInt128
    /// Columns, half-open.
    var columns: Range<Int>
    /// Whether a step of the critical path is in it.
    var isCritical: Bool

    fileprivate mutating func extend(to next: Box) {
      steps += next.steps
      finish = next.finish
      columns = columns.lowerBound..<next.columns.upperBound
      isCritical = isCritical || next.isCritical
    }
  }

  /// One machine.
  struct Row {
    /// The machine, from 0.
    var machine: Int
    /// What its tasks take together.
    var busy: UInt128
    var boxes: [Box] = []
    /// Tasks too short for the smallest box.
    var unseen = 0
  }

  /// What isn't drawn.
  struct Left {
    /// Machines with less to do than those that are drawn.
    var machines = 0
    /// Their tasks that take time.
    var tasks = 0
    /// What those take together.
    var work: UInt128 = 0
  }

  /// The columns of the whole makespan.
  let width: Int
  /// When the last task ends.
  let makespan: UInt128
  /// What times are counted in.
  let unit: Rate.Unit
  /// The busiest machines, by number; a machine without work has no row.
  private(set) var rows: [Row] = []
  private(set) var left = Left()
  /// Tasks that take no time.
  private(set) var instants = 0

  /// Lays a schedule out.
  ///
  /// - Parameters:
  ///   - least: tasks of fewer columns may share a box.
  ///   - limit: the most machines that are drawn.
  /// - Complexity: O(tasks · log tasks).
  init(_ checked: CheckedSchedule, width: Int, least: Int, limit: Int) {
    self.width = width
    (makespan, unit) = (checked.makespan, checked.unit)
    var lists: [Int: [Schedule.Task]] = [:]
    for task in checked.schedule.tasks {
      if task.finish > task.start {
        lists[task.machine, default: []].append(task)
      } else {
        instants += 1
      }
    }
    var machines = lists.map { machine, tasks in
      (
        machine: machine, tasks: tasks,
        busy: tasks.reduce(UInt128(0)) { $0 + ($1.finish - $1.start) }
      )
    }
    machines.sort { ($1.busy, $0.machine) < ($0.busy, $1.machine) }
    for machine in machines.dropFirst(limit) {
      left.machines += 1
      left.tasks += machine.tasks.count
      left.work += machine.busy
    }
    let critical = Set(checked.criticalPath)
    rows = machines.prefix(limit).sorted { $0.machine < $1.machine }.map {
      var row = Row(machine: $0.machine, busy: $0.busy)
      fill(&row, $0.tasks.sorted { $0.start < $1.start }, least, critical)
      return row
    }
  }

  /// Where a time lies; never falls as time goes on.
  func column(_ time: UInt128) -> Int {
    Int((Double(time) / Double(makespan) * Double(width)).rounded())
  }

  /// The share of the makespan, 0 to 1, that a machine works.
  func share(_ row: Row) -> Double { Double(row.busy) / Double(makespan) }

  private func fill(
    _ row: inout Row, _ tasks: [Schedule.Task], _ least: Int,
    _ critical: Set<Int>
  ) {
    var group: Box?
    func close() {
      guard let box = group else { return }
      group = nil
      if box.columns.isEmpty {
        row.unseen += box.steps.count
      } else {
        row.boxes.append(box)
      }
    }
    for task in tasks {
      let box = Box(
        steps: [task.step], start: task.start, finish: task.finish,
        columns: column(task.start)..<column(task.finish),
        isCritical: critical.contains(task.step))
      if box.columns.count >= least {
        close()
        row.boxes.append(box)
      } else if let end = group?.columns.upperBound,
        end == box.columns.lowerBound
      {
        group?.extend(to: box)
      } else {
        close()
        group = box
      }
    }
    close()
  }
}
