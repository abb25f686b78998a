import JacobianChain

/// The search for the least makespan of a chain: targets from below, then the
/// proof from above.
struct MakespanSearch: ~Copyable {
  private let problem: Problem
  private let graph: ProductGraph
  private let machines: Int
  private let control: SearchControl
  private let reach: SpanReach
  private var search: ReverseSearch?
  private var explored = 0
  /// No target above this one can be tried.
  private var horizon = 0
  /// The least target that the fronts at hand don't exclude.
  private var start = 0
  /// Whether the fronts at hand prove anything.
  private var isExact = true
  /// The greatest target that was missed.
  private var missed = 0
  private(set) var lower: Int
  private(set) var upper = Int.max
  private var best: (plan: Plan, schedule: Schedule)?
  private var stopReason: StopReason?

  /// States kept a layer where a target is tried for the first time.
  private static let width = 64

  /// The bytes that the states of a layer may take; a few layers live at once.
  private static let memory = 256 << 20

  /// The most states a layer, times four.
  private var widest: Int {
    let words = StateLayer.Field.count + 2 * graph.words[0].count + machines
    return Self.memory / (8 * 4 * words)
  }

  /// The most points of a front until there is a first plan: all of them up to
  /// some hundred factors, whose fronts take a fraction of a second.
  private var coarse: Int {
    graph.operations.count <= 250_000 ? .max : 16
  }

  /// Targets above the lower bound, in thousandths of it.
  private static let ladder = [0, 2, 10, 20, 35, 60, 100, 200, 500]

  init(
    _ problem: Problem, _ graph: ProductGraph, machines: Int,
    _ control: SearchControl
  ) throws(ChainError) {
    self.problem = problem
    self.graph = graph
    self.machines = machines
    self.control = control
    reach = SpanReach(graph)
    let root = graph.targets[0]
    lower = max(
      reach.paths[root], (reach.works[root] + machines - 1) / machines)
    search = nil
    let least = graph.leastTape()
    if let tapeTotal = problem.limits.tapeTotal {
      try ProductGraph.check(tape: graph.price(least).tape, within: tapeTotal)
      try adopt(least)
    }
    try adopt(graph.best { $0 + $1 + $2 })
    try adopt(graph.best { $0 + max($1, $2) })
  }

  mutating func run() throws(ChainError) -> Solution {
    try climb()
    try descend()
    return Solution(
      plan: best!.plan, schedule: best!.schedule,
      lowerBound: UInt128(lower), stopReason: lower < upper ? stopReason : nil,
      explored: explored)
  }

  /// Prepares for targets up to `horizon`: no plan that takes longer is of
  /// interest, and fronts are small below the bound that they prove.
  private mutating func look(
    until horizon: Int, points: Int = .max
  ) throws(ChainError) {
    guard lower < upper, stopReason == nil else { return }
    self.horizon = horizon
    search = nil
    let spans = SpanOperations(
      graph, reach, horizon: horizon, machines: machines)
    var reason: StopReason?
    let (control, progress) = (control, progress)
    guard
      let fronts = SpanFronts(
        spans, limit: points,
        {
          reason = control.report(progress)
          return reason != nil
        })
    else {
      stopReason = reason
      return
    }
    start = min(horizon + 1, fronts.bound(spans.root, machines: machines))
    isExact = fronts.isExact
    if isExact { lower = max(lower, start) }
    for rung in Self.ladder {
      let target = start + start * rung / 1000
      guard let plan = fronts.plan(spans, within: min(target, horizon)) else {
        break
      }
      try adopt(plan)
    }
    search = ReverseSearch(
      spans, fronts, machines: machines,
      tapeTotal: problem.limits.tapeTotal)
  }

  /// Looks for a first plan: targets from below, as a loose one guides badly.
  private mutating func climb() throws(ChainError) {
    start = lower
    while lower < upper, horizon < min(start, upper - 1), stopReason == nil {
      try look(until: min(upper - 1, start + start / 8), points: 16)
    }
    try look(until: min(upper - 1, start + start / 50), points: coarse)
    if stopReason != nil { return }
    let first = start
    for rung in Self.ladder {
      let target = first + first * rung / 1000
      guard lower < upper, target < upper, stopReason == nil else { return }
      guard target > missed, target >= lower else { continue }
      if target > horizon {
        try look(
          until: min(upper - 1, target + target / 8), points: coarse)
        if stopReason != nil { return }
      }
      switch try attempt(target, width: Self.width) {
      case .found: return
      case .missed: missed = target
      case .impossible, .stopped: break
      }
    }
  }

  private mutating func descend() throws(ChainError) {
    var width = Self.width
    if !isExact || horizon < upper - 1 { try look(until: upper - 1) }
    var isBoundRaised = false
    while lower < upper, stopReason == nil {
      // Halfway first: a hit saves many small steps, a proof raises the bound.
      let open = max(lower, missed + 1)
      let middle = open + (upper - open) / 2
      if !isBoundRaised, middle < upper - 1,
        upper - open > max((upper - lower) / 4, lower / 500)
      {
        switch try attempt(middle, width: width) {
        case .missed: missed = middle
        case .impossible: isBoundRaised = true
        case .found, .stopped: break
        }
      } else {
        isBoundRaised = false
        guard try attempt(upper - 1, width: width) == .missed else { continue }
        guard width < widest else {
          // As wide as memory allows; more would not be a proof either.
          stopReason = .nodeLimit
          return
        }
        width = min(8 * width, widest)
        missed = 0
      }
    }
  }

  /// What is known so far.
  private var progress: SearchProgress {
    SearchProgress(
      incumbent: upper == .max ? nil : UInt128(upper), bound: UInt128(lower),
      explored: explored)
  }

  private enum Answer { case found, impossible, missed, stopped }

  private mutating func attempt(
    _ target: Int, width: Int
  ) throws(ChainError) -> Answer {
    var reason: StopReason?
    var progress = progress
    let control = control
    let outcome = search!.run(
      target: target, width: width, explored: &explored
    ) { explored in
      progress.explored = explored
      reason = control.report(progress)
      return reason != nil
    }
    defer {
      if stopReason == nil { stopReason = control.report(self.progress) }
    }
    switch outcome {
    case .found(let path):
      let (chosen, starts) = search!.replay(path)
      try adopt(chosen, starts)
      precondition(self.upper <= target)
      return .found
    case .impossible where !isExact:
      return .missed
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
    if let tapeTotal = problem.limits.tapeTotal,
      graph.price(chosen).tape > tapeTotal
    {
      return
    }
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
