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
  /// The components at the other ends of dense arcs out of each vertex, and of
  /// those into it; of no meaning where arcs are patterns.
  private var rows: [Int]
  private var columns: [Int]

  /// Nothing eliminated.
  package init(_ graph: EliminationGraph) {
    self.graph = graph
    isUseful = graph.usefulness
    func links(_ arcs: [(vertex: Int, kind: Int16)]) -> [Link] {
      arcs.map { Link(vertex: Int32($0.vertex), kind: $0.kind) }
        .sorted { $0.vertex < $1.vertex }
    }
    func weight(_ arcs: [(vertex: Int, kind: Int16)]) -> Int {
      arcs.reduce(0) { $0 &+ graph.weight($1.kind, $1.vertex) }
    }
    heads = graph.successors.map(links)
    tails = graph.predecessors.map(links)
    rows = graph.successors.map(weight)
    columns = graph.predecessors.map(weight)
  }

  /// The vertices that a vertex is linked with.
  package func neighbours(_ vertex: Int) -> [Int] {
    (tails[vertex] + heads[vertex]).map { Int($0.vertex) }
  }

  /// fma of eliminating a vertex now.
  ///
  /// - Complexity: O(1) where prices follow from sizes, else
  ///   O(arcs in · arcs out) look-ups.
  package func cost(_ vertex: Int) -> Int {
    let algebra = graph.algebra
    let size = graph.sizes[vertex]
    if isUseful == nil, algebra.isUniform {
      return size &* columns[vertex] &* rows[vertex]
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
      rows[tail] &-= graph.weight(inner.kind, vertex)
      merge(outward, into: &heads[tail], &rows[tail], without: vertex) {
        if let isUseful, !isUseful(tail, $0) { return nil }
        return graph.algebra.product($1, inner.kind)
      }
    }
    for outer in outward {
      let head = Int(outer.vertex)
      columns[head] &-= graph.weight(outer.kind, vertex)
      merge(inward, into: &tails[head], &columns[head], without: vertex) {
        if let isUseful, !isUseful($0, head) { return nil }
        return graph.algebra.product(outer.kind, $1)
      }
    }
    (tails[vertex], heads[vertex]) = ([], [])
    return cost
  }

  /// Adds the arcs that an elimination makes to those of one vertex.
  ///
  /// - Parameters:
  ///   - weight: what the dense ones lead to.
  ///   - fill: the kind of the arc to a vertex that an arc of `added` becomes;
  ///     nil for none.
  @inline(__always)
  private func merge(
    _ added: [Link], into known: inout [Link], _ weight: inout Int,
    without vertex: Int, fill: (Int, Int16) -> Int16?
  ) {
    var place = 0
    for link in added {
      let other = Int(link.vertex)
      guard let kind = fill(other, link.kind) else { continue }
      while place < known.count, known[place].vertex < link.vertex {
        place += 1
      }
      if place < known.count, known[place].vertex == link.vertex {
        let sum = graph.algebra.sum(known[place].kind, kind)
        weight &+= graph.weight(sum, other)
        weight &-= graph.weight(known[place].kind, other)
        known[place].kind = sum
      } else {
        weight &+= graph.weight(kind, other)
        known.insert(Link(vertex: link.vertex, kind: kind), at: place)
      }
    }
    known.remove(at: known.firstIndex { $0.vertex == vertex }!)
  }
}

extension EliminationGraph {
  /// The components of a vertex at the end of a dense arc; 0 for other arcs.
  fileprivate func weight(_ kind: Int16, _ vertex: Int) -> Int {
    kind == ArcAlgebra.dense ? sizes[vertex] : 0
  }
}
