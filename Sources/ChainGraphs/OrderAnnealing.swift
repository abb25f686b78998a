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
  private var order: [Int]
  /// costs[k]: fma of eliminating order[k] after those before it.
  private var costs: [Int]
  /// states[k]: after the first k eliminations.
  private var states: [EliminationState]
  private let scratch: EliminationState
  private var random: SplitMix64
  /// The price of `order`.
  private var total: Int
  /// The best order there was.
  package private(set) var best: [Int]
  package private(set) var bestCost: Int

  package init(_ graph: EliminationGraph, order: [Int], seed: UInt64) {
    self.graph = graph
    self.order = order
    random = SplitMix64(seed: seed)
    states = (0...order.count).map { _ in EliminationState(graph) }
    scratch = EliminationState(graph)
    costs = [Int](repeating: 0, count: order.count)
    total = 0
    best = order
    bestCost = .max
    start(from: order)
  }

  /// Goes on from another order.
  package func start(from order: [Int]) {
    self.order = order
    total = 0
    for (place, vertex) in order.enumerated() {
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
    let count = order.count
    guard count > 1 else { return }
    var temperature = hot
    let steps = 100
    let factor =
      hot > cold ? DoubleMath.power(cold / hot, 1 / Double(steps)) : 1
    for _ in 0..<steps {
      if stop() { return }
      for _ in 0..<max(1, moves / steps) {
        let from = random.integer(in: 0...count - 1)
        var to: Int
        if random.oneIn(4) {
          to = random.integer(in: 0...count - 1)
        } else {
          let distance = random.integer(in: 1...min(8, count - 1))
          to = random.oneIn(2) ? from - distance : from + distance
          to = max(0, min(count - 1, to))
        }
        if from != to { move(from, to, temperature) }
      }
      temperature *= factor
    }
  }

  /// What a move costs on average if it costs something, fma; at least 1.
  package func roughness() -> Double {
    let count = order.count
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
    order.insert(order.remove(at: from), at: to)
    for place in low...high {
      states[place + 1].copy(states[place])
      costs[place] = states[place + 1].eliminate(order[place])
    }
    total += delta
    if total < bestCost { (best, bestCost) = (order, total) }
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
