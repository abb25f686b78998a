import JacobianChain

/// The order of the nodes within the layers.
extension PlanGraph {
  private static let sweeps = 12

  /// The bottom layer in the order in which targets use it, outer operands
  /// first, so that what is used together stands together; the targets with the
  /// longest words come first.
  mutating func startInOrder(of report: Report) {
    let plan = report.solved.plan
    var rank = [Int](repeating: .max, count: nodes.count)
    var next = 0
    let targets = Set(plan.plan.targets)
      .sorted { (-plan.steps[$0].length, $0) < (-plan.steps[$1].length, $1) }
    var stack: [Int] = targets.reversed().compactMap { step in
      nodes.firstIndex { $0.kind == .value(step: step) }
    }
    while let node = stack.popLast() {
      guard rank[node] == .max else { continue }
      rank[node] = next
      next += 1
      stack += nodes[node].below.reversed()
    }
    layers[0].sort { (rank[$0], $0) < (rank[$1], $1) }
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
