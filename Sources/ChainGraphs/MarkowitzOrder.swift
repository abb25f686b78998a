import JacobianChain

extension EliminationGraph {
  /// fma of eliminating the intermediate vertices in an order.
  package func cost(of order: [Int]) -> Int { cost(of: order, upTo: .max)! }

  /// The same; nil beyond `limit`.
  package func cost(of order: [Int], upTo limit: Int) -> Int? {
    let state = SparseEliminationState(self)
    var sum = 0
    for vertex in order {
      sum += state.eliminate(vertex)
      if sum > limit { return nil }
    }
    return sum
  }

  /// The cheapest vertex first, ties to the one listed first (Griewank &
  /// Reese 1991, after Markowitz 1957, doi:10.1287/mnsc.3.3.255).
  package func markowitzOrder() -> [Int] { markowitzElimination().order }

  /// The same, and its fma.
  func markowitzElimination() -> (order: [Int], cost: Int) {
    let state = SparseEliminationState(self)
    var prices = [Int?](repeating: nil, count: count)
    var queue = Heap<PricedVertex<Int>>()
    func price(_ vertex: Int) {
      let price = state.cost(vertex)
      guard prices[vertex] != price else { return }
      prices[vertex] = price
      queue.insert(PricedVertex(price: price, vertex: vertex))
    }
    intermediates.forEach(price)
    var order: [Int] = []
    var cost = 0
    while let next = queue.popFirst() {
      // What was priced anew since is in the queue once more.
      guard prices[next.vertex] == next.price else { continue }
      let vertex = next.vertex
      let changed = state.neighbours(vertex)
      cost += state.eliminate(vertex)
      prices[vertex] = nil
      order.append(vertex)
      for neighbour in changed where prices[neighbour] != nil {
        price(neighbour)
      }
    }
    return (order, cost)
  }
}
