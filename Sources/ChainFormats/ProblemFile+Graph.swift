import JacobianChain

/// A graph on its way into a file: factors of a single edge stand in it, others
/// under "factors", before them.
struct WrittenGraph {
  /// The number of factors under "factors", the first ones of the problem.
  let listed: Int
  /// What stands under "graph".
  let json: JSONValue

  /// - Parameter factors: those of the problem, as they stand under "factors".
  init(_ graph: Graph, _ factors: [JSONValue]) {
    let listed = Self.listed(graph, factors.count)
    self.listed = listed
    func name(_ vertex: Int) -> JSONValue {
      .string(graph.vertices[vertex].name)
    }
    let edges = graph.arcs.map { arc -> JSONValue in
      let ends = [
        JSONValue.Member("from", name(arc.from)),
        JSONValue.Member("to", name(arc.to)),
      ]
      guard case .object(let members) = factors[arc.factor] else {
        preconditionFailure("factors are objects")
      }
      guard arc.factor >= listed else {
        let own = members.first { $0.key == "name" }!
        return .object(ends + [JSONValue.Member("factor", own.value)])
      }
      // Rows and columns are the sizes of the vertices.
      return .object(
        ends + members.filter { !["rows", "columns"].contains($0.key) })
    }
    json = .object([
      "vertices": .array(
        graph.vertices.map {
          .object(["name": .string($0.name), "size": .number($0.size)])
        }),
      "edges": .array(edges),
      "wanted": .array(
        graph.wanted.map {
          .object(["from": name($0.from), "to": name($0.to)])
        }),
    ])
  }

  /// The first factor from which on each has exactly one edge, in the order of
  /// the edges: reading numbers them so.
  private static func listed(_ graph: Graph, _ count: Int) -> Int {
    var edges = [[Int]](repeating: [], count: count)
    for (index, arc) in graph.arcs.enumerated() {
      edges[arc.factor].append(index)
    }
    var (listed, next) = (count, Int.max)
    while listed > 0, edges[listed - 1].count == 1,
      edges[listed - 1][0] < next
    {
      listed -= 1
      next = edges[listed][0]
    }
    return listed
  }
}
