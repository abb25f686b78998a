import JacobianChain

/// The search for the cheapest order in which to eliminate vertices, and for a
/// bound that proves it.
///
/// Parts that know nothing of each other are searched apart. A part of up to 20
/// vertices is solved by `SubsetProgram`. Of a larger one with dense arcs only
/// vertices go first that may, which is proven to lose nothing and may leave
/// several parts. What is left starts from the best of forward, reverse,
/// Markowitz and `LevelOrder`; vertices that may well go first go, and
/// `OrderAnnealing` orders the rest, then all. Beside it `GroupBound` raises the
/// bound, and `SetSearch` closes what is left between the two, until they meet,
/// the effort is spent, or the caller stops it. Beyond 250 vertices the best
/// start is the answer, and dominators give the bound.
package struct OrderSearch {
  /// The best order found of all intermediates.
  package private(set) var order: [Int] = []
  /// fma of the order.
  package private(set) var cost = 0
  /// No order costs less.
  package private(set) var bound = 0
  /// Moves, sets and groups looked at.
  package private(set) var explored = 0

  /// Tells of a better order or bound; answers whether to stop. The cost is nil
  /// until every part has an order.
  package typealias Watch = (
    _ cost: Int?, _ bound: Int, _ explored: Int
  ) -> Bool

  /// Searches.
  ///
  /// - Parameter effort: how much work goes into each part that isn't proven;
  ///   about a second each.
  package init(_ graph: EliminationGraph, effort: Int = 30, watch: Watch) {
    var searches: [PartSearch] = []
    // What goes first costs what it costs.
    var first = 0
    var isComplete = false
    func tell() -> Bool {
      watch(
        isComplete ? searches.reduce(first) { $0 + $1.cost } : nil,
        searches.reduce(first) { $0 + $1.bound },
        searches.reduce(0) { $0 + $1.explored })
    }
    for part in graph.parts() {
      let names = part.origins
      let count = part.intermediates.count
      guard count > SubsetProgram.limit, count <= PartSearch.limit,
        part.hasCuts, part.isDense
      else {
        searches.append(PartSearch(part, names, tell))
        continue
      }
      let prefix = part.safePrefix()
      order += prefix.map { names[$0] }
      first += part.cost(of: prefix)
      let core = part.eliminating(prefix)
      for left in core.parts() {
        searches.append(
          PartSearch(left, left.origins.map { names[core.origins[$0]] }, tell))
      }
    }
    (cost, bound) = (first, first)
    isComplete = true
    var isStopped = tell()
    rounds: for round in 0..<effort where !isStopped {
      for index in searches.indices
      where searches[index].cost > searches[index].bound
        && !searches[index].isLarge
      {
        searches[index].work(round, stop: tell)
        isStopped = tell()
        if isStopped { break rounds }
      }
      if searches.allSatisfy({ $0.cost <= $0.bound || $0.isLarge }) { break }
    }
    for search in searches {
      order += search.order
      cost += search.cost
      bound += search.bound
      explored += search.explored
    }
  }
}

/// The search on one part.
final class PartSearch {
  private let graph: EliminationGraph
  private let names: [Int]
  private var best: [Int]
  private(set) var cost: Int
  private(set) var bound: Int
  private(set) var explored = 0
  private var annealing: OrderAnnealing?
  private var full: OrderAnnealing?
  private var reduced: [Int] = []
  private var core: EliminationGraph?
  private var roughness = 1.0
  private var stale = 0
  private var groups: GroupBound?

  /// The most vertices that are searched.
  static let limit = 250

  /// Whether it has more vertices than can be searched.
  var isLarge: Bool { graph.intermediates.count > Self.limit }

