import JacobianChain

extension Trajectory {
  /// J · S or S · J, J = ∂y/∂x, node by node without any plan: what plans are
  /// verified by.
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
    var blocks = Blocks(graph, isTangent: isTangent, width: width)
    blocks.split(seeds, over: near)
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
            mode, to: block.span, width: width, into: &span)
        } catch {
          throw failure(error, of: k, "\(mode)s")
        }
        blocks.split(next, over: made)
      }
    }
    return blocks.joined(far)
  }
}

/// A block of tangents, or of adjoints, at each value that one has come to.
private struct Blocks {
  let graph: FunctionGraph
  /// Tangents are size × width, adjoints width × size, row by row.
  let isTangent: Bool
  let width: Int
  private var blocks: [[Double]?]

  init(_ graph: FunctionGraph, isTangent: Bool, width: Int) {
    (self.graph, self.isTangent, self.width) = (graph, isTangent, width)
    blocks = [[Double]?](repeating: nil, count: graph.vertices.count)
  }

  subscript(value: Int) -> [Double]? { blocks[value] }

  /// The components of some values.
  func size(_ values: [Int]) -> Int {
    values.reduce(0) { $0 + graph.vertices[$1].size }
  }

  mutating func add(_ block: [Double]?, to value: Int, _ sign: Double = 1) {
    guard let block else { return }
    let own = blocks[value] ?? [Double](repeating: 0, count: block.count)
    blocks[value] = zip(own, block).map { $0 + sign * $1 }
  }

  /// The blocks of values side by side; 0 where nothing has come to.
  func joined(_ values: [Int]) -> [Double] {
    let all = values.map {
      blocks[$0]
        ?? [Double](repeating: 0, count: graph.vertices[$0].size * width)
    }
    if isTangent { return Array(all.joined()) }
    return (0..<width).flatMap { row in
      zip(values, all).flatMap { value, block in
        let size = graph.vertices[value].size
        return block[row * size..<(row + 1) * size]
      }
    }
  }

  /// Adds to each value its part of a block that lies over all of them.
  mutating func split(_ block: [Double], over values: [Int]) {
    let total = size(values)
    var first = 0
    for value in values {
      let size = graph.vertices[value].size
      let range = first..<first + size
      first += size
      add(
        isTangent
          ? Array(block[range.lowerBound * width..<range.upperBound * width])
          : (0..<width).flatMap { row in
            block[row * total..<(row + 1) * total].dropFirst(range.lowerBound)
              .prefix(size)
          }, to: value)
    }
  }
}
