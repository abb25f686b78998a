import JacobianChain

/// A graph while its vertices are eliminated, as sorted lists of arcs: memory
/// for the arcs there are, so for graphs of any size. A small graph whose
/// states are copied often takes `EliminationState`.
package final class SparseEliminationState {
  private struct Link {
    var vertex: Int32
    var kind: Int16
  }

  private let graph: EliminationGraph
  private let isUseful: ((Int, Int) -> Bool)?
  /// Arcs out of each vertex by head, and into it by tail.
  private var heads: [[Link]]
  private var tails: [[Link]]

  /// Nothing eliminated.
  package init(_ graph: EliminationGraph) {
    self.graph = graph
    isUseful = graph.usefulness
    func links(_ arcs: [(vertex: Int, kind: Int16)]) -> [Link] {
      arcs.map { Link(vertex: Int32($0.vertex), kind: $0.kind) }
        .sorted { $0.vertex < $1.vertex }
    }
    heads = graph.successors.map(links)
    tails = graph.predecessors.map(links)
  }

  /// The vertices that a vertex is linked with.
  package func neighbours(_ vertex: Int) -> [Int] {
    (tails[vertex] + heads[vertex]).map { Int($0.vertex) }
  }

  /// fma of eliminating a vertex now.
  ///
  /// - Complexity: O(arcs at the vertex) where prices follow from sizes, else
  ///   O(arcs in · arcs out) look-ups.
  package func cost(_ vertex: Int) -> Int {
    let algebra = graph.algebra
    let size = graph.sizes[vertex]
    if isUseful == nil, algebra.isUniform {
      return size &* weight(tails[vertex]) &* weight(heads[vertex])
    }
    var cost = 0
    for inner in tails[vertex] {
      let tail = Int(inner.vertex)
      for outer in heads[vertex] {
        let head = Int(outer.vertex)
        if let isUseful, !isUseful(tail, head) { continue }
        let price = algebra.price(outer.kind, inner.kind)
        cost &+=
          algebra.isUniform
          ? price &* size &* graph.sizes[tail] &* graph.sizes[head] : price
      }
    }
    return cost
  }

  /// The components at the other ends of dense arcs.
  private func weight(_ links: [Link]) -> Int {
    var weight = 0
    for link in links where link.kind == ArcAlgebra.dense {
      weight &+= graph.sizes[Int(link.vertex)]
    }
    return weight
  }

  /// Eliminates a vertex: every pair of an arc in and an arc out makes an arc,
  /// which is added to what is there.
  ///
  /// - Returns: fma of the products.
  /// - Complexity: O(arcs at the neighbours).
  @discardableResult
  package func eliminate(_ vertex: Int) -> Int {
    let cost = cost(vertex)
    let (inward, outward) = (tails[vertex], heads[vertex])
    for inner in inward {
      let tail = Int(inner.vertex)
      heads[tail] = merged(heads[tail], without: vertex, outward) {
        if let isUseful, !isUseful(tail, $0) { return nil }
        return graph.algebra.product($1, inner.kind)
      }
    }
    for outer in outward {
      let head = Int(outer.vertex)
      tails[head] = merged(tails[head], without: vertex, inward) {
        if let isUseful, !isUseful($0, head) { return nil }
        return graph.algebra.product(outer.kind, $1)
      }
    }
    (tails[vertex], heads[vertex]) = ([], [])
    return cost
  }

  /// The arcs of one vertex with those that an elimination adds.
  ///
  /// - Parameter fill: the kind of the arc to a vertex that an arc of `added`
  ///   becomes; nil for none.
  private func merged(
    _ known: [Link], without vertex: Int, _ added: [Link],
    fill: (Int, Int16) -> Int16?
  ) -> [Link] {
    var result: [Link] = []
    result.reserveCapacity(known.count + added.count)
    var place = 0
    func pass(before limit: Int32) {
      while place < known.count, known[place].vertex < limit {
        if known[place].vertex != Int32(vertex) { result.append(known[place]) }
        place += 1
      }
    }
    for link in added {
      guard let kind = fill(Int(link.vertex), link.kind) else { continue }
      pass(before: link.vertex)
      if place < known.count, known[place].vertex == link.vertex {
        result.append(
          Link(
            vertex: link.vertex,
            kind: graph.algebra.sum(known[place].kind, kind)))
        place += 1
      } else {
        result.append(Link(vertex: link.vertex, kind: kind))
      }
    }
    pass(before: .max)
    return result
  }
}
