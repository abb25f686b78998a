/// Where the nodes stand within the layers.
extension PlanGraph {
  private static let rounds = 48

  /// The centre of every node: near the middle of its neighbours, in the order
  /// of its layer, and never nearer than half the widths of two neighbours.
  ///
  /// - Parameter widths: what the nodes take up, gaps beside them included.
  func places(widths: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: nodes.count)
    for layer in layers {
      var left = 0.0
      for node in layer {
        x[node] = left + widths[node] / 2
        left += widths[node]
      }
    }
    let readers = readers
    for round in 0..<Self.rounds {
      let upwards = round.isMultiple(of: 2)
      for layer in upwards ? layers : layers.reversed() {
        let wishes = layer.map { wish($0, x, readers, upwards: upwards, round) }
        let placed = Self.separated(
          wishes, weights: layer.map(weight), widths: layer.map { widths[$0] })
        for (node, place) in zip(layer, placed) { x[node] = place }
      }
    }
    let left = nodes.indices.map { x[$0] - widths[$0] / 2 }.min() ?? 0
    return x.map { $0 - left }
  }

  /// Lines ought to be straight before values are centred; who has no
  /// neighbours stands where there is room.
  private func weight(_ node: Int) -> Double {
    switch nodes[node].kind {
    case .line: 4
    case .value, .applied, .vertex: isAlone(node) ? 0.001 : 1
    }
  }

  /// For each value the values made of it, wherever they stand: a line follows
  /// its value, so it can't pull it.
  private var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() where node.kind != .line {
      for operand in node.below { readers[nodes[operand].source].append(index) }
    }
    return readers
  }

  private func isAlone(_ node: Int) -> Bool {
    nodes[node].below.isEmpty && nodes[node].above.isEmpty
  }

  /// The middle of the neighbours on the side that the round comes from; of
  /// both sides in the last rounds. A line rises straight above its value.
  private func wish(
    _ node: Int, _ x: [Double], _ readers: [[Int]], upwards: Bool,
    _ round: Int
  ) -> Double {
    let own = nodes[node]
    if own.kind == .line { return x[own.source] }
    if isAlone(node) { return x[layers[own.layer][0]] }
    let others =
      round >= Self.rounds - 6
      ? own.below + readers[node] : upwards ? own.below : readers[node]
    guard !others.isEmpty else { return x[node] }
    return others.reduce(0) { $0 + x[$1] } / Double(others.count)
  }

  /// The places nearest to the wishes, by weighted squares, that keep order
  /// and distance: wishes that get in each other's way are met by the mean of
  /// the block they form (pool adjacent violators). O(n).
  private static func separated(
    _ wishes: [Double], weights: [Double], widths: [Double]
  ) -> [Double] {
    var offsets: [Double] = []
    var offset = 0.0
    for (index, width) in widths.enumerated() {
      offset += index == 0 ? 0 : (widths[index - 1] + width) / 2
      offsets.append(offset)
    }
    var blocks: [(sum: Double, weight: Double, count: Int)] = []
    for index in wishes.indices {
      var block = (
        sum: weights[index] * (wishes[index] - offsets[index]),
        weight: weights[index], count: 1
      )
      while let last = blocks.last,
        last.sum / last.weight >= block.sum / block.weight
      {
        blocks.removeLast()
        block = (
          last.sum + block.sum, last.weight + block.weight,
          last.count + block.count
        )
      }
      blocks.append(block)
    }
    var places: [Double] = []
    for block in blocks {
      for _ in 0..<block.count {
        places.append(block.sum / block.weight + offsets[places.count])
      }
    }
    return places
  }
}
