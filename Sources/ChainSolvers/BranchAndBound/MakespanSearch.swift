import JacobianChain

/// The search for the least makespan of a chain: targets from below, then the
/// proof from above.
struct MakespanSearch: ~Copyable {
  private let problem: Problem
  private let graph: ProductGraph
  private let machines: Int
  private let control: SearchControl
  private var search: ReverseSearch
  private(set) var lower: Int
  private(set) var upper = Int.max
  private var best: (plan: Plan, schedule: Schedule)?
  private var stopReason: StopReason?

  /// States kept a layer where a target is tried for the first time.
  private static let width = 64

  /// Targets above the lower bound, in thousandths of it.
  private static let ladder = [
    0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 65, 80, 100, 130, 160, 200, 300, 500,
  ]

  init(
    _ problem: Problem, _ graph: ProductGraph, machines: Int,
    _ control: SearchControl
  ) throws(ChainError) {
    self.problem = problem
    self.graph = graph
    self.machines = machines
    self.control = control
    let spans = SpanOperations(graph)
    let fronts = SpanFronts(spans) { control.shouldStop() != nil }!
    lower = fronts.bound(spans.root, machines: machines)
    search = ReverseSearch(spans, fronts, machines: machines)
    try adopt(graph.best { $0 + $1 + $2 })
    try adopt(graph.best { $0 + max($1, $2) })
  }

  mutating func run() throws(ChainError) -> Solution {
    try climb()
    try descend()
    return Solution(
      plan: best!.plan, schedule: best!.schedule,
      lowerBound: UInt128(lower), stopReason: lower < upper ? stopReason : nil,
      explored: search.explored)
  }

  private mutating func climb() throws(ChainError) {
    for rung in Self.ladder {
      let target = lower + lower * rung / 1000
      guard target < upper, stopReason == nil else { return }
      if try attempt(target, width: Self.width) == .found { return }
    }
  }

  private mutating func descend() throws(ChainError) {
    var width = Self.width
    while lower < upper, stopReason == nil {
      switch try attempt(upper - 1, width: width) {
      case .found: break
      case .impossible, .stopped: return
      case .missed: width *= 4
      }
    }
  }

  private enum Answer { case found, impossible, missed, stopped }

  private mutating func attempt(
    _ target: Int, width: Int
  ) throws(ChainError) -> Answer {
    var reason: StopReason?
    let (control, lower, upper) = (control, lower, upper)
    let outcome = search.run(target: target, width: width) { explored in
      reason = control.report(
        SearchProgress(
          incumbent: UInt128(upper), bound: UInt128(lower),
          explored: explored))
      return reason != nil
    }
    switch outcome {
    case .found(let path):
      let (chosen, starts) = path.replayed(
        in: search.spans, machines: machines, target: target)
      try adopt(chosen, starts)
      precondition(self.upper <= target)
      return .found
    case .impossible:
      self.lower = max(lower, min(target + 1, self.upper))
      return .impossible
    case .missed:
      return .missed
    case .stopped:
      stopReason = reason
      return .stopped
    }
  }

  /// Takes a plan over if it ends earlier than the best one, steps in order of
  /// `starts` or, without, by list scheduling.
  private mutating func adopt(
    _ chosen: [Int], _ starts: [Int]? = nil
  ) throws(ChainError) {
    let plan = graph.plan(chosen)
    let priced = try plan.priced(for: problem)
    let schedule: Schedule
    if let starts {
      let values = graph.values(chosen)
      let order = values.indices.sorted {
        (starts[values[$0]], $0) < (starts[values[$1]], $1)
      }
      schedule = Schedule(starting: order, of: priced, machines: machines)
    } else {
      schedule = Schedule(listing: priced, machines: machines)
    }
    let makespan = Int(schedule.tasks.map(\.finish).max() ?? 0)
    guard makespan < upper else { return }
    upper = makespan
    best = (plan, schedule)
  }
}
