import JacobianChain

/// The search for the cheapest order in which to eliminate vertices, and for a
/// bound that proves it.
///
/// Parts that know nothing of each other are searched apart. A part of up to 20
/// vertices is solved by `SubsetProgram`. A larger one starts from the best of
/// forward, reverse, Markowitz and `LevelOrder`; vertices that may well go first
/// go, and `OrderAnnealing` orders the rest, then all. Beside it `GroupBound`
/// raises the bound, and `SetSearch` closes what is left between the two, until
/// they meet, the effort is spent, or the caller stops it. Beyond 250 vertices
/// the best start is the answer, and dominators give the bound.
package struct OrderSearch {
  /// The best order found of all intermediates.
  package private(set) var order: [Int] = []
  /// fma of the order.
  package private(set) var cost = 0
  /// No order costs less.
  package private(set) var bound = 0
  /// Moves, sets and groups looked at.
  package private(set) var explored = 0

  /// Tells of a better order or bound; answers whether to stop.
  package typealias Watch = (
    _ cost: Int, _ bound: Int, _ explored: Int
  ) -> Bool

  /// Searches.
  ///
  /// - Parameter effort: how much work goes into each part that isn't proven;
  ///   about a second each.
  package init(_ graph: EliminationGraph, effort: Int = 30, watch: Watch) {
    var searches: [PartSearch] = []
    func tell() -> Bool {
      watch(
        searches.reduce(0) { $0 + $1.cost },
        searches.reduce(0) { $0 + $1.bound },
        searches.reduce(0) { $0 + $1.explored })
    }
    for part in graph.parts() { searches.append(PartSearch(part, tell)) }
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

  /// Whether it has more vertices than can be searched.
  var isLarge: Bool { graph.intermediates.count > 250 }

  init(_ graph: EliminationGraph, _ stop: () -> Bool) {
    self.graph = graph
    names = graph.origins
    let forward = graph.intermediates
    (best, cost, bound) = (forward, graph.cost(of: forward), 0)
    guard !graph.intermediates.isEmpty else { bound = cost; return }
    consider(forward.reversed())
    if stop() { return }
    consider(graph.markowitzOrder())
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
    let starts = [
      { core.markowitzOrder() }, { core.intermediates },
      { core.intermediates.reversed() }, { annealing.best },
    ]
    // Once nothing gets better, the bound gets most of the time.
    if stale > 4, round % 3 != 0 { return }
    let before = cost
    defer { stale = cost < before ? 0 : stale + 1 }
    let moves = 60_000 << min(round, 2)
    annealing.start(from: starts[round % 4]())
    annealing.anneal(
      moves: moves, hot: roughness * [1, 0.3, 2, 0.5][round % 4],
      cold: roughness * 0.05, stop: stop)
    explored += moves
    let whole =
      reduced + annealing.best.map { reduced.isEmpty ? $0 : core.origins[$0] }
    let price = graph.cost(of: whole)
    take(whole, price)
    // What the reduction may have lost: a cooler walk on all vertices.
    if !reduced.isEmpty {
      if full == nil { full = OrderAnnealing(graph, order: best, seed: 2) }
      full!.start(from: round % 2 == 0 ? whole : best)
      full!.anneal(
        moves: moves / 4, hot: roughness * 0.3, cold: roughness * 0.05,
        stop: stop)
      take(full!.best, full!.bestCost)
    }
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
