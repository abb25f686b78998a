import JacobianChain

extension EliminationGraph {
  /// fma of eliminating the intermediate vertices in an order.
  package func cost(of order: [Int]) -> Int {
    let state = EliminationState(self)
    return order.reduce(0) { $0 + state.eliminate($1) }
  }

  /// The cheapest vertex first, ties to the one listed first (Griewank &
  /// Reese 1991, after Markowitz 1957, doi:10.1287/mnsc.3.3.255).
  package func markowitzOrder() -> [Int] {
    let state = EliminationState(self)
    var left = intermediates
    var order: [Int] = []
    while !left.isEmpty {
      var best = 0
      var least = Int.max
      for (place, vertex) in left.enumerated() {
        let cost = state.cost(vertex)
        if cost < least { (best, least) = (place, cost) }
      }
      let vertex = left.remove(at: best)
      state.eliminate(vertex)
      order.append(vertex)
    }
    return order
  }
}
