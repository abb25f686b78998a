import JacobianChain

/// A* over states of face elimination (Hart, Nilsson & Raphael 1968,
/// doi:10.1109/TSSC.1968.300136).
///
/// What is left to pay is estimated by what can't be avoided at a place
/// (`FaceBounds`) and along paths (`PathBound`). Beams of the most promising states
/// come first, by the one and by the other: what they find bounds the search from
/// above, and is the answer where neither that ends nor wider beams find more.
struct FaceSearch {
  /// By what a state is estimated: the paths' bound is tighter, but makes states
  /// alike that a beam should tell apart.
  private enum Guide { case places, paths, both }

  private struct Node {
    var state: FaceState
    var parent: Int
    var move: FaceMoves.Move?
    var cost: Int
    var total: Int
  }

  private let graph: FaceGraph
  private let bounds: FaceBounds
  private let paths: PathBound?
  private var moves: FaceMoves
  private var nodes: [Node] = []
  /// What a search can prove at most, as it had no room for something.
  private var proven = Int.max
  /// No elimination of faces costs less.
  private(set) var bound = 0
  private(set) var explored = 0
  /// What the best one does; nil when nothing below the limit was found.
  private(set) var acts: [FaceMoves.Act]?

  /// - Parameter incumbent: only what costs less is searched.
  init(
    _ graph: FaceGraph, bounds: FaceBounds, paths: PathBound?, incumbent: Int,
    stateLimit: Int, stop: () -> Bool
  ) {
    self.graph = graph
    self.bounds = bounds
    self.paths = paths
    moves = FaceMoves(graph)
    search(incumbent, stateLimit, stop)
  }

  private mutating func search(
    _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) {
    var state = FaceState(graph)
    state.tidy()
    guard let paid = moves.settle(&state) else { return }
    let root = Node(
      state: state, parent: -1, move: nil, cost: paid,
      total: paid + bounds.rest(state))
    bound = paths?.value ?? 0
    var best = incumbent
    let guides: [Guide] = paths == nil ? [.places] : [.places, .paths]
    func tryBeams(_ search: inout Self, moves: Int) -> Bool {
      for guide in guides {
        let found = search.beam(from: root, best, guide, moves: moves, stop)
        best = found ?? best
        if best <= search.bound { return true }
      }
      return false
    }
    if tryBeams(&self, moves: Self.beamLimit) { return }
    if proves(root, best, stateLimit, stop) { return }
    _ = tryBeams(&self, moves: 16 * Self.beamLimit)
  }

  /// Searches below the incumbent, which `bound` reaches where nothing costs
  /// less; false when that took too long.
  private mutating func proves(
    _ root: Node, _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) -> Bool {
    nodes = []
    proven = .max
    var known: [[UInt64]: Int] = [:]
    var queue = Heap<OpenState>()
    push(root, incumbent, &known, &queue)
    while let next = queue.popFirst() {
      bound = max(bound, min(next.total, proven))
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
      for child in children(of: next.index, .both, below: incumbent) {
        push(child, incumbent, &known, &queue)
      }
    }
    bound = max(bound, min(incumbent, proven))
    return true
  }

  /// What each move makes of a state, where that may cost less than a limit.
  private mutating func children(
    of index: Int, _ guide: Guide, below limit: Int
  ) -> [Node] {
    let node = nodes[index]
    return moves.candidates(node.state).compactMap { move in
      moves.recorded.removeAll(keepingCapacity: true)
      var state = node.state
      guard moves.hasRoom(for: move, in: state) else {
        // What can't be looked at may cost as little as its parent promises.
        proven = min(proven, node.total)
        return nil
      }
      guard let price = moves.apply(move, to: &state),
        let paid = moves.settle(&state)
      else { return nil }
      let cost = node.cost + price + paid
      var total = max(node.total, cost)
      if guide != .paths { total = max(total, cost + bounds.rest(state)) }
      if guide != .places, total < limit, let paths {
        total = max(total, cost + paths.rest(state))
      }
      guard total < limit else { return nil }
      return Node(
        state: state, parent: index, move: move, cost: cost, total: total)
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
    from root: Node, _ incumbent: Int, _ guide: Guide, moves limit: Int,
    _ stop: () -> Bool
  ) -> Int? {
    nodes = [root]
    var level = [0]
    var (best, incumbent): (Int?, Int) = (nil, incumbent)
    let moves = max(1, self.moves.candidates(root.state).count)
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
        for child in children(of: index, guide, below: incumbent) {
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
    var way: [FaceMoves.Move] = []
    var index = last
    while index >= 0 {
      if let move = nodes[index].move { way.append(move) }
      index = nodes[index].parent
    }
    // Once more, to see which slots were taken.
    moves.recorded = []
    var state = FaceState(graph)
    state.tidy()
    _ = moves.settle(&state)
    for move in way.reversed() {
      _ = moves.apply(move, to: &state)
      _ = moves.settle(&state)
    }
    acts = moves.recorded
  }
}
