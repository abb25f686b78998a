import JacobianChain

extension EliminationGraph {
  /// The graph after some eliminations; `origins` are numbers of this graph.
  package func eliminating(_ order: [Int]) -> EliminationGraph {
    let state = EliminationState(self)
    for vertex in order { state.eliminate(vertex) }
    return EliminationGraph(self, state)
  }

  /// What a state of `graph` looks like.
  init(_ graph: EliminationGraph, _ state: EliminationState) {
    var arcs: [Arc] = []
    for tail in 0..<graph.count {
      for head in state.successors(tail) {
        arcs.append(Arc(from: tail, to: head, kind: state.arc(tail, head)))
      }
    }
    self.init(
      sizes: graph.sizes, roles: graph.roles, arcs: arcs,
      algebra: graph.algebra, isUseful: graph.usefulness)
  }

  /// Whether weights of cuts bound prices: those are fma, every pair that meets
  /// in a vertex is multiplied, and a path with a dense arc is dense, because
  /// no arc has an empty row or column.
  package var hasCuts: Bool {
    usefulness == nil && algebra.rate == .fma
      && (algebra.isUniform
        || successors.joined().allSatisfy { algebra.isFull($0.kind) })
  }

  /// Whether no arc is light.
  package var isDense: Bool {
    !successors.joined().contains { isLight($0.kind) }
  }

  /// Whether products with an arc may cost less than with a dense one.
  func isLight(_ kind: Int16) -> Bool {
    algebra.isUniform
      ? kind == ArcAlgebra.unit : !algebra.patterns[Int(kind)].isDense
  }

  /// For each vertex its separator bound n_v·κ_in(v)·κ_out(v), 0 for inputs
  /// and outputs.
  ///
  /// The sum bounds every order.
  ///
  /// - Precondition: `hasCuts`.
  package func separatorBounds() -> [Int] {
    let inward = VertexCuts(self, inward: true)
    let outward = VertexCuts(self, inward: false)
    var bounds = [Int](repeating: 0, count: count)
    for vertex in intermediates {
      bounds[vertex] =
        sizes[vertex] * inward.cut(vertex) * outward.cut(vertex)
    }
    return bounds
  }

  /// Vertices that may be eliminated first, in order, until none is left: some
  /// cheapest order begins with them (see `EliminationState.isSafe`).
  ///
  /// - Precondition: `hasCuts`, and every arc is dense.
  package func safePrefix() -> [Int] {
    removed { current, state, names in
      current.intermediates.first { place in
        state.isSafe(names[place], self)
          && state.cost(names[place]) == current.separatorBound(of: place)
      }
    }
  }

  private func separatorBound(of vertex: Int) -> Int {
    sizes[vertex] * VertexCuts(self, inward: true).cut(vertex)
      * VertexCuts(self, inward: false).cut(vertex)
  }

  /// Vertices that may well be eliminated first, in order, until none is left.
  ///
  /// A vertex v goes when it costs its separator bound in the graph as it is,
  /// and no neighbour gets worse: what an intermediate p before v gets in
  /// exchange weighs no more than its arc to v did, likewise on the other side. Then v can't become cheaper, and what replaces v weighs no more
  /// than v. That this loses nothing isn't proven; so no bound may rest on it,
  /// it only makes graphs small for heuristics.
  package func reduction() -> [Int] {
    removed { current, state, names in
      let bounds = current.separatorBounds()
      return current.intermediates.first { place in
        let vertex = names[place]
        return state.cost(vertex) == bounds[place]
          && neighboursStay(vertex, state)
      }
    }
  }

  /// What goes when always the next one goes, in order.
  ///
  /// - Parameter next: the vertex that goes, as a number of the first argument,
  ///   what is left of the graph; nil for none. The second one is its state,
  ///   by the numbers of this graph, and the third one those numbers.
  private func removed(
    _ next: (EliminationGraph, EliminationState, [Int]) -> Int?
  ) -> [Int] {
    let state = EliminationState(self)
    var order: [Int] = []
    var current = self
    var names = Array(0..<count)
    while let found = next(current, state, names) {
      state.eliminate(names[found])
      order.append(names[found])
      current = EliminationGraph(self, state)
      names = current.origins
    }
    return order
  }

  private func neighboursStay(_ vertex: Int, _ state: EliminationState) -> Bool
  {
    let tails = state.predecessors(vertex)
    let heads = state.successors(vertex)
    func weight(_ kind: Int16, _ other: Int) -> Int {
      kind == ArcAlgebra.none || isLight(kind) ? 0 : sizes[other]
    }
    /// What the arc from a tail to a head weighs more with `other` at its end.
    func growth(_ tail: Int, _ head: Int, _ other: Int) -> Int {
      let old = state.arc(tail, head)
      let fill = algebra.product(
        state.arc(vertex, head), state.arc(tail, vertex))
      return weight(algebra.sum(old, fill), other) - weight(old, other)
    }
    for tail in tails where roles[tail] == .intermediate {
      let growth = heads.reduce(0) { $0 + growth(tail, $1, $1) }
      if growth > weight(state.arc(tail, vertex), vertex) { return false }
    }
    for head in heads where roles[head] == .intermediate {
      let growth = tails.reduce(0) { $0 + growth($1, head, $1) }
      if growth > weight(state.arc(vertex, head), vertex) { return false }
    }
    return true
  }
}
