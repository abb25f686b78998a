/// The vertices of a graph and copies of those where a wanted block begins or
/// ends although paths of others pass them: an input copy is joined to its
/// vertex, a vertex to its output copy, by a passage.
package struct VertexCopies {
  /// The vertices and their copies.
  package private(set) var count: Int
  package private(set) var passages: [Graph.Block] = []
  /// The vertex that each stands for.
  private(set) var originals: [Int]
  /// The wanted blocks between copies.
  package let blocks: [Graph.Block]
  /// Which links between all of these are parts of wanted blocks.
  package let reach: Reach
  /// Whether every pair of an input and an output that useful arcs join is
  /// wanted: then everything that paths join is a part of a wanted block.
  package let wantsAll: Bool
  /// Vertices where no block begins or ends, copies taken for their vertices.
  package let intermediates: [Int]

  /// - Throws: `ChainError` (`tooLarge`) when they begin at too many vertices.
  /// - Complexity: O((V + A) · (1 + sources of wanted blocks / 64)).
  package init(_ graph: Graph) throws(ChainError) {
    count = graph.vertices.count
    originals = Array(graph.vertices.indices)
    var (isEntered, isLeft) = (
      [Bool](repeating: false, count: count),
      [Bool](repeating: false, count: count)
    )
    let arcs = graph.usefulArcs.map { graph.arcs[$0] }
    for arc in arcs { (isEntered[arc.to], isLeft[arc.from]) = (true, true) }
    var (inputs, outputs): ([Int: Int], [Int: Int]) = ([:], [:])
    for block in graph.wanted {
      if isEntered[block.from], inputs[block.from] == nil {
        inputs[block.from] = count
        passages.append(Graph.Block(from: count, to: block.from))
        originals.append(block.from)
        count += 1
      }
      if isLeft[block.to], outputs[block.to] == nil {
        outputs[block.to] = count
        passages.append(Graph.Block(from: block.to, to: count))
        originals.append(block.to)
        count += 1
      }
    }
    blocks = graph.wanted.map {
      Graph.Block(
        from: inputs[$0.from] ?? $0.from, to: outputs[$0.to] ?? $0.to)
    }
    let all =
      arcs
      + passages.map { Graph.Arc(factor: -1, from: $0.from, to: $0.to) }
    reach = try Reach(
      blocks, inputs.values.sorted() + graph.order + outputs.values.sorted(),
      Incidence(count: count, all), all)
    intermediates = graph.order.filter { isEntered[$0] && isLeft[$0] }
    var pairs = 0
    for vertex in isEntered.indices where isEntered[vertex] && !isLeft[vertex] {
      pairs += reach.sources(of: vertex)
    }
    wantsAll = passages.isEmpty && pairs == Set(graph.wanted).count
  }
}
