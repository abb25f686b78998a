import JacobianChain

extension EliminationGraph {
  /// For each vertex a lower bound of its separator bound that needs no flow, 0
  /// for inputs and outputs: every path from the inputs to a vertex passes its
  /// dominators, and where a cut isn't one of those it has two vertices at
  /// least.
  ///
  /// A vertex that a light arc enters or leaves counts nothing: its arcs may
  /// be light when it goes.
  ///
  /// - Precondition: `hasCuts`.
  /// - Complexity: O(arcs · depth of the tree of dominators), memory
  ///   O(vertices).
  package func dominatorBounds() -> [Int] {
    let inward = leastCuts(Array(0..<count), predecessors)
    let outward = leastCuts((0..<count).reversed(), successors)
    var bounds = [Int](repeating: 0, count: count)
    for vertex in intermediates {
      let isDense = (predecessors[vertex] + successors[vertex]).allSatisfy {
        !isLight($0.kind)
      }
      if isDense {
        bounds[vertex] = sizes[vertex] * inward[vertex] * outward[vertex]
      }
    }
    return bounds
  }

  /// At most the weight of the lightest vertex cut between each vertex and the
  /// ends behind it.
  ///
  /// The tree of dominators of a graph without cycles is built in topological
  /// order: a vertex hangs where the paths of its neighbours to the root meet
  /// (Cooper, Harvey & Kennedy 2001).
  ///
  /// - Parameter back: the arcs that lead towards those ends.
  private func leastCuts(
    _ order: [Int], _ back: [[(vertex: Int, kind: Int16)]]
  ) -> [Int] {
    // -1 is the root, beyond the ends.
    var parent = [Int](repeating: -1, count: count)
    var depth = [Int](repeating: 1, count: count)
    // The least size of a dominator, and of all vertices that can be cut.
    var onTree = [Int](repeating: .max, count: count)
    var anywhere = [Int](repeating: .max, count: count)
    func meeting(_ a: Int, _ b: Int) -> Int {
      var (a, b) = (a, b)
      while a != b {
        if a < 0 || b < 0 { return -1 }
        if depth[a] >= depth[b] { a = parent[a] } else { b = parent[b] }
      }
      return a
    }
    var cuts = [Int](repeating: 0, count: count)
    for vertex in order {
      guard let first = back[vertex].first else { continue }
      var above = first.vertex
      for arc in back[vertex] {
        above = meeting(above, arc.vertex)
        anywhere[vertex] = min(
          anywhere[vertex], anywhere[arc.vertex], sizes[arc.vertex])
      }
      parent[vertex] = above
      if above >= 0 {
        depth[vertex] = depth[above] + 1
        onTree[vertex] = min(onTree[above], sizes[above])
      }
      cuts[vertex] = min(onTree[vertex], 2 * anywhere[vertex])
    }
    return cuts
  }
}
