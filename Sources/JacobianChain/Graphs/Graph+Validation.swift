extension Graph {
  static func check(_ vertices: [Vertex]) throws(ChainError) {
    guard !vertices.isEmpty else {
      throw refuse(
        "/vertices", "at least two vertices", "an empty list",
        "a graph has inputs and outputs")
    }
    var names = Set<String>(minimumCapacity: vertices.count)
    for (index, vertex) in vertices.enumerated() {
      guard !vertex.name.isEmpty else {
        throw refuse(
          "/vertices/\(index)/name", "a name", "an empty string",
          "name the vertex: arcs refer to it")
      }
      guard names.insert(vertex.name).inserted else {
        throw refuse(
          "/vertices/\(index)/name", "a name not used before",
          "a second \"\(vertex.name)\"", "rename it")
      }
      guard (1...Problem.dimensionLimit).contains(vertex.size) else {
        throw refuse(
          "/vertices/\(index)/size", "a size from 1 to 2^40",
          "\(vertex.size)", "count the components of the variable")
      }
    }
  }

  static func check(_ arcs: [Arc], _ vertices: [Vertex]) throws(ChainError) {
    guard !arcs.isEmpty else {
      throw refuse(
        "/edges", "at least one edge", "an empty list",
        "an edge says what a variable depends on directly")
    }
    for (index, arc) in arcs.enumerated() {
      try check(arc.from, vertices, "/edges/\(index)/from")
      try check(arc.to, vertices, "/edges/\(index)/to")
    }
  }

  static func check(
    _ wanted: [Block], _ vertices: [Vertex]
  ) throws(ChainError) {
    for (index, block) in wanted.enumerated() {
      try check(block.from, vertices, "/wanted/\(index)/from")
      try check(block.to, vertices, "/wanted/\(index)/to")
    }
  }

  private static func check(
    _ vertex: Int, _ vertices: [Vertex], _ place: String
  ) throws(ChainError) {
    guard vertices.indices.contains(vertex) else {
      throw refuse(
        place, "a vertex from 0 to \(vertices.count - 1)", "\(vertex)",
        "refer to vertices of this graph")
    }
  }

  /// The vertices in the order of the list, each after those that it depends
  /// on, by a walk against the arcs (Tarjan 1976, doi:10.1007/BF00268499).
  static func order(
    _ vertices: [Vertex], _ incidence: Incidence, _ arcs: [Arc]
  ) throws(ChainError) -> [Int] {
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: vertices.count)
    // How many of its entering arcs a vertex has followed.
    var followed = [Int](repeating: 0, count: vertices.count)
    var order: [Int] = []
    order.reserveCapacity(vertices.count)
    var path: [Int] = []
    for root in vertices.indices where states[root] == .new {
      path.append(root)
      states[root] = .open
      while let vertex = path.last {
        guard followed[vertex] < incidence.entering[vertex].count else {
          states[vertex] = .done
          order.append(vertex)
          path.removeLast()
          continue
        }
        let arc = incidence.entering[vertex][followed[vertex]]
        followed[vertex] += 1
        let before = arcs[arc].from
        switch states[before] {
        case .done: continue
        case .new:
          states[before] = .open
          path.append(before)
        case .open:
          throw cycle(path[path.firstIndex(of: before)!...], arc, vertices)
        }
      }
    }
    return order
  }

  /// - Parameter path: the vertices of a cycle, each after one that depends on
  ///   it; `arc` closes it.
  private static func cycle(
    _ path: ArraySlice<Int>, _ arc: Int, _ vertices: [Vertex]
  ) -> ChainError {
    var names = path.reversed().map { vertices[$0].name }
    names.append(names[0])
    if names.count > 9 { names = names.prefix(4) + ["…"] + names.suffix(4) }
    return refuse(
      "/edges/\(arc)", "edges without a cycle",
      "the cycle " + names.joined(separator: " → "),
      "a variable can't depend on itself; unroll loops, one vertex a step")
  }

  /// The most pairs of an input and an output that are looked at: 2^22.
  private static let pairLimit = 1 << 22

  /// Every pair of an input and an output that a path joins.
  static func joinedEnds(
    _ count: Int, _ order: [Int], _ incidence: Incidence, _ arcs: [Arc]
  ) throws(ChainError) -> [Block] {
    let inputs = (0..<count).filter {
      incidence.entering[$0].isEmpty && !incidence.leaving[$0].isEmpty
    }
    let outputs = (0..<count).filter {
      incidence.leaving[$0].isEmpty && !incidence.entering[$0].isEmpty
    }
    let (pairs, overflows) = inputs.count.multipliedReportingOverflow(
      by: outputs.count)
    guard !overflows, pairs <= pairLimit else {
      throw tooManyBlocks("\(inputs.count) inputs and \(outputs.count) outputs")
    }
    let reach = try Reach(
      inputs.map { Block(from: $0, to: $0) }, order, incidence, arcs)
    return inputs.flatMap { input in
      outputs.lazy.filter { reach.joins(input, $0) }.map {
        Block(from: input, to: $0)
      }
    }
  }

  /// Refuses blocks that there is no room to follow.
  static func tooManyBlocks(_ found: String) -> ChainError {
    ChainError(
      .tooLarge, at: "/graph/wanted", expected: "fewer blocks of this graph",
      found: found,
      advice: "state the blocks that are wanted, from few vertices")
  }

  static func check(
    _ wanted: [Block], isGiven: Bool, _ vertices: [Vertex], _ reach: Reach
  ) throws(ChainError) {
    guard !wanted.isEmpty else {
      throw refuse(
        "/wanted", "at least one block", "an empty list",
        "leave wanted out to ask for every output by every input")
    }
    for (index, block) in wanted.enumerated() {
      guard block.from != block.to else {
        throw refuse(
          "/wanted/\(index)", "two different vertices",
          "\"\(vertices[block.from].name)\" by itself",
          "that is an identity; ask for a vertex by another one")
      }
    }
    guard isGiven else { return }
    for (index, block) in wanted.enumerated()
    where !reach.joins(block.from, block.to) {
      throw refuse(
        "/wanted/\(index)",
        "a block with a path from \"\(vertices[block.from].name)\" to "
          + "\"\(vertices[block.to].name)\"", "none",
        "leave it out: the block is zero")
    }
  }

  static func refuse(
    _ place: String, _ expected: String, _ found: String, _ advice: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "/graph" + place, expected: expected, found: found,
      advice: advice)
  }
}
