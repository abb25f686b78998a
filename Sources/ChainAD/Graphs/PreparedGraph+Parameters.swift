import ChainExecutor
import JacobianChain

extension PreparedGraph {
  /// ∂y/∂w for every function with parameters that y depends on, jointly
  /// planned.
  ///
  /// - Returns: the number of each function, in the order in which sums and
  ///   functions were added to the graph, from 0, and its m × p Jacobian.
  /// - Throws: `ChainError` (`unsupported`) when y depends on no parameters, or
  ///   for a function with parameters and several outputs; else as `jacobian`.
  public func parameterJacobians(
    of y: FunctionGraph.Value, at point: [Double]
  ) throws(ChainError) -> [(function: Int, jacobian: Matrix)] {
    try graph.check(y)
    var request = Request()
    for (k, node) in graph.nodes.enumerated() {
      guard let function = node.function as? any ParametricFunction else {
        continue
      }
      let ways = node.outputs.flatMap { from in
        y.vertices.map { Graph.Block(from: from, to: $0) }
      }
      let joined = try evaluator.joined(Request(blocks: ways)).blocks
      guard
        !joined.isEmpty || node.outputs.contains(where: y.vertices.contains)
      else { continue }
      guard node.outputs.count == 1 else {
        throw ChainError(
          .unsupported, at: "/functions/\(k)",
          expected: "parameters of a function with one output",
          found: "\(node.outputs.count) outputs of \"\(function.name)\"",
          advice: "take one output and apply selections to it")
      }
      let source = graph.vertices.count + request.parameters.count
      request.parameters.append(k)
      request.blocks += y.vertices.map { Graph.Block(from: source, to: $0) }
    }
    guard !request.parameters.isEmpty else {
      throw ChainError(
        .unsupported, at: "/functions",
        expected: "a function with parameters on the way", found: "none",
        advice: "conform a function to ParametricFunction")
    }
    let found = try run(request, at: point)
    var jacobians: [(function: Int, jacobian: Matrix)] = []
    for (number, k) in request.parameters.enumerated() {
      let parameters = FunctionGraph.Value(
        vertices: [graph.vertices.count + number],
        sizes: [evaluator.table.parameters[k]!.columns])
      jacobians.append((k, try assemble(y, parameters, found)))
    }
    return jacobians
  }

  /// Gives a function other parameters, from the next point on.
  ///
  /// - Parameter k: as `parameterJacobians` counts.
  /// - Throws: `ChainError` (`malformed`) when it has no parameters, or another
  ///   number of them.
  public func setParameters(
    _ parameters: [Double], ofFunction k: Int
  ) throws(ChainError) {
    try evaluator.setParameters(parameters, ofFunction: k)
  }
}
