/// The baselines of a graph: orders of elimination that need no search.
struct VertexSweeps {
  private(set) var plans: [Baseline: PricedPlan] = [:]
  private(set) var orders: [Baseline: [Int]] = [:]
  /// Why one is missing although it may be possible: there was no time.
  private(set) var stopReason: StopReason?
  /// Whether one is missing because a pattern can't be held.
  private(set) var isUnheld = false

  /// - Precondition: the problem has a graph.
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
      } catch  where error.kind == .tooLarge {
        isUnheld = true
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
    var prices = [UInt128?](repeating: nil, count: links.count)
    var queue = Heap<PricedVertex<UInt128>>()
    func price(
      _ vertex: Int, _ elimination: inout Self
    ) throws(ChainError) -> Bool {
      guard let price = try elimination.price(of: vertex) else { return false }
      guard prices[vertex] != price else { return true }
      prices[vertex] = price
      queue.insert(PricedVertex(price: price, vertex: vertex))
      return true
    }
    var order: [Int] = []
    for vertex in intermediates {
      guard try price(vertex, &self) else { return order }
    }
    while let next = queue.popFirst() {
      // What was priced anew since is in the queue once more.
      guard prices[next.vertex] == next.price else { continue }
      try control.checkpoint()
      let vertex = next.vertex
      let changed = neighbours(of: vertex)
      guard try eliminate(vertex) else { return order }
      prices[vertex] = nil
      order.append(vertex)
      for neighbour in changed where prices[neighbour] != nil {
        guard try price(neighbour, &self) else { return order }
      }
    }
    return order
  }
}
