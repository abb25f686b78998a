import JacobianChain

/// The best order that eliminates a graph level by level, the levels in
/// whatever order: forward, reverse and all mixtures of them that a chain has.
///
/// The level of a vertex is the length of the longest path to it. Of a graph
/// without arcs past a level, whose levels are the variables of a chain, this is
/// the chain's bracketing; with them it is as exact: when level k goes after
/// all those between i and j, the predecessors of its vertices are at i or
/// below and the successors at j or above, and neither set depends on the other
/// side. So their weights are tables P[i, k], S[k, j], and the least price of
/// everything between i and j is the least over k of both sides plus
/// Σ n_v · P · S over the vertices of level k: the dynamic program of matrix
/// chains (Godbole 1973, doi:10.1109/TC.1973.5009182). Deeper graphs take
/// several levels as one, whose vertices then go in topological order.
///
/// Arcs are weighed as if they were dense. So it finds an order, and no price.
package struct LevelOrder {
  private let graph: EliminationGraph
  /// The block of levels of each vertex; 0 for inputs, `blocks.count + 1` for
  /// outputs.
  private let block: [Int]
  /// The intermediates of each block, in topological order.
  private let blocks: [[Int]]

  /// Numbers in one table of weights, for all of which 128 MiB are taken.
  private static let tableLimit = 1 << 22
  /// Words of all sets of one sweep: 64 MiB.
  private static let setLimit = 1 << 23

  package init(_ graph: EliminationGraph) {
    self.graph = graph
    var level = [Int](repeating: 0, count: graph.count)
    for vertex in 0..<graph.count {
      for arc in graph.predecessors[vertex] {
        level[vertex] = max(level[vertex], level[arc.vertex] + 1)
      }
    }
    let depth = graph.intermediates.map { level[$0] }.max() ?? 0
    let most = max(1, min(400, Self.tableLimit / max(1, graph.count)))
    let step = (depth + most - 1) / most
    let count = step == 0 ? 0 : (depth + step - 1) / step
    var blocks = [[Int]](repeating: [], count: count)
    block = (0..<graph.count).map { vertex in
      switch graph.roles[vertex] {
      case .input: 0
      case .output: count + 1
      case .intermediate: (level[vertex] - 1) / step + 1
      }
    }
    for vertex in graph.intermediates {
      blocks[block[vertex] - 1].append(vertex)
    }
    self.blocks = blocks
  }

  /// The order; nil when its sets would take too much memory, or when there was
  /// a stop.
  ///
  /// - Complexity: O(K · arcs · frontier / 64 + K² · vertices), K ≤ 400 blocks.
  package func order(stop: () -> Bool) -> [Int]? {
    guard let before = weights(inward: true, stop: stop),
      let after = weights(inward: false, stop: stop)
    else { return nil }
    let ends = blocks.count + 2
    var price = [Double](repeating: 0, count: ends * ends)
    var last = [Int](repeating: 0, count: ends * ends)
    for span in 2..<max(2, ends) {
      if stop() { return nil }
      for low in 0..<(ends - span) {
        let high = low + span
        var (least, best) = (Double.infinity, 0)
        for middle in (low + 1)..<high {
          var sum =
            price[low * ends + middle] + price[middle * ends + high]
          for vertex in blocks[middle - 1] {
            sum +=
              before[low * graph.count + vertex]
              * after[high * graph.count + vertex]
              * Double(graph.sizes[vertex])
          }
          if sum < least { (least, best) = (sum, middle) }
        }
        (price[low * ends + high], last[low * ends + high]) = (least, best)
      }
    }
    var order: [Int] = []
    // From the last block to go to the first one.
    var spans = [(0, ends - 1)]
    while let (low, high) = spans.popLast() {
      guard high - low > 1 else { continue }
      let middle = last[low * ends + high]
      order += blocks[middle - 1].reversed()
      spans += [(low, middle), (middle, high)]
    }
    return order.reversed()
  }

  /// weights[e · vertices + v]: the components of what a vertex is linked with on
  /// one side, when the blocks between e and its own are eliminated, and on the
  /// inward side what is before it in its own.
  private func weights(inward: Bool, stop: () -> Bool) -> [Double]? {
    let ends = blocks.count + 2
    var weights = [Double](repeating: 0, count: ends * graph.count)
    let order = inward ? Array(0..<graph.count) : (0..<graph.count).reversed()
    let arcs = inward ? graph.predecessors : graph.successors
    for end in 0..<ends {
      if stop() { return nil }
      func isBeyond(_ vertex: Int) -> Bool {
        inward ? block[vertex] <= end : block[vertex] >= end
      }
      // What is beyond and linked with what isn't, by number.
      var number = [Int](repeating: -1, count: graph.count)
      var frontier: [Int] = []
      for vertex in order where !isBeyond(vertex) {
        for arc in arcs[vertex] where isBeyond(arc.vertex) {
          guard number[arc.vertex] < 0 else { continue }
          number[arc.vertex] = frontier.count
          frontier.append(arc.vertex)
        }
      }
      let words = (frontier.count + 63) / 64
      guard words * graph.count <= Self.setLimit else { return nil }
      var sets = [UInt64](repeating: 0, count: words * graph.count)
      let sizes = frontier.map { Double(graph.sizes[$0]) }
      func unite(_ vertex: Int, _ other: Int) {
        for word in 0..<words {
          sets[vertex * words + word] |= sets[other * words + word]
        }
      }
      for vertex in order where !isBeyond(vertex) {
        // Going outward, the rest of the own block isn't eliminated yet when
        // the vertex goes; to blocks below, all of it is.
        var own = 0.0
        var rest: [Int] = []
        for arc in arcs[vertex] {
          if number[arc.vertex] >= 0 {
            let bit = number[arc.vertex]
            sets[vertex * words + bit >> 6] |= 1 << UInt64(bit & 63)
          } else if !inward, block[arc.vertex] == block[vertex] {
            own += Double(graph.sizes[arc.vertex])
            rest.append(arc.vertex)
          } else {
            unite(vertex, arc.vertex)
          }
        }
        weights[end * graph.count + vertex] =
          own + weight(sets[vertex * words..<(vertex + 1) * words], sizes)
        for other in rest { unite(vertex, other) }
      }
    }
    return weights
  }

  private func weight(_ set: ArraySlice<UInt64>, _ sizes: [Double]) -> Double {
    var weight = 0.0
    for (word, bits) in set.enumerated() {
      var rest = bits
      while rest != 0 {
        weight += sizes[word * 64 + rest.trailingZeroBitCount]
        rest &= rest &- 1
      }
    }
    return weight
  }
}
