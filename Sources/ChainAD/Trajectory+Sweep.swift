import JacobianChain

extension Trajectory {
  /// J · S or S · J, J = ∂y/∂x, node by node without any plan: what plans are
  /// verified by. What fades on the way, or grows, does so with all of its block
  /// and isn't lost.
  ///
  /// - Parameters:
  ///   - seeds: n × `width` (tangents) or `width` × m (adjoints), row by row.
  ///   - x: values, n components side by side.
  ///   - y: values, m components side by side.
  /// - Returns: m × `width` or `width` × n; nil when a function on the way
  ///   can't do it.
  func sweep(
    _ mode: Mode, of seeds: [Double], width: Int, from x: [Int], to y: [Int],
    at point: [Double]
  ) throws(ChainError) -> [Double]? {
    kept = graph.nodes.map { node in
      node.function?.abilities.intersection(mode.ability) ?? []
    }
    try move(to: point)
    let isTangent = mode == .tangent
    let (near, far) = isTangent ? (x, y) : (y, x)
    var blocks = SweptBlocks(graph, isTangent: isTangent, width: width)
    blocks.split(SweptBlock(seeds), over: near)
    let order = Array(graph.nodes.indices)
    for k in isTangent ? order : order.reversed() {
      let node = graph.nodes[k]
      let (given, made) =
        isTangent ? (node.inputs, node.outputs) : (node.outputs, node.inputs)
      guard given.contains(where: { blocks[$0] != nil }) else { continue }
      switch node {
      case .sum(let a, let b, let isDifference, let output):
        let signs = [1, isDifference ? -1.0 : 1]
        for (term, sign) in zip([a, b], signs) {
          if isTangent {
            blocks.add(blocks[term], to: output, sign)
          } else {
            blocks.add(blocks[output], to: term, sign)
          }
        }
      case .function(let function, _, _):
        guard function.abilities.contains(mode.ability) else { return nil }
        let block = blocks.joined(given)
        var next = [Double](
          repeating: 0, count: blocks.size(made) * width)
        do {
          var span = next.mutableSpan
          try linearizations[k]!.apply(
            mode, to: block.numbers.span, width: width, into: &span)
        } catch {
          throw failure(error, of: k, "\(mode)s")
        }
        blocks.split(SweptBlock(next, block.exponent), over: made)
      }
    }
    return blocks.joined(far).numbers(by: 0)
  }
}
