import JacobianChain

/// A* over states of face elimination (Hart, Nilsson & Raphael 1968,
/// doi:10.1109/TSSC.1968.300136).
///
/// What is left to pay is estimated by what can't be avoided (`FaceBounds`). A
/// beam of the most promising states comes first: what it finds bounds the
/// search from above, and is the answer where neither that ends nor a wider beam
/// finds more.
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
    var total: Int
  }

  private let graph: FaceGraph
  private let problem: Problem
  private let bounds: FaceBounds
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
    _ graph: FaceGraph, bounds: FaceBounds, incumbent: Int, stateLimit: Int,
    stop: () -> Bool
  ) {
    self.graph = graph
    problem = graph.problem
    let problem = graph.problem
    leafPrices = problem.factors.indices.map { index in
      problem.leafPrice(index).map { Int(clamping: $0) }
    }
    self.bounds = bounds
    search(incumbent, stateLimit, stop)
  }

  private mutating func search(
    _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) {
    var state = FaceState(graph)
    state.tidy()
    guard let paid = settle(&state) else { return }
    let root = Node(
      state: state, parent: -1, move: nil, cost: paid,
      total: paid + bounds.rest(state))
    var best = incumbent
    best = beam(from: root, best, moves: Self.beamLimit, stop) ?? best
    if proves(root, best, stateLimit, stop) { return }
    _ = beam(from: root, best, moves: 16 * Self.beamLimit, stop)
  }

  /// Searches below the incumbent, which `bound` reaches where nothing costs
  /// less; false when that took too long.
  private mutating func proves(
    _ root: Node, _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) -> Bool {
    nodes = []
    var known: [[UInt64]: Int] = [:]
    var queue = Heap<OpenState>()
    push(root, incumbent, &known, &queue)
    while let next = queue.popFirst() {
      bound = max(bound, next.total)
      let node = nodes[next.index]
      guard node.cost == next.cost, known[node.state.key] == node.cost else {
        continue
      }
      if node.state.isDone {
        trace(next.index)
        return true
      }
      explored += 1
      if explored & 63 == 0, stop() { return true }
      if nodes.count > stateLimit { return false }
      for child in children(of: next.index) {
        push(child, incumbent, &known, &queue)
      }
    }
    bound = incumbent
    return true
  }

  /// What each move makes of a state.
  private mutating func children(of index: Int) -> [Node] {
    let node = nodes[index]
    return candidates(node.state).compactMap { move in
      recorded.removeAll(keepingCapacity: true)
      var state = node.state
      guard let price = apply(move, to: &state), let paid = settle(&state)
      else { return nil }
      let cost = node.cost + price + paid
      return Node(
        state: state, parent: index, move: move, cost: cost,
        total: max(node.total, cost + bounds.rest(state)))
    }
  }

  private mutating func push(
    _ node: Node, _ incumbent: Int, _ known: inout [[UInt64]: Int],
    _ queue: inout Heap<OpenState>
  ) {
    guard node.total < incumbent else { return }
    let key = node.state.key
    if let old = known[key], old <= node.cost { return }
    known[key] = node.cost
    queue.insert(
      OpenState(total: node.total, cost: node.cost, index: nodes.count))
    nodes.append(node)
  }

  /// The moves that a beam tries; where nothing is proven a second one tries
  /// more.
  private static let beamLimit = 10_000

  /// Keeps the states with the least estimates after each number of moves.
  ///
  /// - Parameter limit: the moves that it tries, about.
  /// - Returns: the least price that was found below the incumbent; `acts` has
  ///   the way to it.
  private mutating func beam(
    from root: Node, _ incumbent: Int, moves limit: Int, _ stop: () -> Bool
  ) -> Int? {
    nodes = [root]
    var level = [0]
    var (best, incumbent): (Int?, Int) = (nil, incumbent)
    let moves = max(1, candidates(root.state).count)
    let width = max(2, limit / (moves * moves))
    while !level.isEmpty, !stop() {
      var known: [[UInt64]: Int] = [:]
      for index in level {
        if nodes[index].state.isDone {
          if nodes[index].cost < incumbent {
            (best, incumbent) = (index, nodes[index].cost)
          }
          continue
        }
        for child in children(of: index) where child.total < incumbent {
          let key = child.state.key
          if let old = known[key], nodes[old].cost <= child.cost { continue }
          known[key] = nodes.count
          nodes.append(child)
        }
      }
      level = known.values.sorted {
        (nodes[$0].total, -nodes[$0].cost, $0)
          < (nodes[$1].total, -nodes[$1].cost, $1)
      }
      level.removeLast(max(0, level.count - width))
    }
    guard let best else { return nil }
    trace(best)
    return incumbent
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
    object.factor >= 0 && problem.mayApply(object.factor)
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
          let product = graph.algebra.price(j.kind, i.kind)
          state.pay(product, at: .vertex(i.to))
          price += product
        }
      case .tangent:
        guard let leaf = accumulate(inner, &state) else { return nil }
        let applied =
          evaluations(.tangent, kind) * problem.factors[j.factor].tangentCost!
        state.pay(applied, at: .factor(j.factor))
        price += leaf + applied
      case .adjoint:
        guard let leaf = accumulate(outer, &state) else { return nil }
        let applied =
          evaluations(.adjoint, kind) * problem.factors[i.factor].adjointCost!
        state.pay(applied, at: .factor(i.factor))
        price += leaf + applied
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
  /// applied as functions and have no entries that one of them hasn't, and the
  /// entries of factors that are results.
  ///
  /// - Returns: fma; nil where it isn't possible.
  mutating func settle(_ state: inout FaceState) -> Int? {
    var price = 0
    for slot in state.results {
      guard let leaf = accumulate(slot, &state) else { return nil }
      price += leaf
    }
    while let (twins, kind) = firstAlike(in: state) {
      state.merge(twins.first, twins.second, kind: kind)
      recorded.append(.sum(first: twins.first, second: twins.second))
    }
    return price
  }

  /// Values whose sum costs no more than one of them, whatever it meets.
  private func firstAlike(
    in state: FaceState
  ) -> (twins: (first: Int, second: Int), kind: Int16)? {
    for twins in state.twins {
      let isReady = [twins.first, twins.second].allSatisfy {
        let object = state.objects[$0]!
        return state.isValue(object)
          && (!hasProgram(object) || state.results.contains($0))
      }
      guard isReady else { continue }
      let (a, b) = (
        state.objects[twins.first]!.kind, state.objects[twins.second]!.kind
      )
      let kind = graph.algebra.sum(a, b)
      if kind == a || kind == b || state.results.contains(twins.first) {
        return (twins, kind)
      }
    }
    return nil
  }
}

extension Problem {
  /// Whether a factor can be applied as a function.
  func mayApply(_ index: Int) -> Bool {
    matrixFree
      && (factors[index].tangentCost != nil
        || allowsAdjoint(of: factors[index]))
  }

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
