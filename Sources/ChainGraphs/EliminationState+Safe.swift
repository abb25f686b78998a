import JacobianChain

extension EliminationState {
  /// Whether no vertex gets dearer by eliminating this one now, whatever is
  /// eliminated later. A vertex that, besides, costs its separator bound never
  /// costs less: some cheapest order goes on with it.
  ///
  /// Let v be the vertex and let u go before it, when a set A has gone. If v
  /// precedes u then, a path leads from v through an intermediate successor s
  /// and A to u. With v gone, u has the predecessors of v in its place; of them
  /// those are new to which a way back from v through A leads that never meets a
  /// predecessor of s, as from there on A leads to u, too. If those weigh no
  /// more than v, whatever A is, u gets no dearer. Likewise on the other side,
  /// and no vertex has v on both.
  ///
  /// - Precondition: every arc of the graph is dense.
  func isSafe(_ vertex: Int, _ graph: EliminationGraph) -> Bool {
    takesItsPlace(vertex, graph, inward: true)
      && takesItsPlace(vertex, graph, inward: false)
  }

  /// Whether the predecessors of a vertex that its intermediate successors don't
  /// have weigh no more than itself, or the other way round.
  private func takesItsPlace(
    _ vertex: Int, _ graph: EliminationGraph, inward: Bool
  ) -> Bool {
    let (back, forth) =
      inward
      ? (predecessors(vertex), successors(vertex))
      : (successors(vertex), predecessors(vertex))
    let size = graph.sizes[vertex]
    return forth.allSatisfy { next in
      guard graph.roles[next] == .intermediate else { return true }
      let known = Set(inward ? predecessors(next) : successors(next))
      var sum = 0
      for other in back where !known.contains(other) && sum <= size {
        sum += most(other, graph, inward, known, size - sum)
      }
      return sum <= size
    }
  }

  /// The most that a vertex weighs, or what takes its place when it goes,
  /// whatever goes; more than `limit` is only said to be more.
  ///
  /// - Parameter known: what counts nothing.
  private func most(
    _ vertex: Int, _ graph: EliminationGraph, _ inward: Bool,
    _ known: Set<Int>, _ limit: Int
  ) -> Int {
    let own = graph.sizes[vertex]
    guard own <= limit, graph.roles[vertex] == .intermediate else {
      return own
    }
    var sum = 0
    for other in inward ? predecessors(vertex) : successors(vertex)
    where !known.contains(other) && sum <= limit {
      sum += most(other, graph, inward, known, limit - sum)
    }
    return max(own, sum)
  }
}
