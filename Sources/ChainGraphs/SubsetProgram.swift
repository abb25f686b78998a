import JacobianChain

/// The cheapest order by dynamic programming over eliminated sets.
///
/// What a vertex costs depends on the set that was eliminated before it and
/// not on its order: p is a predecessor of v then, iff a path leads from p to v
/// whose interior lies in the set, and so for patterns. So the least cost of a
/// set is the least, over its last vertex, of the set without it plus that
/// vertex: exact with structure, units and sizes, in O(2^n · n) prices and
/// 8 · 2^n bytes. Sets are visited in the order of their numbers, along a tree
/// whose nodes differ by one elimination.
package struct SubsetProgram {
  /// The most vertices.
  package static let limit = 20

  package let order: [Int]
  package let cost: Int
  /// Sets whose vertices were priced.
  package let explored: Int

  /// - Precondition: at most `limit` intermediates.
  /// - Returns: nil when `stop` said so.
  package init?(_ graph: EliminationGraph, stop: () -> Bool) {
    let vertices = graph.intermediates
    let count = vertices.count
    var costs = [Int](repeating: .max, count: 1 << count)
    costs[0] = 0
    var last = [Int8](repeating: -1, count: 1 << count)
    // states[k]: the vertices from bit k on are decided.
    let states = (0...count).map { _ in EliminationState(graph) }
    var explored = 0
    for set in 0..<(1 << count) {
      // From one number to the next the bits up to the lowest set one change.
      let changed = set == 0 ? count - 1 : set.trailingZeroBitCount
      for bit in stride(from: changed, through: 0, by: -1) {
        states[bit].copy(states[bit + 1])
        if set >> bit & 1 == 1 { states[bit].eliminate(vertices[bit]) }
      }
      explored += 1
      if explored & 1023 == 0, stop() { return nil }
      let base = costs[set]
      for bit in 0..<count where set >> bit & 1 == 0 {
        let cost = base + states[0].cost(vertices[bit])
        let next = set | 1 << bit
        if cost < costs[next] {
          costs[next] = cost
          last[next] = Int8(bit)
        }
      }
    }
    var order: [Int] = []
    var set = (1 << count) - 1
    while set != 0 {
      let bit = Int(last[set])
      order.append(vertices[bit])
      set &= ~(1 << bit)
    }
    self.order = order.reversed()
    cost = costs[(1 << count) - 1]
    self.explored = explored
  }
}
