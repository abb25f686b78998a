import ChainSolvers
import JacobianChain

/// Branch and bound over what a graph's plans compute, and how.
///
/// A subproblem says which operations are closed and which values have to be
/// computed. It is split at a value (computed or not) or at an operation of a
/// value that has to be computed (this one or another), until nothing is left
/// to decide. Doubles only choose where to split and which plans to try:
///
/// * a subproblem is dropped only when a `DualBound` (integers, for any
///   multipliers), its fixed prices or tapes exclude anything cheaper than the
///   incumbent, or when no plan is left in it;
/// * an operation is closed only when such a bound excludes it;
/// * the price of a plan is summed up in integers.
///
/// All prices being multiples of their greatest common divisor, bounds are
/// rounded up to one.
struct ProductBranching {
  let graph: ProductGraph
  let tapeTotal: Int?
  private let control: SearchControl
  private let granularity: Int
  var outcome: SharedOutcome
  var open: [Subproblem] = []
  /// Whether the last subproblem left its two parts at the end of `open`.
  private var hasSplit = false

  /// Which operations may be used, which values have to be computed, and what
  /// no plan of it undercuts.
  struct Subproblem {
    var isOpen: [Bool]
    var isForced: [Bool]
    var bound: Int
  }

  /// Starts from what is known, a plan included.
  init(
    _ graph: ProductGraph, _ outcome: SharedOutcome, tapeTotal: Int?,
    control: SearchControl
  ) {
    self.graph = graph
    self.outcome = outcome
    self.tapeTotal = tapeTotal
    self.control = control
    granularity = max(
      graph.operations.reduce(0) { Self.divisor($0, $1.price) }, 1)
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Searches until the incumbent is proven or a limit is reached, and says
  /// which; nil after a proof.
  mutating func run() throws(ChainError) -> StopReason? {
    open = [
      Subproblem(
        isOpen: outcome.isOpen,
        isForced: [Bool](repeating: false, count: graph.count),
        bound: outcome.lower)
    ]
    // A stop may come before the first relaxation says anything.
    improve([Double](repeating: 0, count: graph.operations.count), tapePrice: 0)
    while bringNextToTheEnd() {
      if let reason = stopReason() { return stopped(reason) }
      outcome.explored += 1
      if let reason = try process(open.removeLast()) { return stopped(reason) }
    }
    outcome.lower = outcome.upper
    return nil
  }

  private mutating func stopped(_ reason: StopReason) -> StopReason? {
    outcome.lower = lower
    return outcome.isProven ? nil : reason
  }

  /// What no plan undercuts, by the subproblems that are open.
  private var lower: Int {
    let least = open.map(\.bound).min() ?? outcome.upper
    return max(outcome.lower, min(least, outcome.upper))
  }

  private func stopReason() -> StopReason? {
    var progress = outcome.progress
    progress.bound = UInt128(lower)
    return control.report(progress)
  }

  /// Chooses a part of the subproblem that was split last, whose relaxation is
  /// nearly a plan; after one that was closed, the subproblem with the least
  /// bound. Drops those that the incumbent has overtaken; false when none is
  /// left.
  private mutating func bringNextToTheEnd() -> Bool {
    let upper = outcome.upper
    open.removeAll { $0.bound >= upper }
    guard let last = open.indices.last else { return false }
    if !hasSplit {
      open.swapAt(open.indices.min { open[$0].bound < open[$1].bound }!, last)
    }
    return true
  }

  private func rounded(_ bound: Int) -> Int {
    let rest = bound % granularity
    return rest > 0 ? bound + granularity - rest : bound
  }

  /// Bounds a subproblem, and closes or splits it.
  private mutating func process(
    _ given: Subproblem
  ) throws(ChainError) -> StopReason? {
    var node = given
    hasSplit = false
    while true {
      let reduction = Reduction(
        graph, isOpen: node.isOpen, forced: node.isForced)
      guard reduction.isFeasible, reduction.tape <= tapeTotal ?? .max,
        rounded(reduction.price) < outcome.upper
      else { return nil }
      node.isOpen = reduction.isOpen
      node.isForced = reduction.isForced
      let parts = Formulating(
        graph: graph, reduction: reduction, tapeTotal: tapeTotal, labels: nil,
        excessPrice: outcome.upper)
      let formulated = formulate(parts)
      guard !formulated.program.columns.isEmpty else {
        offer(fixed: reduction)
        return nil
      }
      // Large programs get short turns, so that a stop is heard in time.
      let slice = max(20, min(300, 2_000_000 / formulated.program.size))
      var relaxation = try Relaxation(formulated.program)
      var state: Relaxation.State
      var bound: DualBound?
      repeat {
        state = try relaxation.run(iterations: slice)
        let now = DualBound(of: formulated.program, duals: state.duals)
        if let now, now.value > bound?.value ?? .min { bound = now }
        if let bound { node.bound = max(node.bound, rounded(bound.value)) }
        if node.bound >= outcome.upper { return nil }
        if let reason = control.shouldStop() {
          open.append(node)
          return reason
        }
      } while !state.isFinished
      let shares = shares(formulated, reduction, state.values)
      improve(shares, tapePrice: tapePrice(formulated, state.duals))
      if node.bound >= outcome.upper { return nil }
      let closed = close(&node, formulated, bound)
      if 5 * closed < formulated.columns.count(where: { $0 >= 0 }) {
        split(node, reduction, shares)
        hasSplit = true
        return nil
      }
    }
  }

  private func formulate(_ parts: Formulating) -> FormulatedProgram {
    parts.program(.positional, columnLimit: Self.positionalLimit)
      ?? parts.program(.balanced)!
  }

  /// The most columns that GLPK gets in the positional formulation.
  static let positionalLimit = 25_000

  /// How much of each operation a relaxed solution uses, 0 to 1.
  private func shares(
    _ formulated: FormulatedProgram, _ reduction: Reduction,
    _ values: [Double]
  ) -> [Double] {
    var shares = reduction.isFixed.map { $0 ? 1.0 : 0 }
    for (o, column) in formulated.columns.enumerated() where column >= 0 {
      shares[o] = values[column]
    }
    for copy in formulated.copies {
      shares[copy.operation] = max(
        shares[copy.operation], values[copy.column])
    }
    return shares
  }

  /// Closes what no plan cheaper than the incumbent can contain; returns how
  /// many operations that were.
  private func close(
    _ node: inout Subproblem, _ formulated: FormulatedProgram,
    _ bound: DualBound?
  ) -> Int {
    guard let bound else { return 0 }
    let limit = outcome.upper - granularity
    var excluded = formulated.columns.map {
      $0 >= 0 && bound.excludes($0, above: limit)
    }
    var isPossible = [Bool](repeating: false, count: excluded.count)
    for copy in formulated.copies
    where !bound.excludes(copy.column, above: limit) {
      isPossible[copy.operation] = true
    }
    for copy in formulated.copies where !isPossible[copy.operation] {
      excluded[copy.operation] = true
    }
    var count = 0
    for o in excluded.indices where excluded[o] && node.isOpen[o] {
      node.isOpen[o] = false
      count += 1
    }
    return count
  }
}
