import JacobianChain

/// The cheapest order in which to eliminate a graph's faces: to multiply, one
/// after the other, two objects that meet in a vertex.
///
/// Beyond `VertexOrders`: a vertex needn't go at once, so some products serve
/// several others (Naumann 2004, doi:10.1007/s10107-003-0456-9), and a factor
/// may be applied to one operand and multiplied with another. Small graphs are
/// proven, matrix-free ones, too; larger ones get the best order of vertices.
/// What paths prove (`PathBound`) holds for every plan; a search that ends proves
/// it among eliminations of faces (`Scope.faceElimination`).
package struct FaceOrders: ChainSolver {
  package init() {}

  package var name: String { "face-elimination" }

  package var summary: String {
    "graphs, matrix-free ones, too: A* over eliminated faces, exact for few "
      + "arcs; else the best order of vertices; exponential"
  }

  /// A heuristic for the fma of a graph: the proof is of eliminations only.
  package func support(for problem: Problem, objective: Objective) -> Support {
    guard objective == .fma else {
      return .unsupported("minimises fma, not \(objective.name)")
    }
    return VertexOrders().support(for: problem, objective: objective)
  }

  /// Searches an order.
  ///
  /// - Throws: as `VertexOrders` does.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    // How close an order is to the bound of orders says nothing of faces.
    var withoutGap = control
    withoutGap.gapLimit = nil
    let vertices = try VertexOrders(effort: 2).orders(
      problem, objective: objective, control: withoutGap)
    var best = try vertices.plan.priced(for: problem)
    var explored = vertices.explored
    let least = CostModel.lowerBound(of: problem)
    var reason: StopReason?
    /// - Parameter bound: of eliminations of faces.
    func solution(
      _ bound: UInt128, _ paths: PathBound?, _ reason: StopReason?
    ) -> Solution {
      let everywhere = max(least, paths.map { UInt128($0.value) } ?? 0)
      let bound = min(max(bound, everywhere), best.fma)
      return Solution(
        plan: best.plan, lowerBound: bound,
        status: bound == best.fma ? .optimal : .stopped(reason ?? .heuristic),
        explored: explored,
        scope: paths != nil && everywhere >= bound
          ? .everyPlan : .faceElimination)
    }
    guard problem.worstPrice < 1 << 62 else {
      return solution(0, nil, vertices.status.stopReason)
    }
    let graph = try FaceGraph(problem, control: control)
    let paths = PathBound(graph, control: control)
    func stop() -> Bool {
      explored += 64
      reason = control.report(
        SearchProgress(
          incumbent: best.fma,
          bound: max(least, paths.map { UInt128($0.value) } ?? 0),
          explored: explored))
      return reason != nil
    }
    paths?.raise(to: Int(best.fma), work: 1 << 28, stop: stop)
    let isProven = paths.map { UInt128($0.value) >= best.fma } ?? false
    guard !isProven, reason == nil, graph.links.count <= FaceState.limit,
      problem.factors.count <= 64, problem.limits.tapeTotal == nil
    else { return solution(0, paths, reason ?? vertices.status.stopReason) }
    let search = FaceSearch(
      graph, bounds: try FaceBounds(graph, control: control), paths: paths,
      incumbent: Int(best.fma), stateLimit: 100_000, stop: stop)
    if let failure = graph.algebra.failure {
      guard failure.isStop else { throw failure }
      return solution(0, paths, reason ?? failure.stopReason)
    }
    if let acts = search.acts {
      let priced = try graph.plan(acts).priced(for: problem)
      if priced.fma < best.fma { best = priced }
    }
    return solution(
      graph.hasTiedFactors ? 0 : UInt128(max(0, search.bound)), paths, reason)
  }
}

extension FaceGraph {
  /// Whether a factor stands on several arcs: equal products could be shared,
  /// which the search doesn't see.
  var hasTiedFactors: Bool {
    let used = links.map(\.factor).filter { $0 >= 0 }
    return Set(used).count < used.count
  }

  /// What a search did, as a plan.
  func plan(_ acts: [FaceMoves.Act]) -> Plan {
    var steps: [Step] = []
    /// Objects by slot: the step of a value, or a factor that isn't one yet.
    var factors = links.map(\.factor)
    var isPassage = links.map { $0.factor < 0 }
    var values = [Int?](repeating: nil, count: links.count)
    var ends = links.map { Graph.Block(from: $0.from, to: $0.to) }
    var isLive = [Bool](repeating: true, count: links.count)
    var leaves: [Int: Int] = [:]
    func append(_ step: Step) -> Int {
      steps.append(step)
      return steps.count - 1
    }
    func leaf(_ factor: Int) -> Int {
      if let known = leaves[factor] { return known }
      let leaf = problem.leaves(ofFactor: factor).min { $0.fma < $1.fma }!
      leaves[factor] = append(leaf.step)
      return leaves[factor]!
    }
    func value(_ slot: Int) -> Int { values[slot] ?? leaf(factors[slot]) }
    for act in acts {
      switch act {
      case .accumulate(let factor): _ = leaf(factor)
      case .sum(let first, let second):
        values[first] = append(.add(value(first), value(second)))
        factors[first] = -1
        isLive[second] = false
      case .product(let inner, let outer, let way, let slot):
        if slot == factors.count {
          factors.append(-1)
          isPassage.append(false)
          values.append(nil)
          ends.append(Graph.Block(from: 0, to: 0))
          isLive.append(true)
        }
        let block = Graph.Block(from: ends[inner].from, to: ends[outer].to)
        var made: (value: Int?, factor: Int) = (nil, -1)
        switch way {
        case .multiply where isPassage[inner]:
          made = (values[outer], factors[outer])
        case .multiply where isPassage[outer]:
          made = (values[inner], factors[inner])
        case .multiply:
          made.value = append(
            .multiply(outer: value(outer), inner: value(inner)))
        case .tangent:
          made.value = append(
            .eliminate(
              factor: factors[outer], mode: .tangent, operand: value(inner)))
        case .adjoint:
          made.value = append(
            .eliminate(
              factor: factors[inner], mode: .adjoint, operand: value(outer)))
        }
        let passes = isPassage[inner] && isPassage[outer]
        values[slot] = made.value
        factors[slot] = made.factor
        isPassage[slot] = passes
        ends[slot] = block
        isLive[slot] = true
      }
    }
    let targets = blocks.map { block in
      value(
        ends.indices.last {
          isLive[$0] && ends[$0].from == block.from && ends[$0].to == block.to
        }!)
    }
    return Plan(steps: steps, targets: targets).mergingEqualSteps()
  }
}
