import JacobianChain

/// The order of the nodes within the layers.
extension PlanGraph {
  private static let sweeps = 12

  /// The bottom layer as the words are written, the longest one first.
  mutating func startInOrder(of report: Report) {
    let problem = report.solved.problem
    var rank = [Int](repeating: .max, count: problem.factors.count)
    var next = 0
    let words = problem.targets.enumerated()
      .sorted {
        (-$0.element.count, $0.offset) < (-$1.element.count, $1.offset)
      }
    for (_, word) in words {
      for factor in word.reversed() where rank[factor] == .max {
        rank[factor] = next
        next += 1
      }
    }
    func key(_ node: Int) -> Int {
      switch nodes[node].kind {
      case .value(let step): rank[report.solved.plan.steps[step].outermost]
      case .applied(let factor): rank[factor]
      case .line, .vertex: .max
      }
    }
    layers[0].sort { (key($0), $0) < (key($1), $1) }
    for layer in layers.indices.dropFirst() { arrange(layer, by: \.below) }
  }

  /// Sorts every layer by the middle of its neighbours, upwards and downwards
  /// in turn, and keeps the order with the fewest crossings (Sugiyama 1981).
  mutating func orderLayers() {
    var best = (layers: layers, crossings: crossings)
    for sweep in 0..<Self.sweeps where best.crossings > 0 {
      if sweep.isMultiple(of: 2) {
        for layer in layers.indices.dropLast().reversed() {
          arrange(layer, by: \.above)
        }
      } else {
        for layer in layers.indices.dropFirst() { arrange(layer, by: \.below) }
      }
      let crossings = crossings
      if crossings < best.crossings { best = (layers, crossings) }
    }
    layers = best.layers
  }

  /// Sorts a layer by the mean position of neighbours; who has none keeps its
  /// place.
  mutating func arrange(
    _ layer: Int, by neighbours: KeyPath<Node, [Int]>
  ) {
    var position = [Int](repeating: 0, count: nodes.count)
    for layer in layers {
      for (index, node) in layer.enumerated() { position[node] = index }
    }
    let keys = layers[layer].enumerated().map { index, node in
      let others = nodes[node][keyPath: neighbours]
      guard !others.isEmpty else { return Double(index) }
      let sum = others.reduce(0) { $0 + position[$1] }
      return Double(sum) / Double(others.count)
    }
    layers[layer] = layers[layer].enumerated()
      .sorted { (keys[$0.offset], $0.offset) < (keys[$1.offset], $1.offset) }
      .map(\.element)
  }

  /// The number of pairs of edges that cross.
  private var crossings: Int {
    var count = 0
    for (lower, upper) in zip(layers, layers.dropFirst()) {
      var position = [Int](repeating: 0, count: nodes.count)
      for (index, node) in lower.enumerated() { position[node] = index }
      let ends = upper.map { nodes[$0].below.map { position[$0] } }
      for (index, right) in ends.enumerated() {
        for left in ends[..<index] {
          for end in left { count += right.count { $0 < end } }
        }
      }
    }
    return count
  }
}
