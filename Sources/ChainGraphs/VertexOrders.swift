import JacobianChain

/// The cheapest order in which to eliminate a graph's vertices.
///
/// Eliminating v multiplies what leaves it with what enters it; which order
/// costs least is NP-hard to find (Naumann 2008,
/// doi:10.1007/s10107-006-0042-z). `OrderSearch` has the method. Bound and
/// proof speak of orders of elimination of vertices
/// (`Scope.vertexElimination`): on some graphs edges or faces, eliminated one
/// by one, need less.
///
/// Proven are graphs whose factors have their entries or are accumulated
/// first, each factor on one arc. With matrix-free or tied factors it is a
/// heuristic, and so it is for seconds: the best of the orders that cost least
/// in products' seconds and in fma, and of the baselines.
package struct VertexOrders: ChainSolver {
  /// Slices of work for what isn't proven.
  let effort: Int

  package init() { effort = 24 }

  /// A solver that gives up earlier, or later.
  package init(effort: Int) { self.effort = effort }

  package var name: String { "vertex-elimination" }

  package var summary: String {
    "graphs: subset program up to 20 vertices, else annealing and cuts; exact "
      + "among orders of vertices; O(2ⁿ·n)"
  }

  /// A heuristic for the fma and the seconds of a graph: the proof is of orders
  /// only.
  package func support(for problem: Problem, objective: Objective) -> Support {
    guard !objective.isScheduled else {
      return .unsupported("minimises fma, not \(objective.name)")
    }
    return problem.graph == nil
      ? .unsupported("eliminates vertices of a graph, these are products")
      : .heuristic
  }

  /// Searches an order.
  ///
  /// - Throws: `ChainError` (`infeasible`) when no order keeps to the limits,
  ///   (`tooLarge`) when a pattern can't be held, or a stop before there is a
  ///   plan.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    if objective.rate != .fma {
      return try quickest(of: problem, objective, control)
    }
    guard let paths = try PathBound(problem, control: control) else {
      return try orders(problem, objective: objective, control: control)
    }
    // What paths prove soon needs no long search.
    let first = try VertexOrders(effort: min(effort, 2)).orders(
      problem, objective: objective, control: control)
    let isSolved = first.status == .optimal
    let found = try first.raised(
      by: paths, of: problem, control, work: isSolved ? 1 << 23 : 1 << 26)
    guard found.status == .stopped(.heuristic), effort > 2 else { return found }
    return try orders(problem, objective: objective, control: control)
      .joined(with: first, of: problem)
      .raised(by: paths, of: problem, control, work: 1 << 30)
  }

  /// The cheapest order, proven among orders where the search ends.
  ///
  /// - Throws: as `solve` does.
  func orders(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let leaves = problem.leavesBeforeProducts
    let isCounted = problem.worstPrice < 1 << 62
    var (best, reason): (PricedPlan?, StopReason?) = (nil, nil)
    var explored = 0
    var bound: UInt128 = 0
    func takeBaseline() throws(ChainError) {
      let baselines = try Baselines(of: problem, control: control)
      (best, reason) = (baselines.best, baselines.stopReason)
      explored += baselines.orders.count
    }
    // What is counted without making a plan needs no baseline to start from.
    if leaves == nil || !isCounted { try takeBaseline() }
    if reason == nil, isCounted {
      let graph = try EliminationGraph(problem, control: control)
      let fixed = leaves ?? 0
      let search = OrderSearch(graph, effort: effort) { cost, bound, count in
        explored = count
        reason =
          control.report(
            SearchProgress(
              incumbent: [best?.fma, cost.map { UInt128($0) + fixed }]
                .compactMap(\.self).min(),
              bound: leaves.map { $0 + UInt128(bound) }, explored: count))
          ?? reason
        return reason != nil
      }
      if let failure = graph.algebra.failure, !failure.isStop {
        throw failure
      }
      let order = search.order.map { graph.origins[$0] }
      if let leaves, graph.algebra.failure == nil {
        bound = leaves + UInt128(search.bound)
        let cost = leaves + UInt128(search.cost)
        // What is counted is what the plan costs, and it has no adjoints that
        // a budget could forbid; whoever asks has the plan priced.
        if leaves == 0, problem.limits.tapeTotal == nil,
          let plan = try VertexElimination.plan(
            eliminating: order, of: problem, by: .cheaper)
        {
          return Solution(
            plan: plan, lowerBound: min(bound, cost),
            status: cost <= bound
              ? .optimal : .stopped(reason ?? .heuristic),
            explored: explored, scope: .vertexElimination)
        }
      }
      best = try cheaper(best, order, problem, at: .fma)
      // A budget of tapes may allow one of them still.
      if best == nil { try takeBaseline() }
    }
    guard let best else { throw refusal(problem, reason) }
    bound = min(max(bound, CostModel.lowerBound(of: problem)), best.fma)
    return Solution(
      plan: best.plan, lowerBound: bound,
      status: best.fma == bound ? .optimal : .stopped(reason ?? .heuristic),
      explored: explored, scope: .vertexElimination)
  }

  /// The order that takes the least time, of those with the least fma and the
  /// least nanoseconds of products that a search finds, and of the baselines.
  private func quickest(
    of problem: Problem, _ objective: Objective, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    let rate = objective.rate
    let baselines = try Baselines(of: problem, at: rate, control: control)
    var (best, reason) = (baselines.cheapest, baselines.stopReason)
    var explored = baselines.orders.count
    for searched in [rate, .fma]
    where reason == nil && problem.worstPrice < 1 << 62 {
      let graph = try EliminationGraph(problem, at: searched, control: control)
      let before = explored
      let search = OrderSearch(graph, effort: effort) { _, _, count in
        explored = before + count
        reason =
          control.report(
            SearchProgress(incumbent: best?.price, explored: explored))
          ?? reason
        return reason != nil
      }
      if let failure = graph.algebra.failure, !failure.isStop {
        throw failure
      }
      best = try cheaper(
        best, search.order.map { graph.origins[$0] }, problem, at: rate)
    }
    guard let best else { throw refusal(problem, reason) }
    let bound = min(rate.lowerBound(of: problem), best.price)
    return Solution(
      plan: best.plan, lowerBound: bound,
      status: best.price == bound ? .optimal : .stopped(reason ?? .heuristic),
      explored: explored, scope: .vertexElimination)
  }

  /// The plan of an order, if it costs less than the best so far.
  private func cheaper(
    _ best: PricedPlan?, _ order: [Int], _ problem: Problem, at rate: Rate
  ) throws(ChainError) -> PricedPlan? {
    guard
      let plan = try VertexElimination.plan(
        eliminating: order, of: problem, by: .cheaper)
    else { return best }
    do {
      let priced = try plan.priced(for: problem, at: rate)
      return priced.price < best?.price ?? .max ? priced : best
    } catch  where error.kind == .invalidPlan {
      // The only rule that an order can break is the budget over the plan.
      return best
    }
  }

  private func refusal(_ problem: Problem, _ reason: StopReason?) -> ChainError
  {
    if let reason { return .stopped(reason) }
    return ChainError(
      .infeasible, at: "/limits/tapeTotal",
      expected: "tapes that fit into \(problem.limits.tapeTotal ?? 0)",
      found: "more in every order of elimination",
      advice: "raise the limit, or give factors a tangent cost or their "
        + "entries")
  }
}

extension Problem {
  /// What the entries of all factors cost that a graph needs, when every order
  /// of elimination pays that and then products only; nil when factors may be
  /// applied without their entries, or stand on several arcs.
  fileprivate var leavesBeforeProducts: UInt128? {
    let used = graph!.usefulArcs.map { graph!.arcs[$0].factor }
    guard Set(used).count == used.count else { return nil }
    var sum: UInt128 = 0
    for index in used {
      let factor = factors[index]
      if factor.isGiven {
        if matrixFree, factor.tangentCost != nil || factor.adjointCost != nil {
          return nil
        }
        continue
      }
      guard !matrixFree else { return nil }
      sum += leaves(ofFactor: index).lazy.map(\.fma).min() ?? 0
    }
    return sum
  }
}
