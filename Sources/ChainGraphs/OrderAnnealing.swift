import ChainRandom
import JacobianChain

/// Simulated annealing on orders of elimination: one vertex moves to another
/// place, and only the costs between the two places change, because a vertex'
/// cost depends on the set before it alone (Kirkpatrick, Gelatt & Vecchi 1983,
/// doi:10.1126/science.220.4598.671).
///
/// States are kept for every place, so a move costs its length.
package final class OrderAnnealing {
  private let graph: EliminationGraph
  private let count: Int
  private let order: UnsafeMutablePointer<Int>
  /// places[v]: where a vertex stands in `order`; −1 for no intermediate.
  private let places: UnsafeMutablePointer<Int>
  /// costs[k]: fma of eliminating order[k] after those before it.
  private let costs: UnsafeMutablePointer<Int>
  /// By vertex, the intermediates with which it shares an arc.
  private let neighbours: [[Int]]
  /// states[k]: after the first k eliminations.
  private let states: [EliminationState]
  private let scratch: EliminationState
  private var random: SplitMix64
  /// The price of `order`.
  private var total: Int
  /// The best order there was.
  package private(set) var best: [Int]
  package private(set) var bestCost: Int

  package init(_ graph: EliminationGraph, order: [Int], seed: UInt64) {
    self.graph = graph
    count = order.count
    self.order = .copy(order)
    places = .copy([Int](repeating: -1, count: graph.count))
    costs = .copy([Int](repeating: 0, count: order.count))
    neighbours = (0..<graph.count).map { vertex in
      (graph.predecessors[vertex] + graph.successors[vertex]).compactMap {
        graph.roles[$0.vertex] == .intermediate ? $0.vertex : nil
      }
    }
    random = SplitMix64(seed: seed)
    states = (0...order.count).map { _ in EliminationState(graph) }
    scratch = EliminationState(graph)
    total = 0
    best = order
    bestCost = .max
    start(from: order)
  }

  deinit {
    order.deallocate()
    places.deallocate()
    costs.deallocate()
  }

  /// Goes on from another order.
  package func start(from order: [Int]) {
    total = 0
    for (place, vertex) in order.enumerated() {
      self.order[place] = vertex
      places[vertex] = place
      states[place + 1].copy(states[place])
      costs[place] = states[place + 1].eliminate(vertex)
      total += costs[place]
    }
    if total < bestCost { (best, bestCost) = (order, total) }
  }

  /// Moves at a temperature that falls from `hot` to `cold` (fma).
  package func anneal(
    moves: Int, hot: Double, cold: Double, stop: () -> Bool
  ) {
    guard count > 1 else { return }
    var temperature = hot
    let steps = 100
    let factor =
      hot > cold ? DoubleMath.power(cold / hot, 1 / Double(steps)) : 1
    for _ in 0..<steps {
      if stop() { return }
      for _ in 0..<max(1, moves / steps) {
        let from = random.integer(in: 0...count - 1)
        let to = target(from)
        if from != to { move(from, to, temperature) }
      }
      temperature *= factor
    }
  }

  /// Where the vertex at a place may go: past one with which it shares an arc,
  /// or a few places on, or anywhere.
  private func target(_ from: Int) -> Int {
    let near = neighbours[order[from]]
    switch random.integer(in: 0...7) {
    case 0...3 where !near.isEmpty:
      return places[near[random.integer(in: 0...near.count - 1)]]
    case 4: return random.integer(in: 0...count - 1)
    default:
      let distance = random.integer(in: 1...min(8, count - 1))
      return max(
        0, min(count - 1, random.oneIn(2) ? from - distance : from + distance))
    }
  }

  /// What a move costs on average if it costs something, fma; at least 1.
  package func roughness() -> Double {
    guard count > 1 else { return 1 }
    var (sum, moves) = (0.0, 0)
    for _ in 0..<200 {
      let from = random.integer(in: 0...count - 1)
      let to = max(0, min(count - 1, from + random.integer(in: 0...16) - 8))
      guard from != to else { continue }
      let delta = trial(from, to, .max)!
      if delta > 0 { (sum, moves) = (sum + Double(delta), moves + 1) }
    }
    return moves == 0 ? 1 : max(1, sum / Double(moves))
  }

  /// Tries to move the vertex at `from` to `to`.
  private func move(_ from: Int, _ to: Int, _ temperature: Double) {
    var allowed = Int.max
    if temperature > 0 {
      let draw = Double(random.next() >> 11) * 0x1p-53
      let room = -temperature * DoubleMath.log(max(draw, 1e-300))
      allowed = room < 1e15 ? Int(room) : .max
    } else {
      allowed = 0
    }
    guard let delta = trial(from, to, allowed) else { return }
    let (low, high) = (min(from, to), max(from, to))
    let vertex = order[from]
    for place in stride(from: from, to: to, by: from < to ? 1 : -1) {
      order[place] = order[place + (from < to ? 1 : -1)]
    }
    order[to] = vertex
    for place in low...high {
      places[order[place]] = place
      states[place + 1].copy(states[place])
      costs[place] = states[place + 1].eliminate(order[place])
    }
    total += delta
    guard total < bestCost else { return }
    bestCost = total
    best = Array(UnsafeBufferPointer(start: order, count: count))
  }

  /// What a move changes, fma; nil when that is more than `allowed`.
  private func trial(_ from: Int, _ to: Int, _ allowed: Int) -> Int? {
    let (low, high) = (min(from, to), max(from, to))
    let vertex = order[from]
    var old = 0
    for place in low...high { old += costs[place] }
    let room = allowed > Int.max - old ? Int.max : old + allowed
    var new = 0
    scratch.copy(states[low])
    for place in low...high {
      let next: Int
      if from < to {
        next = place == to ? vertex : order[place + 1]
      } else {
        next = place == low ? vertex : order[place - 1]
      }
      new += scratch.eliminate(next)
      if new > room { return nil }
    }
    return new - old
  }
}
