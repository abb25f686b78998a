import JacobianChain

/// A* over states of face elimination (Hart, Nilsson & Raphael 1968,
/// doi:10.1109/TSSC.1968.300136).
///
/// What is left to pay is estimated by what can't be avoided: a factor without
/// entries is evaluated at least once, and at a vertex where two values meet at
/// least one product is computed. Each is priced at the smallest vertex before
/// and behind where everything is dense.
struct FaceSearch {
  /// What is done next to a state.
  enum Move {
    /// The product of two objects.
    case eliminate(inner: Int, outer: Int, way: Way)
    /// The sum of two objects.
    case merge(first: Int, second: Int)
  }

  enum Way { case multiply, tangent, adjoint }

  /// What a move does, for plans; objects by slot.
  enum Act {
    case accumulate(factor: Int)
    case product(inner: Int, outer: Int, way: Way, slot: Int)
    case sum(first: Int, second: Int)
  }

  private struct Node {
    var state: FaceState
    var parent: Int
    var move: Move?
    var cost: Int
    var estimate: Int
  }

  private struct Waiting: Comparable {
    var total: Int
    var cost: Int
    var index: Int
    static func < (a: Waiting, b: Waiting) -> Bool {
      (a.total, b.cost, a.index) < (b.total, a.cost, b.index)
    }
  }

  private let graph: FaceGraph
  private let problem: Problem
  private let up: [Int]
  private let down: [Int]
  private let leafPrices: [Int?]
  private var evaluations: [Int: Int] = [:]
  private var nodes: [Node] = []
  /// No elimination of faces costs less.
  private(set) var bound = 0
  private(set) var explored = 0
  /// What the best one does; nil when nothing below the limit was found.
  private(set) var acts: [Act]?
  private var recorded: [Act] = []

  /// - Parameter incumbent: only what costs less is searched.
  init(
    _ graph: FaceGraph, incumbent: Int, stateLimit: Int, stop: () -> Bool
  ) {
    self.graph = graph
    problem = graph.problem
    let problem = graph.problem
    leafPrices = problem.factors.indices.map { index in
      problem.leafPrice(index).map { Int(clamping: $0) }
    }
    let isDense = graph.links.allSatisfy {
      graph.algebra.patterns[Int($0.kind)].isDense
    }
    var up = isDense ? graph.sizes : graph.sizes.map { _ in 1 }
    var down = up
    for _ in up.indices {
      for link in graph.links {
        up[link.to] = min(up[link.to], up[link.from])
        down[link.from] = min(down[link.from], down[link.to])
      }
    }
    (self.up, self.down) = (up, down)
    self.isDense = isDense
    search(incumbent, stateLimit, stop)
  }

  private let isDense: Bool

  private mutating func search(
    _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) {
    var known: [[UInt64]: Int] = [:]
    var queue = Heap<Waiting>()
    var state = FaceState(graph)
    state.tidy()
    guard let paid = settle(&state) else { return }
    push(state, cost: paid, parent: -1, move: nil, incumbent, &known, &queue)
    while let next = queue.popFirst() {
      bound = max(bound, next.total)
      let node = nodes[next.index]
      guard node.cost == next.cost, known[node.state.key] == node.cost else {
        continue
      }
      if node.state.isDone {
        trace(next.index)
        return
      }
      explored += 1
      if explored & 63 == 0, stop() { return }
      if nodes.count > stateLimit { return }
      for move in candidates(node.state) {
        recorded.removeAll(keepingCapacity: true)
        var state = node.state
        guard let price = apply(move, to: &state),
          let paid = settle(&state)
        else { continue }
        push(
          state, cost: node.cost + price + paid, parent: next.index,
          move: move, incumbent, &known, &queue)
      }
    }
    bound = incumbent
  }

  private mutating func push(
    _ state: FaceState, cost: Int, parent: Int, move: Move?, _ incumbent: Int,
    _ known: inout [[UInt64]: Int], _ queue: inout Heap<Waiting>
  ) {
    let total = cost + estimate(state)
    guard total < incumbent else { return }
    let key = state.key
    if let old = known[key], old <= cost { return }
    known[key] = cost
    queue.insert(Waiting(total: total, cost: cost, index: nodes.count))
    nodes.append(
      Node(
        state: state, parent: parent, move: move, cost: cost,
        estimate: total - cost))
  }

  private mutating func trace(_ last: Int) {
    var moves: [Move] = []
    var index = last
    while index >= 0 {
      if let move = nodes[index].move { moves.append(move) }
      index = nodes[index].parent
    }
    // Once more, to see which slots were taken.
    recorded = []
    var state = FaceState(graph)
    state.tidy()
    _ = settle(&state)
    for move in moves.reversed() {
      _ = apply(move, to: &state)
      _ = settle(&state)
    }
    acts = recorded
  }

  /// Whether an object can be applied as a function.
  private func hasProgram(_ object: FaceState.Object) -> Bool {
    guard problem.matrixFree, object.factor >= 0 else { return false }
    let factor = problem.factors[object.factor]
    return factor.tangentCost != nil || problem.allowsAdjoint(of: factor)
  }

  private func candidates(_ state: FaceState) -> [Move] {
    var moves: [Move] = []
    for face in state.faces {
      let (i, j) = (
        state.objects[face.inner]!, state.objects[face.outer]!
      )
      moves.append(
        .eliminate(inner: face.inner, outer: face.outer, way: .multiply))
      guard !i.isPassage, !j.isPassage else { continue }
      if hasProgram(j), problem.factors[j.factor].tangentCost != nil {
        moves.append(
          .eliminate(inner: face.inner, outer: face.outer, way: .tangent))
      }
      if hasProgram(i), problem.allowsAdjoint(of: problem.factors[i.factor]) {
        moves.append(
          .eliminate(inner: face.inner, outer: face.outer, way: .adjoint))
      }
    }
    for twins in state.twins {
      moves.append(.merge(first: twins.first, second: twins.second))
    }
    return moves
  }

