extension Problem {
  /// The same problem as products, where the graph is made of paths: what
  /// leaves and enters each vertex is one arc at most. Factors keep their
  /// numbers, so a plan of the one is a plan of the other. nil for other graphs,
  /// for products, and where words have more than 10^6 factors together.
  ///
  /// - Complexity: O(vertices + arcs + lengths of the words).
  package var products: Problem? {
    guard let graph else { return nil }
    var next = [Graph.Arc?](repeating: nil, count: graph.vertices.count)
    var isEntered = [Bool](repeating: false, count: graph.vertices.count)
    for arc in graph.usefulArcs.map({ graph.arcs[$0] }) {
      guard next[arc.from] == nil, !isEntered[arc.to] else { return nil }
      next[arc.from] = arc
      isEntered[arc.to] = true
    }
    var (words, length): ([[Int]], Int) = ([], 0)
    for block in graph.wanted {
      var (word, vertex): ([Int], Int) = ([], block.from)
      while vertex != block.to {
        let arc = next[vertex]!
        word.append(arc.factor)
        vertex = arc.to
      }
      words.append(word)
      length += word.count
      guard length <= 1_000_000 else { return nil }
    }
    return try? Problem(
      name: name, source: source, factors: factors, targets: words,
      matrixFree: matrixFree, limits: limits)
  }
}
