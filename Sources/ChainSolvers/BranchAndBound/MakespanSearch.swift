import JacobianChain

/// The search for the least makespan of a chain: targets from below, then the
/// proof from above.
struct MakespanSearch: ~Copyable {
  private let problem: Problem
  private let rate: Rate
  private let graph: ProductGraph
  private let machines: Int
  private let control: SearchControl
  private let reach: SpanReach
  /// The lesser of shortest path and least work ÷ machines.
  private let lesserBound: Int
  private var search: ReverseSearch?
  private var explored = 0
  /// No target above this one can be tried.
  private var horizon = 0
  /// The least target that the fronts at hand don't exclude.
  private var start = 0
  /// Whether the fronts at hand prove anything.
  private var isExact = true
  private var targets: TargetHalving
  private var best: (plan: Plan, schedule: Schedule)?
  private var stopReason: StopReason?

  /// States kept a layer where a target is tried for the first time.
  private static let width = 64

  /// The bytes that the states of a layer may take; a few layers live at once.
  private static let memory = 256 << 20

  /// The most points of a front until there is a first plan: all of them up to
  /// some hundred factors, whose fronts take a fraction of a second.
  private var coarse: Int {
    graph.operations.count <= 250_000 ? .max : 16
  }

  /// Targets above the lower bound, in thousandths of it.
  private static let ladder = [0, 2, 10, 20, 35, 60, 100, 200, 500]

  init(
    _ problem: Problem, at rate: Rate, _ graph: ProductGraph, machines: Int,
    _ control: SearchControl
  ) throws(ChainError) {
    (self.problem, self.rate) = (problem, rate)
    self.graph = graph
    self.machines = machines
    self.control = control
    reach = SpanReach(graph)
    let root = graph.targets[0]
    // A layer holds up to four times as many states before it is settled.
    let words = StateLayer.Field.count + 2 * graph.words[0].count + machines
    let share = (reach.works[root] + machines - 1) / machines
    lesserBound = min(reach.paths[root], share)
    targets = TargetHalving(
      lower: max(reach.paths[root], share), upper: .max, width: Self.width,
      widest: Self.memory / (8 * 4 * words))
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
      lowerBound: UInt128(targets.lower),
      // Without a stop: as wide as memory allows, and still no proof.
      status: targets.lower == targets.upper
        ? .optimal : .stopped(stopReason ?? .nodeLimit),
      explored: explored)
  }

  /// Whether anything is left to be tried, and time for it.
  private var goesOn: Bool {
    targets.lower < targets.upper && stopReason == nil
  }

  /// Prepares for targets up to `horizon`: no plan that takes longer is of
  /// interest, and fronts are small below the bound that they prove.
  private mutating func look(
    until horizon: Int, points: Int = .max
  ) throws(ChainError) {
    guard goesOn else { return }
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
    if isExact { targets.raise(to: start) }
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
    start = targets.lower
    // Bracketings with short paths have much work: the bound of the fronts is
    // mostly within half the lesser of the two bounds above the greater one.
    var step = max(start / 8, lesserBound / 2)
    while goesOn, horizon < min(start, targets.upper - 1) {
      try look(until: min(targets.upper - 1, start + step), points: 16)
      step = start / 8
    }
    // Wide enough for a first plan, and no wider: fronts grow with it.
    let room = max(start / 50, min(start / 20, (targets.upper - start) / 4))
    try look(until: min(targets.upper - 1, start + room), points: coarse)
    let first = start
    for rung in Self.ladder {
      let target = first + first * rung / 1000
      guard goesOn, target < targets.upper else { return }
      guard target > targets.missed, target >= targets.lower else { continue }
      if target > horizon {
        // All that the fronts at hand reach, before they are made anew.
        if horizon > targets.missed, horizon >= targets.lower,
          case .found = try attempt(horizon)
        {
          return
        }
        try look(
          until: min(targets.upper - 1, target + target / 8), points: coarse)
      }
      if case .found = try attempt(target) { return }
    }
  }

  private mutating func descend() throws(ChainError) {
    if !isExact || horizon < targets.upper - 1 {
      try look(until: targets.upper - 1)
    }
    while stopReason == nil, let target = targets.next {
      _ = try attempt(target)
    }
  }

  /// What is known so far.
  private var progress: SearchProgress {
    SearchProgress(
      incumbent: targets.upper == .max ? nil : UInt128(targets.upper),
      bound: UInt128(targets.lower), explored: explored)
  }

  /// Tries a target and takes note of the answer; nil when stopped.
  private mutating func attempt(
    _ target: Int
  ) throws(ChainError) -> TargetHalving.Answer? {
    guard stopReason == nil else { return nil }
    var reason: StopReason?
    var progress = progress
    let control = control
    let outcome = search!.run(
      target: target, width: targets.width, explored: &explored
    ) { explored in
      progress.explored = explored
      reason = control.report(progress)
      return reason != nil
    }
    let answer: TargetHalving.Answer
    switch outcome {
    case .stopped:
      stopReason = reason
      return nil
    case .found(let path):
      let (chosen, starts) = search!.replay(path)
      try adopt(chosen, starts)
      precondition(targets.upper <= target)
      answer = .found(makespan: targets.upper)
    case .impossible:
      answer = isExact ? .impossible : .missed
    case .missed:
      answer = .missed
    }
    targets.record(answer, at: target)
    stopReason = control.report(self.progress)
    return answer
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
    let priced = try plan.priced(for: problem, at: rate)
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
    guard makespan < targets.upper else { return }
    targets.improve(to: makespan)
    best = (plan, schedule)
  }
}
