import JacobianChain

/// A graph whose intermediate vertices are to be eliminated, in the form that
/// searches read: vertices by number in topological order, arcs by the numbers
/// of an `ArcAlgebra`, one arc for each pair.
package struct EliminationGraph {
  /// One arc of the graph.
  package struct Arc: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var kind: Int16

    package init(from: Int, to: Int, kind: Int16) {
      self.from = from
      self.to = to
      self.kind = kind
    }
  }

  /// What becomes of a vertex.
  package enum Role: Sendable { case input, intermediate, output }

  /// What arcs are.
  package let algebra: ArcAlgebra
  /// The number of components n_v of each vertex.
  package let sizes: [Int]
  package let roles: [Role]
  /// For each vertex, the arcs that leave it, by head.
  package let successors: [[(vertex: Int, kind: Int16)]]
  /// For each vertex, the arcs that enter it, by tail.
  package let predecessors: [[(vertex: Int, kind: Int16)]]
  /// For each vertex, its number where the graph comes from.
  package let origins: [Int]

  /// The number of vertices.
  package var count: Int { sizes.count }
  /// The vertices to be eliminated, in topological order.
  package let intermediates: [Int]
  /// Whether what leads from row to column is a part of a wanted block, row by
  /// row; nil when everything that paths join is, and for large graphs.
  package let useful: [Bool]?
  /// Whether what leads from one vertex to another is a part of a wanted block;
  /// nil when everything that paths join is.
  let usefulness: ((Int, Int) -> Bool)?

  /// The most vertices of which all pairs are looked at: 16 MiB.
  private static let tableLimit = 4096

  /// Sorts, merges parallel arcs and leaves out what lies on no path from an
  /// input to an output.
  ///
  /// - Parameter isUseful: whether what leads from one vertex to another is a
  ///   part of a wanted block; nil for everything.
  /// - Precondition: no cycles; no arc enters an input or leaves an output.
  /// - Complexity: O(vertices log vertices + arcs log arcs), with `isUseful`
  ///   O(vertices²) up to 4 096 vertices.
  package init(
    sizes: [Int], roles: [Role], arcs: [Arc], algebra: ArcAlgebra,
    isUseful: ((Int, Int) -> Bool)? = nil
  ) {
    let order = Self.topologicalOrder(sizes.count, arcs)
    let live = Self.onPaths(roles, arcs, order)
    let kept = order.filter { live[$0] }
    var number = [Int](repeating: -1, count: sizes.count)
    for (new, old) in kept.enumerated() { number[old] = new }
    var out = [[(vertex: Int, kind: Int16)]](repeating: [], count: kept.count)
    var into = out
    for arc in arcs where live[arc.from] && live[arc.to] {
      out[number[arc.from]].append((number[arc.to], arc.kind))
    }
    for vertex in out.indices {
      out[vertex].sort { ($0.vertex, $0.kind) < ($1.vertex, $1.kind) }
      var merged: [(vertex: Int, kind: Int16)] = []
      for arc in out[vertex] {
        if merged.last?.vertex == arc.vertex {
          merged[merged.count - 1].kind = algebra.sum(
            merged[merged.count - 1].kind, arc.kind)
        } else {
          merged.append(arc)
        }
      }
      out[vertex] = merged
      for arc in merged { into[arc.vertex].append((vertex, arc.kind)) }
    }
    self.algebra = algebra
    self.sizes = kept.map { sizes[$0] }
    self.roles = kept.map { roles[$0] }
    successors = out
    predecessors = into
    origins = kept
    intermediates = kept.indices.filter { roles[kept[$0]] == .intermediate }
    let asked = isUseful.map { isUseful in
      { isUseful(kept[$0], kept[$1]) }
    }
    guard kept.count <= Self.tableLimit else {
      (useful, usefulness) = (nil, asked)
      return
    }
    let useful = asked.flatMap { Self.usefulPairs(out, $0) }
    self.useful = useful
    let count = kept.count
    usefulness = useful.map { useful in { useful[$0 * count + $1] } }
  }

  /// The pairs that are useful; nil when all that paths join are.
  private static func usefulPairs(
    _ successors: [[(vertex: Int, kind: Int16)]],
    _ isUseful: (Int, Int) -> Bool
  ) -> [Bool]? {
    let count = successors.count
    var joined = [Bool](repeating: false, count: count * count)
    for tail in (0..<count).reversed() {
      for arc in successors[tail] {
        joined[tail * count + arc.vertex] = true
        for head in arc.vertex + 1..<max(count, arc.vertex + 1)
        where joined[arc.vertex * count + head] {
          joined[tail * count + head] = true
        }
      }
    }
    var areAllUseful = true
    for tail in 0..<count {
      for head in tail..<count where joined[tail * count + head] {
        if !isUseful(tail, head) {
          joined[tail * count + head] = false
          areAllUseful = false
        }
      }
    }
    return areAllUseful ? nil : joined
  }

  /// Kahn's order; among those that are ready the one listed first goes first,
  /// so that an order of the file that is topological stays.
  private static func topologicalOrder(_ count: Int, _ arcs: [Arc]) -> [Int] {
    var waiting = [Int](repeating: 0, count: count)
    var next = [[Int]](repeating: [], count: count)
    for arc in arcs {
      waiting[arc.to] += 1
      next[arc.from].append(arc.to)
    }
    if arcs.allSatisfy({ $0.from < $0.to }) { return Array(0..<count) }
    var ready = Heap<Int>()
    for vertex in 0..<count where waiting[vertex] == 0 { ready.insert(vertex) }
    var order: [Int] = []
    while let vertex = ready.popFirst() {
      order.append(vertex)
      for head in next[vertex] {
        waiting[head] -= 1
        if waiting[head] == 0 { ready.insert(head) }
      }
    }
    precondition(order.count == count, "a cycle")
    return order
  }

  private static func onPaths(
    _ roles: [Role], _ arcs: [Arc], _ order: [Int]
  ) -> [Bool] {
    var position = [Int](repeating: 0, count: order.count)
    for (place, vertex) in order.enumerated() { position[vertex] = place }
    let sorted = arcs.sorted { position[$0.from] < position[$1.from] }
    var reached = roles.map { $0 == .input }
    for arc in sorted where reached[arc.from] { reached[arc.to] = true }
    var reaching = roles.map { $0 == .output }
    for arc in sorted.reversed() where reaching[arc.to] {
      reaching[arc.from] = true
    }
    return roles.indices.map { reached[$0] && reaching[$0] }
  }
}
