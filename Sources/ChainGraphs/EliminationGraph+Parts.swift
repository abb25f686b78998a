import JacobianChain

extension EliminationGraph {
  /// The graph in parts whose orders know nothing of each other: intermediates
  /// that no path through intermediates joins. A vertex' cost depends on what
  /// was eliminated in its own part alone, so the parts' optima add up.
  ///
  /// `origins` of a part are numbers of this graph.
  package func parts() -> [EliminationGraph] {
    var label = [Int](repeating: -1, count: count)
    var labels = 0
    for start in intermediates where label[start] < 0 {
      label[start] = labels
      var queue = [start]
      while let vertex = queue.popLast() {
        for arc in successors[vertex] + predecessors[vertex]
        where roles[arc.vertex] == .intermediate && label[arc.vertex] < 0 {
          label[arc.vertex] = labels
          queue.append(arc.vertex)
        }
      }
      labels += 1
    }
    var arcs = [[Arc]](repeating: [], count: labels)
    for tail in 0..<count {
      for arc in successors[tail] {
        let part = max(label[tail], label[arc.vertex])
        if part >= 0 {
          arcs[part].append(Arc(from: tail, to: arc.vertex, kind: arc.kind))
        }
      }
    }
    return arcs.map {
      EliminationGraph(
        sizes: sizes, roles: roles, arcs: $0, algebra: algebra,
        isUseful: usefulness)
    }
  }
}
