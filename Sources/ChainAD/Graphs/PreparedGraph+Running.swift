import ChainExecutor
import JacobianChain

extension PreparedGraph {
  /// What problems are called.
  static var name: String { "function graph" }

  /// All blocks of some Jacobians.
  static func request(
    _ pairs: [(of: FunctionGraph.Value, by: FunctionGraph.Value)]
  ) -> Request {
    Request(
      blocks: pairs.flatMap { pair in
        pair.of.vertices.flatMap { to in
          pair.by.vertices.map { Graph.Block(from: $0, to: to) }
        }
      })
  }

  /// What makes a Jacobian; nil where no path joins the values.
  func computation(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value
  ) throws(ChainError) -> Computation? {
    let request = try evaluator.joined(Self.request([(y, x)]))
    return request.blocks.isEmpty
      ? nil : try evaluator.computation(request, Self.name)
  }

  /// The Jacobians of the blocks of a request to which a path leads.
  ///
  /// - Parameter values: what is evaluated besides what they need.
  func run(
    _ request: Request, seeds: [Double] = [], at point: [Double],
    making values: [Int] = []
  ) throws(ChainError) -> [Graph.Block: Matrix] {
    let request = try evaluator.joined(request)
    guard !request.blocks.isEmpty else {
      try trajectory.evaluate(at: point)
      return [:]
    }
    let computation = try evaluator.computation(request, Self.name)
    trajectory.kept = computation.planned.kept
    try trajectory.move(
      to: point,
      end: max(computation.planned.end, graph.end(making: values)))
    try computation.run(whereItStands: trajectory, seeds: seeds)
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

  /// One matrix of the blocks of two values: rows of y, columns of x.
  func assemble(
    _ y: FunctionGraph.Value, _ x: FunctionGraph.Value,
    _ found: [Graph.Block: Matrix]
  ) throws(ChainError) -> Matrix {
    try Self.assemble(y, x) { own, other throws(ChainError) in
      let block = Graph.Block(from: other.vertices[0], to: own.vertices[0])
      if let matrix = found[block] { return (matrix, false) }
      return (try Self.trivial(block, own.count, other.count), false)
    }
  }

  /// One matrix of the blocks of two values; dense where there are several.
  ///
  /// - Parameter block: that of one row part and one column part, and whether
  ///   it has to be transposed, as it may where there are several.
  static func assemble(
    _ rows: FunctionGraph.Value, _ columns: FunctionGraph.Value,
    _ block: (
      FunctionGraph.Value, FunctionGraph.Value
    ) throws(ChainError) -> (matrix: Matrix, isTransposed: Bool)
  ) throws(ChainError) -> Matrix {
    if rows.vertices.count == 1, columns.vertices.count == 1 {
      return try block(rows, columns).matrix
    }
    let width = columns.count
    let pattern = try Pattern(
      rows: rows.count, columns: width, structure: .dense, at: "/jacobian")
    return try Matrix(pattern) { entries throws(ChainError) in
      var row = 0
      for own in rows.parts {
        var column = 0
        for other in columns.parts {
          let (matrix, isTransposed) = try block(own, other)
          let block = try matrix.denseEntries()
          for i in 0..<own.count {
            for j in 0..<other.count {
              entries[(row + i) * width + column + j] =
                isTransposed
                ? block[j * own.count + i] : block[i * other.count + j]
            }
          }
          column += other.count
        }
        row += own.count
      }
    }
  }

  /// What needs no plan: one by itself, nothing where no path leads.
  private static func trivial(
    _ block: Graph.Block, _ rows: Int, _ columns: Int
  ) throws(ChainError) -> Matrix {
    guard block.from == block.to else {
      return try .zero(rows: rows, columns: columns)
    }
    return try Matrix(
      pattern: Pattern(
        rows: rows, columns: columns, structure: .identity, at: "/jacobian"),
      sparseValues: [Double](repeating: 1, count: rows))
  }
}
