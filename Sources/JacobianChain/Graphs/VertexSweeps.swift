/// The baselines of a graph: orders of elimination that need no search.
struct VertexSweeps {
  private(set) var plans: [Baseline: PricedPlan] = [:]
  private(set) var orders: [Baseline: [Int]] = [:]
  /// Why one is missing although it may be possible: there was no time.
  private(set) var stopReason: StopReason?

  /// - Precondition: the problem has a graph.
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held.
  init(_ problem: Problem, _ control: SearchControl) throws(ChainError) {
    let ways: [(Baseline, VertexElimination.Way)] = [
      (.forward, .tangent), (.reverse, .adjoint), (.markowitz, .cheaper),
    ]
    for (baseline, way) in ways {
      do {
        var elimination = try VertexElimination(
          problem, by: way, control: control)
        let inputsFirst = elimination.intermediates
        let order: [Int]
        let isPossible: Bool
        switch way {
        case .tangent, .adjoint:
          order = way == .tangent ? inputsFirst : inputsFirst.reversed()
          isPossible = try elimination.eliminate(inOrder: order, control)
        case .cheaper:
          order = try elimination.eliminateCheapest(control)
          isPossible = order.count == inputsFirst.count
        }
        guard isPossible, let plan = try elimination.plan() else { continue }
        plans[baseline] = try plan.priced(for: problem, control: control)
        orders[baseline] = order
      } catch  where error.kind == .invalidPlan {
        // The only rule that an order can break is the budget over the plan.
        continue
      } catch  where error.isStop {
        stopReason = error.stopReason
      }
    }
  }
}

extension VertexElimination {
  /// Eliminates the vertex that costs least, of equal ones the one listed first,
  /// as long as modes and limits allow; the vertices in that order.
  fileprivate mutating func eliminateCheapest(
    _ control: SearchControl
  ) throws(ChainError) -> [Int] {
    var prices = [UInt128?](repeating: nil, count: leaving.count)
    var remaining = intermediates.sorted()
    for vertex in remaining { prices[vertex] = try price(of: vertex) }
    var order: [Int] = []
    while !remaining.isEmpty {
      try control.checkpoint()
      // The first of the smallest.
      var best = 0
      for (place, vertex) in remaining.enumerated() {
        guard let price = prices[vertex] else { return order }
        if price < prices[remaining[best]]! { best = place }
      }
      let vertex = remaining.remove(at: best)
      let changed = neighbours(of: vertex).filter { prices[$0] != nil }
      guard try eliminate(vertex) else { return order }
      order.append(vertex)
      for neighbour in changed {
        prices[neighbour] = try price(of: neighbour)
      }
    }
    return order
  }
}
