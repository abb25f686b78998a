import ChainSolvers
import JacobianChain

/// Limits of a branch and bound search; nil means unlimited.
public struct SearchLimits: Hashable, Sendable {
  /// The most subproblems looked at.
  public var nodes: Int?
  /// The search ends when (upper − lower) / upper is at most this.
  public var relativeGap: Double

  /// Creates limits; the default asks for a proof.
  public init(nodes: Int? = nil, relativeGap: Double = 0) {
    self.nodes = nodes
    self.relativeGap = relativeGap
  }
}

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
struct BranchAndBound {
  private let graph: ProductGraph
  private let tapeTotal: Int?
  private let limits: SearchLimits
  private let control: SearchControl
  private let granularity: Int
  private(set) var outcome: SharedOutcome
  private(set) var iterations = 0
  private var open: [Subproblem] = []

  private struct Subproblem {
    var isOpen: [Bool]
    var isForced: [Bool]
    var bound: Int
  }

  /// Starts from what is known, and makes sure that a plan is.
  ///
  /// `outcome.chosen` is nil afterwards when the total tape forbids all plans.
  init(
    _ graph: ProductGraph, _ outcome: SharedOutcome, tapeTotal: Int?,
    limits: SearchLimits, control: SearchControl
  ) {
    self.graph = graph
    self.outcome = outcome
    self.tapeTotal = tapeTotal
    self.limits = limits
    self.control = control
    granularity = max(
      graph.operations.reduce(0) { Self.divisor($0, $1.price) }, 1)
    if tapeTotal != nil { offer(leastTape()) }
    let prices = graph.operations.map { Double($0.price) }
    offer(Incumbent(graph, weights: prices, prices: prices).chosen)
  }

  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Searches until the incumbent is proven or a limit is reached, and says
  /// which; nil after a proof.
  ///
  /// - Precondition: `outcome.chosen` is not nil.
  mutating func run() throws(ChainError) -> StopReason? {
    open = [
      Subproblem(
        isOpen: outcome.isOpen,
        isForced: [Bool](repeating: false, count: graph.count),
        bound: outcome.lower)
    ]
    while let next = takeNext() {
      if let reason = stopReason(at: next.bound) {
        open.append(next)
        return stopped(reason)
      }
      outcome.explored += 1
      if let reason = try process(next) { return stopped(reason) }
      let (lower, upper) = (Double(next.bound), Double(outcome.upper))
      control.progress(upper > 0 ? lower / upper : 1)
    }
    outcome.lower = outcome.upper
    return nil
  }

  private mutating func stopped(_ reason: StopReason) -> StopReason? {
    let least = open.map(\.bound).min() ?? outcome.upper
    outcome.lower = max(outcome.lower, min(least, outcome.upper))
    return outcome.isProven ? nil : reason
  }

  private func stopReason(at bound: Int) -> StopReason? {
    if let reason = control.shouldStop() { return reason }
    if let most = limits.nodes, outcome.explored >= most { return .nodeLimit }
    let gap = Double(outcome.upper - bound)
    return gap <= limits.relativeGap * Double(outcome.upper)
      ? .nodeLimit : nil
  }

  /// The subproblem with the least bound, the newest of equals; drops those
  /// that the incumbent has overtaken.
  private mutating func takeNext() -> Subproblem? {
    let upper = outcome.upper
    open.removeAll { $0.bound >= upper }
    guard
      let best = open.indices.reversed().min(by: {
        open[$0].bound < open[$1].bound
      })
    else { return nil }
    return open.remove(at: best)
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
      iterations += 1
      let shares = shares(formulated, reduction, state.values)
      improve(shares, tapePrice: tapePrice(formulated, state.duals))
      if node.bound >= outcome.upper { return nil }
      let closed = close(&node, formulated, bound)
      if 5 * closed < formulated.columns.count(where: { $0 >= 0 }) {
        split(node, reduction, shares)
        return nil
      }
    }
  }

  private func formulate(_ parts: Formulating) -> FormulatedProgram {
    parts.program(.positional, columnLimit: Self.positionalLimit)
      ?? parts.program(.balanced)!
  }

  /// The most columns that GLPK gets in the positional formulation.
  static let positionalLimit = 12_000

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

  /// fma that a unit of tape is worth, from the row of the total tape.
  private func tapePrice(
    _ formulated: FormulatedProgram, _ duals: [Double]
  ) -> Double {
    formulated.excess == nil ? 0 : max(0, -(duals.last ?? 0))
  }

  /// The plan of the least tape: every factor on its own, by what needs the
  /// least, and products. Whatever else a plan does, it takes an adjoint of
  /// each factor that has nothing else.
  private func leastTape() -> [Int] {
    var weights = [Double](repeating: 0, count: graph.operations.count)
    for v in 0..<graph.count {
      let all = graph.operations(of: v)
      let least = all.map { graph.operations[$0].tape }.min() ?? 0
      for o in all {
        weights[o] =
          graph.operations[o].tape > least
          ? .infinity : Double(graph.operations[o].price)
      }
    }
    return Incumbent(graph, weights: weights, prices: weights).chosen
  }

  /// Tries the plans that the shares suggest.
  private mutating func improve(_ shares: [Double], tapePrice: Double) {
    let scales = tapePrice > 0 ? [1.0, 1.5, 4] : [1.0]
    for scale in scales {
      let prices = graph.operations.map {
        Double($0.price) + scale * tapePrice * Double($0.tape)
      }
      let weights = zip(prices, shares).map { $0 * (1 - min(max($1, 0), 1)) }
      offer(Incumbent(graph, weights: weights, prices: prices).chosen)
    }
  }

  private mutating func offer(fixed reduction: Reduction) {
    var chosen = [Int](repeating: -1, count: graph.count)
    for v in 0..<graph.count {
      for o in graph.operations(of: v) where reduction.isFixed[o] {
        chosen[v] = o
      }
    }
    offer(chosen)
  }

  private mutating func offer(_ chosen: [Int]) {
    let (fma, tape) = graph.price(chosen)
    guard tape <= tapeTotal ?? .max, fma < outcome.upper else { return }
    outcome.upper = fma
    outcome.chosen = chosen
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

  /// Two subproblems that have all plans of `node` between them.
  private mutating func split(
    _ node: Subproblem, _ reduction: Reduction, _ shares: [Double]
  ) {
    var best: (v: Int, o: Int?, score: Double)?
    for v in 0..<graph.count where !graph.isFree[v] {
      let all = graph.operations(of: v)
      guard !all.contains(where: { reduction.isFixed[$0] }) else { continue }
      if reduction.isForced[v] {
        for o in all where reduction.isOpen[o] {
          // A split where nothing is split yet is the last resort.
          let score = min(shares[o], 1 - shares[o]) / 2 + shares[o] * 1e-6
          if score > best?.score ?? -1 { best = (v, o, score) }
        }
      } else {
        let share = min(all.reduce(0) { $0 + shares[$1] }, 1)
        let score = min(share, 1 - share) + share * 1e-6
        if score > best?.score ?? -1 { best = (v, nil, score) }
      }
    }
    // Columns are left, so some value that has to be computed is undecided.
    guard let best else { preconditionFailure("nothing to split") }
    var (with, without) = (node, node)
    with.isForced[best.v] = true
    for o in graph.operations(of: best.v) {
      guard let chosen = best.o else {
        without.isOpen[o] = false
        continue
      }
      if o == chosen {
        without.isOpen[o] = false
      } else {
        with.isOpen[o] = false
      }
    }
    open.append(without)
    open.append(with)
  }
}
