import JacobianChain

extension DOTReport {
  /// The graph in a frame of its own: variables with their sizes, and on every
  /// edge its factor. The plan stands beside it.
  func computation(_ graph: Graph) -> String {
    let problem = report.solved.problem
    var turns: [Int: Int] = [:]
    for (turn, vertex) in (report.eliminationOrder ?? []).enumerated() {
      turns[vertex] = turn + 1
    }
    var text = "  subgraph cluster_graph {\n    label=\"graph\"\n"
    text += "    node [shape=box style=rounded]\n"
    for (index, vertex) in graph.vertices.enumerated() {
      var label =
        "\(vertex.name.quoted)\\nsize "
        + DigitGrouping.narrow.grouped(vertex.size)
      if let turn = turns[index] { label += "\\nturn \(turn)" }
      text += "    v\(index) [label=\"\(label)\"]\n"
    }
    for arc in graph.arcs {
      let pattern = problem.patterns[arc.factor]
      var label = problem.factors[arc.factor].name.quoted
      if !pattern.isDense { label += "\\n\(pattern.structure.name)" }
      text += "    v\(arc.from) -> v\(arc.to) [label=\"\(label)\"]\n"
    }
    return text + "  }\n"
  }
}
