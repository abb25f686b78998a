import JacobianChain

/// Bounds all rows of a graph in ascending order, round by round with wider
/// sweeps, until the last row, which is the whole problem, is proven.
struct SetRounds: ~Copyable {
  /// The operations of the best plan found, by graph id; nil when none was
  /// better than what was known before.
  private(set) var found: [Int]?
  /// The price of the best plan known, `Int.max` without one.
  private(set) var upper: Int
  /// No plan within the limits costs less, or `upper` is reached.
  private(set) var lower: Int
  /// States expanded, and what others looked at before.
  var explored: Int { sweep.explored }

  private let tables: SetTables
  private let tapeTotal: Int?
  private var sweep: SetSweep
  /// For each row, a price that some plan for it has, whatever its tape;
  /// `Int.max` for values that are free or can't be made.
  private var uppers: [Int]

  /// The most targets of a sweep, whose states hold them all, and of families.
  private static let goalLimit = 128

  /// The widths of the first round, which proves most rows, and the factor
  /// from one round to the next.
  private static let firstWidths = [30, 180, 1080]
  private static let widening = 6

  init(
    _ tables: SetTables, tapeTotal: Int?, memoryBudget: Int,
    effortLimit: Int, upper: Int, lower: Int, explored: Int
  ) {
    self.tables = tables
    self.tapeTotal = tapeTotal
    self.upper = upper
    self.lower = lower
    sweep = SetSweep(
      tables, memoryBudget: memoryBudget, effortLimit: effortLimit,
      explored: explored)
    uppers = [Int](repeating: .max, count: tables.rows)
  }

  /// Sweeps until the problem is proven, memory is short or `control` stops.
  mutating func run(_ control: SearchControl) {
    guard start(control), tables.goals.count <= Self.goalLimit else { return }
    var goesOn = true
    for width in Self.firstWidths.prefix(2) where goesOn && lower < upper {
      goesOn = sweepAll(width, control)
    }
    if goesOn { widen(control) }
    // What the rows have learnt since the last sweep over all targets.
    lower = max(lower, min(upper, together(tables.goals.count)))
  }

  private mutating func widen(_ control: SearchControl) {
    var widths = Self.firstWidths
    while lower < upper {
      for row in 0..<tables.rows - 1 {
        for width in widths {
          guard refine(row, width, control) else { return }
        }
      }
      for width in widths where lower < upper {
        guard sweepAll(width, control), !sweep.isSqueezed else { return }
      }
      widths = [widths[widths.count - 1] * Self.widening]
    }
  }

  /// First bounds of every row, from the rows below.
  ///
  /// - Returns: false when `control` stopped it.
  private mutating func start(_ control: SearchControl) -> Bool {
    let hasFamilies = tables.goals.count <= Self.goalLimit
    for row in 0..<(hasFamilies ? tables.rows : tables.count) {
      if row & 15 == 0, control.shouldStop() != nil { return false }
      lookAhead(row)
    }
    lower = max(lower, min(upper, together(tables.goals.count)))
    return true
  }

  /// The bound of the `count` shortest targets.
  private mutating func together(_ count: Int) -> Int {
    sweep.bound.holdsTargets = true
    sweep.bound.load(tables.goals[..<count].lazy.map(Int32.init))
    return sweep.bound.value
  }

  /// Bounds a row from the rows below it: a value by one step ahead, a family
  /// by its last target and the others.
  ///
  /// - Complexity: O(operations of the value), or O(targets²).
  private mutating func lookAhead(_ row: Int) {
    guard row < tables.count else {
      let k = row - tables.count
      sweep.bound[row] = max(sweep.bound[row], together(k + 1))
      let others = k == 0 ? 0 : uppers[row - 1]
      uppers[row] = min(uppers[row], uppers[tables.goals[k]] + others)
      return
    }
    if tables.operations(of: row).isEmpty { return }
    var (least, most) = (Int.max, uppers[row])
    for id in tables.operations(of: row) {
      let operation = tables.operations[id]
      let (a, b) = (operation.first, operation.second)
      least = min(least, operation.price + sweep.bound.pair(a, b))
      most = min(
        most,
        operation.price + (a < 0 ? 0 : uppers[a]) + (b < 0 ? 0 : uppers[b]))
    }
    sweep.bound[row] = max(sweep.bound[row], least)
    uppers[row] = most
  }

  /// One sweep for a row that isn't proven and that a better plan could use.
  ///
  /// - Returns: false when `control` stopped it.
  private mutating func refine(
    _ row: Int, _ width: Int, _ control: SearchControl
  ) -> Bool {
    if control.report(progress) != nil { return false }
    lookAhead(row)
    let known = sweep.bound[row]
    guard known < uppers[row], isUseful(row, known) else { return true }
    let goals =
      row < tables.count ? [row] : Array(tables.goals[...(row - tables.count)])
    sweep.bound.holdsTargets = row >= tables.count
    sweep.tapeTotal = nil
    let reason = sweep.run(
      goals, beating: uppers[row], width: width, control)
    uppers[row] = sweep.upper
    sweep.bound[row] = max(known, sweep.lower)
    return reason == nil
  }

  private var progress: SearchProgress {
    SearchProgress(
      incumbent: upper == .max ? nil : UInt128(upper), bound: UInt128(lower),
      explored: explored)
  }

  /// Whether a plan cheaper than `upper` may contain one for `row` that costs
  /// at least `known`. The last target alone is no row of its own when it is
  /// the only one.
  private func isUseful(_ row: Int, _ known: Int) -> Bool {
    guard row < tables.count else { return known < upper }
    let last = tables.goals[tables.goals.count - 1]
    if row == last { return tables.goals.count > 1 && known < upper }
    return known + tables.least[last] < upper
  }

  /// One sweep for all targets, under the total tape.
  ///
  /// - Returns: false when `control` stopped it.
  private mutating func sweepAll(
    _ width: Int, _ control: SearchControl
  ) -> Bool {
    if control.report(progress) != nil { return false }
    sweep.bound.holdsTargets = true
    sweep.tapeTotal = tapeTotal
    let reason = sweep.run(
      tables.goals, beating: upper, width: width, control)
    if let better = sweep.found {
      found = better
      upper = sweep.upper
    }
    lower = max(lower, sweep.lower)
    return reason == nil
  }
}