  /// Does a move.
  ///
  /// - Returns: fma; nil where it isn't possible.
  mutating func apply(_ move: Move, to state: inout FaceState) -> Int? {
    switch move {
    case .merge(let first, let second):
      var price = 0
      for slot in [first, second] {
        guard let leaf = accumulate(slot, &state) else { return nil }
        price += leaf
      }
      let kind = graph.algebra.sum(
        state.objects[first]!.kind, state.objects[second]!.kind)
      state.merge(first, second, kind: kind)
      recorded.append(.sum(first: first, second: second))
      return price
    case .eliminate(let inner, let outer, let way):
      let (i, j) = (state.objects[inner]!, state.objects[outer]!)
      let kind = graph.algebra.product(j.kind, i.kind)
      var price = 0
      switch way {
      case .multiply:
        if !i.isPassage, !j.isPassage {
          for slot in [inner, outer] {
            guard let leaf = accumulate(slot, &state) else { return nil }
            price += leaf
          }
          price += graph.algebra.price(j.kind, i.kind)
        }
      case .tangent:
        guard let leaf = accumulate(inner, &state) else { return nil }
        price +=
          leaf + evaluations(.tangent, kind)
          * problem.factors[j.factor].tangentCost!
      case .adjoint:
        guard let leaf = accumulate(outer, &state) else { return nil }
        price +=
          leaf + evaluations(.adjoint, kind)
          * problem.factors[i.factor].adjointCost!
      }
      guard
        let slot = state.eliminate(
          inner, outer, kind: kind, graph.isUseful)
      else { return nil }
      recorded.append(
        .product(inner: inner, outer: outer, way: way, slot: slot))
      state.tidy()
      return price
    }
  }

  private mutating func accumulate(
    _ slot: Int, _ state: inout FaceState
  ) -> Int? {
    let object = state.objects[slot]!
    if state.isValue(object) { return 0 }
    recorded.append(.accumulate(factor: object.factor))
    state.accumulate(object.factor)
    return leafPrices[object.factor]
  }

  private mutating func evaluations(_ mode: Mode, _ kind: Int16) -> Int {
    let key = Int(kind) * 2 + (mode == .tangent ? 0 : 1)
    if let known = evaluations[key] { return known }
    let count = CostModel.evaluations(
      mode, graph.algebra.patterns[Int(kind)])
    evaluations[key] = count
    return count
  }

  /// Does what costs nothing or can't be avoided: sums of values that can't be
  /// applied as functions, and the entries of factors that are results.
  ///
  /// - Returns: fma; nil where it isn't possible.
  mutating func settle(_ state: inout FaceState) -> Int? {
    var price = 0
    for slot in state.results {
      guard let leaf = accumulate(slot, &state) else { return nil }
      price += leaf
    }
    while let twins = state.twins.first(where: { twins in
      [twins.first, twins.second].allSatisfy {
        let object = state.objects[$0]!
        return state.isValue(object)
          && (!hasProgram(object) || state.results.contains($0))
      }
    }) {
      let kind = graph.algebra.sum(
        state.objects[twins.first]!.kind, state.objects[twins.second]!.kind)
      state.merge(twins.first, twins.second, kind: kind)
      recorded.append(.sum(first: twins.first, second: twins.second))
    }
    return price
  }

  /// What can't be avoided from a state on, fma.
  private func estimate(_ state: FaceState) -> Int {
    var sum = 0
    var seen: UInt64 = 0
    for object in state.objects {
      guard let object, object.factor >= 0, !state.isValue(object),
        seen >> UInt64(object.factor) & 1 == 0
      else { continue }
      seen |= 1 << UInt64(object.factor)
      var least = leafPrices[object.factor] ?? .max
      if problem.matrixFree {
        let factor = problem.factors[object.factor]
        if let cost = factor.tangentCost {
          least = min(least, cost * up[object.from])
        }
        if problem.allowsAdjoint(of: factor), let cost = factor.adjointCost {
          least = min(least, cost * down[object.to])
        }
      }
      if least < .max { sum += least }
    }
    guard isDense else { return sum }
    var met = Set<Int>()
    for face in state.faces {
      let (i, j) = (
        state.objects[face.inner]!, state.objects[face.outer]!
      )
      guard !hasProgram(i), !hasProgram(j), met.insert(i.to).inserted else {
        continue
      }
      sum += graph.sizes[i.to] * up[i.to] * down[i.to]
    }
    return sum
  }
}

extension Problem {
  /// fma of a factor's entries, the cheaper way; nil without one.
  func leafPrice(_ index: Int) -> UInt128? {
    let factor = factors[index]
    if factor.isGiven { return 0 }
    return leafMode(index).map {
      CostModel.apply(
        evaluations: CostModel.evaluations($0, patterns[index]),
        cost: factor.cost($0)!)
    }
  }

  /// The mode in which a factor's entries cost less.
  func leafMode(_ index: Int) -> Mode? {
    let factor = factors[index]
    let modes = Mode.allCases.filter {
      factor.cost($0) != nil && ($0 == .tangent || allowsAdjoint(of: factor))
    }
    return modes.min {
      CostModel.apply(
        evaluations: CostModel.evaluations($0, patterns[index]),
        cost: factor.cost($0)!)
        < CostModel.apply(
          evaluations: CostModel.evaluations($1, patterns[index]),
          cost: factor.cost($1)!)
    }
  }
}
