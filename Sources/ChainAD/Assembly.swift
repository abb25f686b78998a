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
    if !request.curvature.isEmpty {
      for vertex in table.graph.vertices {
        _ = add("\(vertex.name) adjoint", vertex.size)
      }
    }
    if let seeds = request.seeds, seeds.mode == .tangent { append(seeds) }
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
    if !request.curvature.isEmpty { try appendCurvature(limits) }
  }

  /// What is wanted as a problem, and the roles of its factors.
  ///
  /// - Throws: `ChainError`: no path leads to a block, or as `Problem`.
  func problem(
    _ name: String, _ limits: Limits
  ) throws(ChainError) -> (problem: Problem, roles: [Role]) {
    guard table.isProducts(request) else {
      let graph = try Graph(
        vertices: vertices, arcs: arcs, wanted: request.blocks)
      return (
        try Problem(name: name, factors: factors, graph: graph, limits: limits),
        roles
      )
    }
    let words = products
    let used = Set(words.joined()).sorted()
    let places = Dictionary(
      uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let problem = try Problem(
      name: name, factors: used.map { factors[$0] },
      targets: words.map { $0.map { places[$0]! } }, limits: limits)
    return (problem, used.map { roles[$0] })
  }

  /// The wanted blocks of a path: one product each.
  private var products: [[Int]] {
    let values = table.graph.vertices.count
    var entering = [[Graph.Arc]](repeating: [], count: vertices.count)
    for arc in arcs { entering[arc.to].append(arc) }
    // Seeds and parameters enter beside the function, curvature beside its
    // transpose.
    func isAlong(_ arc: Graph.Arc) -> Bool {
      request.curvature.isEmpty
        ? arc.from < values : (arc.from < values) == (arc.to < values)
    }
    func product(from: Int, to: Int) -> [Int] {
      var word: [Int] = []
      var vertex = to
      while vertex != from {
        let arc =
          entering[vertex].first { $0.from == from }
          ?? entering[vertex].first { isAlong($0) }!
        word.append(arc.factor)
        vertex = arc.from
      }
      return word.reversed()
    }
    guard !request.curvature.isEmpty else {
      return request.blocks.map { product(from: $0.from, to: $0.to) }
    }
    return zip(request.blocks, request.curvature).map { block, k in
      let input = table.graph.nodes[k].inputs[0]
      let bend = entering[table.graph.adjoint(of: input)].first {
        $0.from == input
      }!
      return product(from: block.from, to: input) + [bend.factor]
        + product(from: bend.to, to: block.to)
    }
  }

  /// Adjoints depend on those of what was made of the value, and by the
  /// curvature of that on the value itself: then the sum over all paths from a
  /// to the adjoint of b is Σ_k S_kbᵀ · C_k · S_ka, S_ka = ∂(inputs of k)/∂a
  /// (Gower & Mello 2012, doi:10.1080/10556788.2011.580098).
  private mutating func appendCurvature(
    _ limits: Limits
  ) throws(ChainError) {
    let graph = table.graph
    // As products, those with seeds end behind the curvature.
    if request.seeds == nil || !table.isProducts(request) {
      let last = request.curvature.flatMap { graph.nodes[$0].inputs }.max()!
      for arc in table.arcs where arc.to <= last {
        let (factor, role) = try table.transpose(ofFactor: arc.factor, limits)
        append(
          factor, role, from: graph.adjoint(of: arc.to),
          to: graph.adjoint(of: arc.from))
      }
    }
    for k in Set(request.curvature).sorted() { try appendCurvature(of: k) }
  }

  private mutating func appendCurvature(of k: Int) throws(ChainError) {
    let (graph, inputs) = (table.graph, table.graph.nodes[k].inputs)
    let whole = try table.curvature(of: k)
    if inputs.count == 1 {
      append(
        whole, .curvature(k), from: inputs[0],
        to: graph.adjoint(of: inputs[0]))
      return
    }
    if whole.tangentCost == nil, let parts = try table.curvatureParts(of: k) {
      for block in parts.blocks {
        let (row, column) = (inputs[block.output], inputs[block.input])
        append(
          Factor(
            name: whole.name, rows: block.part.rows.count,
            columns: block.part.columns.count, structure: block.structure),
          .curvaturePart(k, block.part), from: column,
          to: graph.adjoint(of: row))
      }
      return
    }
    // Products are with all inputs side by side.
    let name = "\(table.names[k]) inputs"
    let side = add(name, whole.columns)
    let other = add("\(name) adjoint", whole.rows)
    var start = 0
    for input in inputs {
      let size = vertices[input].size
      let places = Array(start..<start + size)
      start += size
      append(
        Factor(
          name: "\(name)/\(vertices[input].name)", rows: whole.columns,
          columns: size,
          structure: .sparse(
            try SparsePattern(
              rows: whole.columns, columns: size, rowIndices: places,
              columnIndices: Array(0..<size)))),
        .unit, from: input, to: side)
      append(
        Factor(
          name: "\(vertices[input].name)/\(name)", rows: size,
          columns: whole.rows, structure: .selection(places)),
        .unit, from: other, to: graph.adjoint(of: input))
    }
    append(whole, .curvature(k), from: side, to: other)
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
