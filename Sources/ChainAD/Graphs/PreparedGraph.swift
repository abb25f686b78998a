import ChainExecutor
import JacobianChain

/// A graph of functions with its orders: each Jacobian is planned when it is
/// asked for the first time, then ready for many points.
///
/// Points are all inputs of the graph, one after the other. A function with
/// several inputs or outputs is accumulated as a whole, which is no part of a
/// plan's price; of the others plans decide whether they are.
///
/// Not for several threads at once: prepare one for each.
public final class PreparedGraph {
  /// The functions.
  public let graph: FunctionGraph
  /// Bounds on every plan.
  public let limits: Limits

  let places: GraphPlaces
  let factors: GraphFactors
  let threads: Int?
  let control: SearchControl
  var computations: [Request: GraphComputation] = [:]

  /// A block of the graph, or with seeds at one end.
  struct Request: Hashable {
    var blocks: [Graph.Block]
    /// The width of a block of tangents behind all inputs.
    var tangents: Int?
    /// The width of a block of adjoints before these values.
    var adjoints: Int?
    var ends: [Int] = []
    /// The nodes whose parameters are meant; each is a vertex beyond those of
    /// the graph.
    var parameters: [Int] = []
  }

  init(
    _ graph: FunctionGraph, limits: Limits, measuringAt point: [Double]?,
    threads: Int?, _ control: SearchControl
  ) throws(ChainError) {
    self.graph = graph
    self.limits = limits
    self.threads = threads
    self.control = control
    places = GraphPlaces(graph)
    if let point {
      places.kept = graph.nodes.map { node in
        guard case .function(let function, _, _) = node else { return [] }
        return function.abilities.intersection([.tangent, .adjoint])
      }
      try places.move(to: point)
      factors = try GraphFactors(graph, measuringOn: places)
    } else {
      factors = try GraphFactors(graph, measuringOn: nil)
    }
  }

  /// A value at a point.
  ///
  /// - Throws: `ChainError` that names the function that failed.
  public func value(
    of value: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> [Double] {
    try graph.check(value)
    places.kept = places.kept.map { _ in [] }
    try places.move(to: point)
    return places.value(value)
  }

  /// The m × n Jacobian ∂y/∂x of one value by another, in the structure that
  /// it has; of several parts a dense one.
  ///
  /// - Parameter point: all inputs, one after the other.
  /// - Throws: `ChainError` that names the function that failed, or that has no
  ///   finite derivative there, whatever the order; for a value of another
  ///   graph.
  /// - Complexity: the price of the plan, and one forward sweep.
  public func jacobian(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> Matrix {
    try jacobians([(y, x)], at: point)[0]
  }

  /// Several Jacobians, jointly planned: products that they share are computed
  /// once.
  ///
  /// - Throws: `ChainError`; as `jacobian`.
  public func jacobians(
    _ pairs: [(of: FunctionGraph.Value, by: FunctionGraph.Value)],
    at point: [Double]
  ) throws(ChainError) -> [Matrix] {
    for pair in pairs {
      try graph.check(pair.of)
      try graph.check(pair.by)
    }
    let blocks = pairs.flatMap { pair in
      pair.of.vertices.flatMap { to in
        pair.by.vertices.map { Graph.Block(from: $0, to: to) }
      }
    }
    let found = try run(blocks, at: point)
    var matrices: [Matrix] = []
    for pair in pairs {
      matrices.append(try assemble(pair.of, pair.by, found))
    }
    return matrices
  }

  /// The order of a Jacobian, with all that is known of it; nil where no plan
  /// is needed, because no path joins the values.
  ///
  /// - Throws: `ChainError`; as `jacobian`.
  public func solved(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value
  ) throws(ChainError) -> Solved? {
    try graph.check(y)
    try graph.check(x)
    let blocks = y.vertices.flatMap { to in
      x.vertices.map { Graph.Block(from: $0, to: to) }
    }
    let joined = joined(blocks, factors.arcs)
    return joined.isEmpty
      ? nil : try computation(Request(blocks: joined)).solved
  }

  /// ∂y/∂x · S: forward mode, for a block of tangents of all inputs.
  ///
  /// - Parameters:
  ///   - tangents: S, n × w, row by row, n being all inputs together.
  ///   - width: w.
  /// - Returns: m × w, row by row.
  /// - Throws: `ChainError`; as `jacobian`, and for another number of entries.
  public func jvp(
    of y: FunctionGraph.Value, at point: [Double], tangents: [Double],
    width: Int = 1
  ) throws(ChainError) -> [Double] {
    try graph.check(y)
    try CallerInput.check(tangents, graph.inputCount, width, "tangents")
    let source = graph.vertices.count
    var request = Request(
      blocks: y.vertices.map { Graph.Block(from: source, to: $0) })
    request.tangents = width
    return try seeded(request, tangents, at: point).enumerated().flatMap {
      $1 ?? [Double](repeating: 0, count: y.sizes[$0] * width)
    }
  }

  /// S · ∂y/∂x: reverse mode, for a block of cotangents of a value.
  ///
  /// - Parameters:
  ///   - cotangents: S, w × m, row by row.
  ///   - width: w.
  /// - Returns: w × n, row by row, n being all inputs together.
  /// - Throws: `ChainError`; as `jacobian`, and for another number of entries.
  public func vjp(
    of y: FunctionGraph.Value, at point: [Double], cotangents: [Double],
    width: Int = 1
  ) throws(ChainError) -> [Double] {
    try graph.check(y)
    try CallerInput.check(cotangents, y.count, width, "cotangents")
    let sink = graph.vertices.count
    var request = Request(
      blocks: graph.inputs.map { Graph.Block(from: $0, to: sink) })
    (request.adjoints, request.ends) = (width, y.vertices)
    // The columns of each part, as a block of its own.
    var blocks: [Double] = []
    var start = 0
    for size in y.sizes {
      for row in 0..<width {
        let first = row * y.count + start
        blocks += cotangents[first..<first + size]
      }
      start += size
    }
    let found = try seeded(request, blocks, at: point)
    var rows = [Double](repeating: 0, count: width * graph.inputCount)
    var first = 0
    for (block, vertex) in zip(found, graph.inputs) {
      let size = graph.vertices[vertex].size
      if let block {
        for row in 0..<width {
          for column in 0..<size {
            rows[row * graph.inputCount + first + column] =
              block[row * size + column]
          }
        }
      }
      first += size
    }
    return rows
  }
}
