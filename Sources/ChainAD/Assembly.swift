import JacobianChain

/// A request as factors with their roles, on arcs of a graph or in words.
struct Assembly {
  private(set) var factors: [Factor] = []
  private(set) var roles: [Role] = []
  private(set) var arcs: [Graph.Arc] = []
  private var vertices: [Graph.Vertex]
  private var names: Set<String> = []
  private let request: Request
  private let table: FactorTable

  /// The graph with what a request adds to it.
  init(
    _ request: Request, of table: FactorTable, _ limits: Limits
  ) throws(ChainError) {
    (self.request, self.table) = (request, table)
    vertices = table.graph.vertices
    if let seeds = request.seeds, seeds.mode == .tangent { append(seeds) }
    let first = factors.count
    for arc in table.arcs {
      append(
        table.factors[arc.factor], table.roles[arc.factor],
        from: arc.from, to: arc.to)
    }
    if let seeds = request.seeds, seeds.mode == .adjoint { append(seeds) }
    for k in request.parameters {
      append(
        table.parameters[k]!, .parameters(k),
        from: add(table.parameters[k]!.name, table.parameters[k]!.columns),
        to: table.graph.nodes[k].outputs[0])
    }
    guard let last = request.curvature.last else { return }
    words = try curvatureWords(Array(first..<first + last), limits)
  }

  /// The products that are wanted, as factors; nil where sums of products are.
  private var words: [[Int]]?

  /// What is wanted as a problem, and the roles of its factors.
  ///
  /// - Throws: `ChainError`: no path leads to a block, or as `Problem`.
  func problem(
    _ name: String, _ limits: Limits
  ) throws(ChainError) -> (problem: Problem, roles: [Role]) {
    guard let words = words ?? pathWords else {
      let graph = try Graph(
        vertices: vertices, arcs: arcs, wanted: request.blocks)
      return (
        try Problem(name: name, factors: factors, graph: graph, limits: limits),
        roles
      )
    }
    let used = Set(words.joined()).sorted()
    let places = Dictionary(
      uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let problem = try Problem(
      name: name, factors: used.map { factors[$0] },
      targets: words.map { $0.map { places[$0]! } }, limits: limits)
    return (problem, used.map { roles[$0] })
  }

  /// The wanted blocks of a path: one product each.
  private var pathWords: [[Int]]? {
    guard table.isPath, request.seeds?.vertices.count ?? 1 == 1 else {
      return nil
    }
    var entering = [[Graph.Arc]](repeating: [], count: vertices.count)
    for arc in arcs { entering[arc.to].append(arc) }
    return request.blocks.map { block in
      var word: [Int] = []
      var vertex = block.to
      while vertex != block.from {
        // Seeds and parameters enter beside the function.
        let arc =
          entering[vertex].first { $0.from == block.from }
          ?? entering[vertex].first { $0.from < table.graph.vertices.count }!
        word.append(arc.factor)
        vertex = arc.from
      }
      return word.reversed()
    }
  }

  /// S_kᵀ · C_k · S_k, the functions being factors `inner`.
  private mutating func curvatureWords(
    _ inner: [Int], _ limits: Limits
  ) throws(ChainError) -> [[Int]] {
    let seeds = request.seeds == nil ? [] : [0]
    var outer: [Int] = []
    for k in inner.indices where seeds.isEmpty {
      outer.append(
        append(try table.transpose(of: k, limits), .transpose(k)))
    }
    var words: [[Int]] = []
    for k in request.curvature {
      let own = append(try table.curvature(of: k), .curvature(k))
      words.append(seeds + inner[..<k] + [own] + outer.prefix(k).reversed())
    }
    return words
  }

  /// A function may be called what seeds or parameters are called.
  private mutating func append(_ factor: Factor, _ role: Role) -> Int {
    var factor = factor
    while !names.insert(factor.name).inserted { factor.name += "'" }
    factors.append(factor)
    roles.append(role)
    return factors.count - 1
  }

  private mutating func append(
    _ factor: Factor, _ role: Role, from: Int, to: Int
  ) {
    arcs.append(Graph.Arc(factor: append(factor, role), from: from, to: to))
  }

  private mutating func add(_ name: String, _ size: Int) -> Int {
    var name = name
    while vertices.contains(where: { $0.name == name }) { name += "'" }
    vertices.append(Graph.Vertex(name: name, size: size))
    return vertices.count - 1
  }

  private mutating func append(_ seeds: Request.Seeds) {
    let (name, width) = ("\(seeds.mode)s", seeds.width)
    let outside = add(name, width)
    let total = seeds.vertices.reduce(0) { $0 + vertices[$1].size }
    var start = 0
    for vertex in seeds.vertices {
      let size = vertices[vertex].size
      switch seeds.mode {
      case .tangent:
        append(
          Factor(name: name, rows: size, columns: width),
          .seeds(first: start * width, stride: width), from: outside,
          to: vertex)
      case .adjoint:
        append(
          Factor(name: name, rows: width, columns: size),
          .seeds(first: start, stride: total), from: vertex, to: outside)
      }
      start += size
    }
  }
}
