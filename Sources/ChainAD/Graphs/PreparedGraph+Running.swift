import ChainExecutor
import JacobianChain

extension PreparedGraph {
  /// What problems are called.
  static var name: String { "function graph" }

  static func blocks(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value
  ) -> [Graph.Block] {
    y.vertices.flatMap { to in
      x.vertices.map { Graph.Block(from: $0, to: to) }
    }
  }

  /// The same with the blocks to which a path leads, each once.
  func joined(_ request: Request) throws(ChainError) -> Request {
    if let known = joined[request] { return known }
    // Values are numbered in the order in which they are made.
    let arcs = try Assembly(request, of: evaluator.table, limits).arcs
      .sorted { $0.to < $1.to }
    var reached: [Int: Set<Int>] = [:]
    for from in request.blocks.map(\.from) where reached[from] == nil {
      reached[from] = arcs.reduce(into: [from]) {
        if $0.contains($1.from) { $0.insert($1.to) }
      }
    }
    var (own, known) = (request, Set<Graph.Block>())
    own.blocks = request.blocks.filter {
      $0.from != $0.to && reached[$0.from]!.contains($0.to)
        && known.insert($0).inserted
    }
    joined[request] = own
    return own
  }

  /// The Jacobians of the blocks of a request to which a path leads.
  func run(
    _ request: Request, seeds: [Double] = [], at point: [Double]
  ) throws(ChainError) -> [Graph.Block: Matrix] {
    let request = try joined(request)
    guard !request.blocks.isEmpty else {
      try trajectory.evaluate(at: point)
      return [:]
    }
    let computation = try evaluator.computation(request, Self.name)
    try computation.run(trajectory, at: point, seeds: seeds)
    return Dictionary(
      uniqueKeysWithValues: zip(
        request.blocks, try computation.targets(trajectory)))
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