  /// - Parameter names: what each vertex is called elsewhere.
  init(_ graph: EliminationGraph, _ names: [Int], _ stop: () -> Bool) {
    self.graph = graph
    self.names = names
    let forward = graph.intermediates
    (best, cost, bound) = (forward, graph.cost(of: forward), 0)
    guard !graph.intermediates.isEmpty else { bound = cost; return }
    consider(forward.reversed())
    if stop() { return }
    let markowitz = graph.markowitzElimination()
    take(markowitz.order, markowitz.cost)
    if let order = LevelOrder(graph).order(stop: stop) { consider(order) }
    guard graph.hasCuts else { return }
    bound =
      (isLarge ? graph.dominatorBounds() : graph.separatorBounds())
      .reduce(0, +)
  }

  var order: [Int] { best.map { names[$0] } }

  private func consider(_ order: [Int]) { take(order, graph.cost(of: order)) }

  private func take(_ order: [Int], _ price: Int) {
    if price < cost { (best, cost) = (order, price) }
  }

  func work(_ round: Int, stop: () -> Bool) {
    if graph.intermediates.count <= SubsetProgram.limit {
      guard let solved = SubsetProgram(graph, stop: stop) else { return }
      take(solved.order, solved.cost)
      explored += solved.explored
      bound = cost
      return
    }
    anneal(round, stop)
    if cost <= bound || stop() { return }
    raiseBound(round, stop)
  }

  private func anneal(_ round: Int, _ stop: () -> Bool) {
    if round == 0 {
      reduced = graph.hasCuts ? graph.reduction() : []
      let core = reduced.isEmpty ? graph : graph.eliminating(reduced)
      self.core = core
      guard !core.intermediates.isEmpty else {
        take(reduced, graph.cost(of: reduced))
        return
      }
      annealing = OrderAnnealing(
        core, order: core.markowitzOrder(), seed: 1)
      roughness = annealing!.roughness()
    }
    guard let core, let annealing else { return }
    // Once nothing gets better, the bound gets most of the time.
    if stale > 4, round % 3 != 0 { return }
    let before = cost
    defer { stale = cost < before ? 0 : stale + 1 }
    let moves = 60_000 << min(round, 2)
    explored += moves
    let turn = (reduced.isEmpty ? round : round / 2) % 4
    let hot = roughness * [2, 1, 2, 0.5][turn]
    // What the reduction may have lost: every other walk is on all vertices.
    if !reduced.isEmpty, round % 2 == 1 {
      let starts = [
        { self.best }, { self.graph.markowitzOrder() },
        { self.graph.intermediates }, { self.graph.intermediates.reversed() },
      ]
      let full =
        self.full ?? OrderAnnealing(graph, order: best, seed: 2)
      self.full = full
      full.start(from: starts[turn]())
      full.anneal(moves: moves, hot: hot, cold: roughness * 0.05, stop: stop)
      return take(full.best, full.bestCost)
    }
    let starts = [
      { core.markowitzOrder() }, { core.intermediates },
      { core.intermediates.reversed() }, { annealing.best },
    ]
    annealing.start(from: starts[turn]())
    annealing.anneal(
      moves: moves, hot: hot, cold: roughness * 0.05, stop: stop)
    let whole =
      reduced + annealing.best.map { reduced.isEmpty ? $0 : core.origins[$0] }
    take(whole, graph.cost(of: whole))
  }

  private func raiseBound(_ round: Int, _ stop: () -> Bool) {
    guard graph.hasCuts else { return }
    if groups == nil { groups = GroupBound(graph) }
    groups!.improve(
      incumbent: cost, round: round, stop: stop)
    bound = max(bound, groups!.bound)
    explored += 1
    if cost > bound, round % 5 == 4, !stop() { searchSets(round, stop) }
  }

  /// Larger searches in later rounds, when groups tell more.
  private func searchSets(_ round: Int, _ stop: () -> Bool) {
    guard graph.intermediates.count <= SetSearch.limit,
      let tables = groups!.tables(stop: stop)
    else { return }
    let search = SetSearch(
      graph, groups: tables, single: groups!.single, incumbent: cost,
      stateLimit: 200_000 << min(round / 5, 2), stop: stop)
    explored += search.explored
    bound = max(bound, search.bound)
    if let order = search.order { consider(order) }
  }
}
