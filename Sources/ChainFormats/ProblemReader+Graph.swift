import JacobianChain

/// A graph as a problem file has it, before `Problem` checks it as a whole.
struct ReadGraph {
  /// The vertices, arcs and wanted blocks.
  let graph: Graph
  /// The edge that has each factor, for those that aren't listed under
  /// "factors"; the first of them is number `listed`.
  let edges: [Int]
  /// The number of factors under "factors".
  let listed: Int

  /// An error of `Problem` at a factor, at the edge that has it.
  func located(_ error: ChainError) -> ChainError {
    let parts = error.location.split(separator: "/")
    guard parts.count >= 2, parts[0] == "factors", let index = Int(parts[1]),
      index >= listed
    else { return error }
    var error = error
    let rest = parts.dropFirst(2).map { "/\($0)" }.joined()
    error.location = "/graph/edges/\(edges[index - listed])" + rest
    return error
  }
}

extension ProblemReader {
  private static let graphAdvice =
    "write {\"vertices\": [{\"name\": …, \"size\": …}, …], \"edges\": "
    + "[{\"from\": …, \"to\": …}, …]}"
  private static let edgeKeys =
    ["from", "to", "factor", "name"]
    + shapelessKeys

  /// Reads a graph, and appends the factors that its edges have themselves.
  mutating func read(
    graph value: JSONValue, at path: JSONPath, _ factors: inout FactorList
  ) throws(ChainError) -> ReadGraph {
    let object = try JSONObject(
      value, at: path, allowed: ["vertices", "edges", "wanted"])
    let vertices = try vertices(object)
    var indices: [String: Int] = [:]
    for (index, vertex) in vertices.enumerated() {
      indices[vertex.name] = indices[vertex.name] ?? index
    }
    let listed = factors.factors.count
    var (arcs, edges): ([Graph.Arc], [Int]) = ([], [])
    // How many unnamed edges there are between two vertices.
    var unnamed: [Graph.Block: Int] = [:]
    let place = object.path("edges")
    for (index, element) in try list("edges", object).enumerated() {
      let entry = try JSONObject(
        element, at: .index(place, index), allowed: Self.edgeKeys)
      let from = try vertex("from", entry, indices, vertices)
      let to = try vertex("to", entry, indices, vertices)
      if entry["factor"] != nil {
        let factor = try listedFactor(entry, factors)
        arcs.append(Graph.Arc(factor: factor, from: from, to: to))
        continue
      }
      let block = Graph.Block(from: from, to: to)
      let name: String
      if let given = try entry.string("name") {
        name = given
      } else {
        unnamed[block, default: 0] += 1
        let count = unnamed[block]!
        name =
          "\(vertices[to].name)/\(vertices[from].name)"
          + (count == 1 ? "" : "#\(count)")
      }
      arcs.append(
        Graph.Arc(factor: factors.factors.count, from: from, to: to))
      edges.append(index)
      try append(
        entry, name: name, rows: vertices[to].size,
        columns: vertices[from].size, to: &factors)
    }
    let wanted =
      object["wanted"] == nil ? nil : try wanted(object, indices, vertices)
    do throws(ChainError) {
      return ReadGraph(
        graph: try Graph(vertices: vertices, arcs: arcs, wanted: wanted),
        edges: edges, listed: listed)
    } catch {
      var error = error
      error.location.removeFirst("/graph".count)
      throw error.inside(path)
    }
  }

  private func list(
    _ key: String, _ object: JSONObject
  ) throws(ChainError) -> [JSONValue] {
    let list = try object.required(
      key, "a list of \(key)", advice: Self.graphAdvice
    ).elements(
      at: object.path(key), "a list of \(key)", advice: Self.graphAdvice)
    guard list.count <= ProblemFile.factorLimit else {
      throw object.path(key).refuse(
        "at most \(ProblemFile.factorLimit) \(key)", found: "\(list.count)",
        advice: "split the graph", kind: .tooLarge)
    }
    return list
  }

  private func vertices(
    _ object: JSONObject
  ) throws(ChainError) -> [Graph.Vertex] {
    let place = object.path("vertices")
    var vertices: [Graph.Vertex] = []
    for (index, element) in try list("vertices", object).enumerated() {
      let entry = try JSONObject(
        element, at: .index(place, index), allowed: ["name", "size"])
      guard let name = try entry.string("name") else {
        throw entry.path("name").refuse(
          "the name of the vertex", found: "no such key",
          advice: Self.graphAdvice)
      }
      let size = try entry.integer(
        "size", "the number of components", advice: Self.graphAdvice)
      // Checked here already, because patterns are built from sizes.
      guard (1...Problem.dimensionLimit).contains(size) else {
        throw entry.path("size").refuse(
          "a size from 1 to 2^40", found: "\(size)",
          advice: "count the components of the variable")
      }
      vertices.append(Graph.Vertex(name: name, size: size))
    }
    return vertices
  }

  private func vertex(
    _ key: String, _ entry: JSONObject, _ indices: [String: Int],
    _ vertices: [Graph.Vertex]
  ) throws(ChainError) -> Int {
    let advice = "name vertices as they are listed in vertices"
    let value = try entry.required(key, "the name of a vertex", advice: advice)
    guard case .string(let name) = value else {
      throw entry.path(key).mismatch(
        "the name of a vertex", value, advice: advice)
    }
    guard let index = indices[name] else {
      throw entry.path(key).unknown(
        name, "vertex", among: vertices.lazy.map(\.name), advice: advice)
    }
    return index
  }

  private func listedFactor(
    _ entry: JSONObject, _ factors: FactorList
  ) throws(ChainError) -> Int {
    for member in entry.members
    where !["from", "to", "factor"].contains(member.key) {
      throw entry.path(member.key).refuse(
        "one of the keys from, to, factor",
        found: "\"\(member.key)\" in an edge that names its factor",
        advice: "say it of the factor, or leave \"factor\" out")
    }
    let name = try entry.string("factor") ?? ""
    guard let index = factors.listed[name] else {
      throw entry.path("factor").unknownFactor(name, factors.factors)
    }
    return index
  }

  private func wanted(
    _ object: JSONObject, _ indices: [String: Int], _ vertices: [Graph.Vertex]
  ) throws(ChainError) -> [Graph.Block] {
    let place = object.path("wanted")
    var wanted: [Graph.Block] = []
    for (index, element) in try list("wanted", object).enumerated() {
      let entry = try JSONObject(
        element, at: .index(place, index), allowed: ["from", "to"])
      wanted.append(
        Graph.Block(
          from: try vertex("from", entry, indices, vertices),
          to: try vertex("to", entry, indices, vertices)))
    }
    return wanted
  }
}
