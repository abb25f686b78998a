import JacobianChain

package struct SetSearch: Sendable {
  private let graph: ProductGraph
  private let tapeTotal: Int?

  /// The bytes that the tables of a graph may take: 128 MiB.
  package static let tableBudget = 128 << 20

  /// Prepares the search for the cheapest plan for all targets of `graph`.
  ///
  /// - Parameter tapeTotal: the tape that the plan may take; nil for any.
  package init(_ graph: ProductGraph, tapeTotal: Int? = nil) {
    self.graph = graph
    self.tapeTotal = tapeTotal
  }

  package func run(
    from outcome: SharedOutcome, control: SearchControl
  ) -> SharedOutcome {
    var outcome = outcome
    if outcome.chosen == nil { adoptSomePlan(&outcome) }
    guard !outcome.isProven, SetTables.bytes(of: graph) <= Self.tableBudget,
      let tables = SetTables(graph, isOpen: outcome.isOpen, control)
    else { return outcome }
    guard tables.isFeasible else {
      outcome.lower = outcome.upper
      return outcome
    }
    var rounds = SetRounds(
      tables, tapeTotal: tapeTotal, upper: outcome.upper,
      lower: outcome.lower)
    rounds.run(control)
    outcome.explored += rounds.explored
    outcome.lower = rounds.lower
    if let found = rounds.found {
      outcome.upper = rounds.upper
      outcome.chosen = choice(found)
    }
    return outcome
  }

  /// The operations of a plan by the value they make; other values keep their
  /// first operation.
  private func choice(_ operations: [Int]) -> [Int] {
    let isFound = Set(operations)
    return (0..<graph.count).map { v in
      graph.operations(of: v).first(where: isFound.contains)
        ?? graph.operations(of: v).lowerBound
    }
  }

  /// Makes each value by the operation whose tree costs least fma, or least
  /// tape: plans at once, of which the cheapest within the tape is taken.
  private func adoptSomePlan(_ outcome: inout SharedOutcome) {
    for weigh in [\ProductGraph.Operation.price, \.tape] {
      let chosen = trees(weigh)
      let price = graph.price(chosen)
      if price.fma < outcome.upper, price.tape <= tapeTotal ?? .max {
        (outcome.chosen, outcome.upper) = (chosen, price.fma)
      }
    }
  }

  private func trees(
    _ weight: KeyPath<ProductGraph.Operation, Int>
  ) -> [Int] {
    var totals = [Int](repeating: 0, count: graph.count)
    var chosen: [Int] = []
    for v in 0..<graph.count {
      var best = (total: Int.max, id: graph.operations(of: v).lowerBound)
      for id in graph.operations(of: v) {
        let operation = graph.operations[id]
        var total = operation[keyPath: weight]
        if operation.first >= 0 { total += totals[operation.first] }
        // A square needs its operand once, but as a tree twice; that is why
        // a tree is no more than a start.
        if operation.second >= 0 { total += totals[operation.second] }
        if total < best.total { best = (total, id) }
      }
      chosen.append(best.id)
      totals[v] = best.total
    }
    return chosen
  }
}
