import ChainExecutor
import JacobianChain

/// A graph of functions with its orders: each Jacobian is planned when it is
/// asked for the first time, then ready for many points.
///
/// Points are all inputs of the graph, one after the other. A function with
/// several inputs or outputs is accumulated as a whole, which is no part of a
/// plan's price; of the others plans decide whether they are.
///
/// Not for several threads at once: `shared` is, and makes one for each.
public final class PreparedGraph {
  /// The functions.
  package let graph: FunctionGraph

  let evaluator: Evaluator
  let trajectory: Trajectory

  init(_ graph: FunctionGraph, _ evaluator: Evaluator) {
    (self.graph, self.evaluator) = (graph, evaluator)
    trajectory = evaluator.trajectory
  }

  /// A prepared graph for any number of threads.
  public struct Shared: Sendable {
    fileprivate let graph: FunctionGraph
    fileprivate let preparation: Preparation

    /// The same graph with memory of its own, for one thread at a time.
    ///
    /// Plans that one evaluator makes serve all of them. Parameters are its
    /// own, to begin with those of the functions.
    ///
    /// - Complexity: that of the memory; nothing is planned or measured again.
    public func evaluator() -> PreparedGraph {
      PreparedGraph(graph, Evaluator(preparation))
    }
  }

  /// What other threads may take evaluators of.
  public var shared: Shared {
    Shared(graph: graph, preparation: evaluator.preparation)
  }

  /// What plans are chosen for.
  package var objective: Objective { evaluator.preparation.objective }
  /// Bounds on every plan.
  package var limits: Limits { evaluator.preparation.limits }

  /// How many targets have been computed in a wide range, because doubles did
  /// not do.
  package var wideTargets: Int { trajectory.wideTargets }

  /// A value at a point.
  ///
  /// - Throws: `ChainError` that names the function that failed.
  public func value(
    of value: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> [Double] {
    try graph.check(value)
    try trajectory.evaluate(at: point)
    return value.vertices.flatMap(trajectory.value)
  }

  /// The m × n Jacobian ∂y/∂x of one value by another, in the structure that
  /// it has; of several parts a dense one.
  ///
  /// - Parameter point: all inputs, one after the other.
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one without a finite derivative; for a value of another graph. Neither
  ///   this nor a Jacobian depends on the plan.
  /// - Complexity: as that of `PreparedJacobian.jacobian`.
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
    let found = try run(Self.request(pairs), at: point)
    var matrices: [Matrix] = []
    for pair in pairs {
      matrices.append(try assemble(pair.of, pair.by, found))
    }
    return matrices
  }

  /// A value and its Jacobian by another, by one forward sweep.
  ///
  /// - Returns: m numbers, and the m × n Jacobian.
  /// - Throws: `ChainError`; as `jacobian`.
  public func valueAndJacobian(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> (value: [Double], jacobian: Matrix) {
    try graph.check(y)
    try graph.check(x)
    let found = try run(
      Self.request([(y, x)]), at: point, making: y.vertices)
    return (
      y.vertices.flatMap(trajectory.value), try assemble(y, x, found)
    )
  }

  /// The gradient of a value with one component.
  ///
  /// - Parameters:
  ///   - x: what is differentiated by, n components; nil for all inputs, one
  ///     after the other.
  ///   - point: all inputs, one after the other.
  /// - Returns: n numbers.
  /// - Throws: `ChainError` (`unsupported`) for several components; else as
  ///   `jacobian`.
  public func gradient(
    of y: FunctionGraph.Value, by x: FunctionGraph.Value? = nil,
    at point: [Double]
  ) throws(ChainError) -> [Double] {
    try graph.check(y)
    try CallerInput.checkGradient(y.count)
    return try jacobian(of: y, by: x ?? graph.allInputs, at: point)
      .denseEntries()
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
    return try computation(of: y, by: x)?.solved
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
    let request = Request(
      blocks: y.vertices.map { Graph.Block(from: source, to: $0) },
      seeds: .init(mode: .tangent, width: width, vertices: graph.inputs))
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
    let request = Request(
      blocks: graph.inputs.map { Graph.Block(from: $0, to: sink) },
      seeds: .init(mode: .adjoint, width: width, vertices: y.vertices))
    let found = try seeded(request, cotangents, at: point)
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
