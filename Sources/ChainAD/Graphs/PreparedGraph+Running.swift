import ChainExecutor
import JacobianChain

extension PreparedGraph {
  /// The blocks that a path joins, each once.
  func joined(_ blocks: [Graph.Block], _ arcs: [Graph.Arc]) -> [Graph.Block] {
    var entering: [Int: [Int]] = [:]
    for arc in arcs { entering[arc.to, default: []].append(arc.from) }
    var origins: [Int: Set<Int>] = [:]
    func reached(from end: Int) -> Set<Int> {
      if let known = origins[end] { return known }
      var (seen, left): (Set<Int>, [Int]) = ([], [end])
      while let vertex = left.popLast() {
        for tail in entering[vertex] ?? [] where seen.insert(tail).inserted {
          left.append(tail)
        }
      }
      origins[end] = seen
      return seen
    }
    var known: Set<Graph.Block> = []
    return blocks.filter {
      reached(from: $0.to).contains($0.from) && known.insert($0).inserted
    }
  }

  /// The Jacobians of blocks of the graph, of those that a path joins.
  func run(
    _ blocks: [Graph.Block], at point: [Double]
  ) throws(ChainError) -> [Graph.Block: Matrix] {
    try run(Request(blocks: blocks), at: point)
  }

  func run(
    _ request: Request, seeds: [Double] = [], at point: [Double]
  ) throws(ChainError) -> [Graph.Block: Matrix] {
    var request = request
    request.blocks = joined(request.blocks, ends(request).arcs)
    guard !request.blocks.isEmpty else {
      _ = try value(of: graph.concatenate([]), at: point)
      return [:]
    }
    let computation = try computation(request)
    computation.seeds = seeds
    let matrices = try computation.run(places, at: point)
    return Dictionary(
      uniqueKeysWithValues: zip(request.blocks, matrices))
  }

  /// The blocks of a request with seeds, dense; nil where no path leads.
  func seeded(
    _ request: Request, _ seeds: [Double], at point: [Double]
  ) throws(ChainError) -> [[Double]?] {
    let found = try run(request, seeds: seeds, at: point)
    var blocks: [[Double]?] = []
    for block in request.blocks {
      blocks.append(try found[block]?.denseEntries())
    }
    return blocks
  }

  func computation(
    _ request: Request
  ) throws(ChainError) -> GraphComputation {
    if let known = computations[request] { return known }
    let ends = ends(request)
    let problem = try Problem(
      name: "function graph", factors: ends.factors,
      graph: Graph(
        vertices: ends.vertices, arcs: ends.arcs, wanted: request.blocks),
      limits: limits)
    let made = try GraphComputation(
      problem, ends.roles, graph, threads: threads, control)
    computations[request] = made
    return made
  }

  /// The graph with what a request adds to it: seeds, or parameters.
  private func ends(
    _ request: Request
  ) -> (
    vertices: [Graph.Vertex], factors: [Factor], roles: [GraphRole],
    arcs: [Graph.Arc]
  ) {
    var vertices = graph.vertices
    var (factors, roles, arcs) = (
      self.factors.factors, self.factors.roles, self.factors.arcs
    )
    func append(
      _ name: String, _ rows: Int, _ columns: Int,
      _ structure: Structure, _ role: GraphRole, _ from: Int, _ to: Int
    ) {
      factors.append(
        Factor(
          name: "\(factors.count + 1) \(name)", rows: rows, columns: columns,
          structure: structure))
      roles.append(role)
      arcs.append(Graph.Arc(factor: factors.count - 1, from: from, to: to))
    }
    func add(_ name: String, _ size: Int) -> Int {
      var name = name
      while vertices.contains(where: { $0.name == name }) { name += "'" }
      vertices.append(Graph.Vertex(name: name, size: size))
      return vertices.count - 1
    }
    if let width = request.tangents {
      let source = add("tangents", width)
      var first = 0
      for vertex in graph.inputs {
        let size = graph.vertices[vertex].size
        append(
          "tangents", size, width, .dense,
          .seeds(first * width..<(first + size) * width), source, vertex)
        first += size
      }
    }
    if let width = request.adjoints {
      let sink = add("adjoints", width)
      var first = 0
      for vertex in request.ends {
        let size = graph.vertices[vertex].size
        append(
          "adjoints", width, size, .dense,
          .seeds(first * width..<(first + size) * width), vertex, sink)
        first += size
      }
    }
    for node in request.parameters {
      guard case .function(let function, _, let outputs) = graph.nodes[node],
        let parametric = function as? any ParametricFunction
      else { preconditionFailure("a function with parameters") }
      let count = parametric.parameters.count
      let source = add("\(function.name) parameters", count)
      append(
        "\(function.name) parameters", function.outputCount, count,
        parametric.parameterStructure, .parameters(node), source, outputs[0])
    }
    return (vertices, factors, roles, arcs)
  }

  /// One matrix of the blocks of two values.
  func assemble(
    _ y: FunctionGraph.Value, _ x: FunctionGraph.Value,
    _ found: [Graph.Block: Matrix]
  ) throws(ChainError) -> Matrix {
    if y.vertices.count == 1, x.vertices.count == 1 {
      return try single(y, x, found)
    }
    var entries = [Double](repeating: 0, count: y.count * x.count)
    var row = 0
    for own in y.parts {
      var column = 0
      for other in x.parts {
        let block = try single(own, other, found).denseEntries()
        for i in 0..<own.count {
          for j in 0..<other.count {
            entries[(row + i) * x.count + column + j] =
              block[i * other.count + j]
          }
        }
        column += other.count
      }
      row += own.count
    }
    return try Matrix(
      pattern: Pattern(
        rows: y.count, columns: x.count, structure: .dense, at: "/jacobian"),
      denseEntries: entries)
  }

  private func single(
    _ y: FunctionGraph.Value, _ x: FunctionGraph.Value,
    _ found: [Graph.Block: Matrix]
  ) throws(ChainError) -> Matrix {
    let block = Graph.Block(from: x.vertices[0], to: y.vertices[0])
    if let matrix = found[block] { return matrix }
    let isSame = block.from == block.to
    let structure: Structure =
      isSame
      ? .identity : .submatrix(rows: IndexRuns(), columns: IndexRuns())
    return try Matrix(
      pattern: Pattern(
        rows: y.count, columns: x.count, structure: structure,
        at: "/jacobian"),
      sparseValues: [Double](repeating: 1, count: isSame ? y.count : 0))
  }
}
