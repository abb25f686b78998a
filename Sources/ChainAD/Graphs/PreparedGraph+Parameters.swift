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
    var request = Request(blocks: [])
    for (index, node) in graph.nodes.enumerated() {
      guard case .function(let function, _, let outputs) = node,
        function is any ParametricFunction
      else { continue }
      let ways = outputs.flatMap { from in
        y.vertices.map { Graph.Block(from: from, to: $0) }
      }
      guard
        outputs.contains(where: y.vertices.contains)
          || !joined(ways, factors.arcs).isEmpty
      else { continue }
      guard outputs.count == 1 else {
        throw ChainError(
          .unsupported, at: "/functions/\(index)",
          expected: "parameters of a function with one output",
          found: "\(outputs.count) outputs of \"\(function.name)\"",
          advice: "take one output and apply selections to it")
      }
      let source = graph.vertices.count + request.parameters.count
      request.parameters.append(index)
      request.blocks += y.vertices.map { Graph.Block(from: source, to: $0) }
    }
    guard !request.parameters.isEmpty else {
      throw ChainError(
        .unsupported, at: "/functions",
        expected: "a function with parameters on the way", found: "none",
        advice: "conform a function to ParametricFunction")
    }
    let sources = request.parameters.indices.map {
      graph.vertices.count + $0
    }
    let found = try run(request, at: point)
    var jacobians: [(function: Int, jacobian: Matrix)] = []
    for (source, node) in zip(sources, request.parameters) {
      guard case .function(let function, _, _) = graph.nodes[node],
        let parametric = function as? any ParametricFunction
      else { preconditionFailure("a function with parameters") }
      let size = parametric.parameters.count
      jacobians.append(
        (
          node,
          try assemble(
            y, FunctionGraph.Value(vertices: [source], sizes: [size]), found)
        ))
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
    let isThere = graph.nodes.indices.contains(k)
    var function: (any ElementalFunction)?
    if isThere, case .function(let own, _, _) = graph.nodes[k] {
      function = own
    }
    try CallerInput.set(
      parameters, of: function, k,
      in: isThere ? places.linearizations[k] : nil)
  }
}
