import JacobianChain

/// A* over sets of eliminated vertices (Hart, Nilsson & Raphael 1968,
/// doi:10.1109/TSSC.1968.300136): the cheapest order, or a bound.
///
/// What a vertex costs depends on the set before it alone, so a set is a state.
/// What is left to pay is estimated by the tables of `GroupBound`, each of which
/// knows what its members outside the set cost at least, and by separator bounds
/// for vertices in no group. The estimate never falls by more than a move costs.
///
/// A vertex that costs its separator bound goes at once where that is safe
/// (`EliminationState.isSafe`; dense arcs only).
package struct SetSearch {
  /// The cheapest order; nil when none costs less than the incumbent, or the
  /// search ended early.
  package private(set) var order: [Int]?
  /// No order costs less, or the incumbent where none costs less than that.
  package private(set) var bound = 0
  /// Sets whose vertices were priced.
  package private(set) var explored = 0

  /// The most intermediates.
  package static let limit = 128

  private struct VertexSet: Hashable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    func contains(_ bit: Int) -> Bool {
      (bit < 64 ? low >> UInt64(bit) : high >> UInt64(bit - 64)) & 1 == 1
    }

    func with(_ bit: Int) -> Self {
      var set = self
      if bit < 64 {
        set.low |= 1 << UInt64(bit)
      } else {
        set.high |= 1 << UInt64(bit - 64)
      }
      return set
    }
  }

  private struct Node {
    var set: VertexSet
    var parent: Int32
    var last: Int32
    var cost: Int
  }

  private let graph: EliminationGraph
  private let vertices: [Int]
  /// By group: its table, and the bits of its members.
  private let groups: [(table: GroupTable, bits: [Int])]
  /// By bit the separator bound, and that outside of groups only.
  private let single: [Int]
  private let alone: [Int]
  private let isDense: Bool

  /// - Parameters:
  ///   - groups: the tables of disjoint groups.
  ///   - single: the separator bound of each vertex.
  ///   - incumbent: only what costs less is searched.
  ///   - stateLimit: the most sets that are remembered.
  /// - Precondition: the graph `hasCuts` and has `limit` intermediates at most.
  package init(
    _ graph: EliminationGraph, groups: [GroupTable], single: [Int],
    incumbent: Int, stateLimit: Int, stop: () -> Bool
  ) {
    self.graph = graph
    vertices = graph.intermediates
    var bit: [Int: Int] = [:]
    for (index, vertex) in vertices.enumerated() { bit[vertex] = index }
    self.groups = groups.map { ($0, $0.members.map { bit[$0]! }) }
    self.single = vertices.map { single[$0] }
    var alone = self.single
    for index in self.groups.flatMap(\.bits) { alone[index] = 0 }
    self.alone = alone
    isDense = graph.isDense
    search(incumbent, stateLimit, stop)
  }

  private mutating func search(
    _ incumbent: Int, _ stateLimit: Int, _ stop: () -> Bool
  ) {
    let state = EliminationState(graph)
    let start = EliminationState(graph)
    var nodes = [Node(set: VertexSet(), parent: -1, last: -1, cost: 0)]
    var known = [VertexSet(): 0]
    var queue = Heap<OpenState>()
    queue.insert(OpenState(total: rest(VertexSet()), cost: 0, index: 0))
    while let next = queue.popFirst() {
      guard next.total < incumbent else { break }
      let node = nodes[next.index]
      guard known[node.set] == next.index else { continue }
      bound = max(bound, next.total)
      let open = vertices.indices.filter { !node.set.contains($0) }
      if open.isEmpty {
        trace(next.index, nodes)
        return
      }
      explored += 1
      if explored & 63 == 0, stop() || nodes.count > stateLimit { return }
      state.copy(start)
      for index in vertices.indices where node.set.contains(index) {
        state.eliminate(vertices[index])
      }
      var moves = open.map { (bit: $0, cost: state.cost(vertices[$0])) }
      if isDense,
        let safe = moves.first(where: {
          $0.cost == single[$0.bit]
            && state.isSafe(vertices[$0.bit], graph)
        })
      {
        moves = [safe]
      }
      let rests = rests(node.set)
      for (bit, price) in moves {
        let cost = node.cost + price
        let total = max(next.total, cost + rests[bit])
        guard total < incumbent else { continue }
        let set = node.set.with(bit)
        if let old = known[set], nodes[old].cost <= cost { continue }
        known[set] = nodes.count
        queue.insert(OpenState(total: total, cost: cost, index: nodes.count))
        nodes.append(
          Node(
            set: set, parent: Int32(next.index), last: Int32(bit), cost: cost))
      }
    }
    bound = incumbent
  }

  private mutating func trace(_ last: Int, _ nodes: [Node]) {
    var order: [Int] = []
    var index = last
    while nodes[index].last >= 0 {
      order.append(vertices[Int(nodes[index].last)])
      index = Int(nodes[index].parent)
    }
    self.order = order.reversed()
  }

  /// What the vertices outside a set cost at least.
  private func rest(_ set: VertexSet) -> Int {
    groups.reduce(restAlone(set)) {
      $0 + $1.table.rest[subset(of: $1.bits, in: set)]
    }
  }

  /// By bit the same once that one has gone, too; of no meaning for those that
  /// have.
  private func rests(_ set: VertexSet) -> [Int] {
    let sum = rest(set)
    var rests = alone.map { sum - $0 }
    for group in groups {
      let before = subset(of: group.bits, in: set)
      let least = group.table.rest[before]
      for (place, bit) in group.bits.enumerated() {
        rests[bit] += group.table.rest[before | 1 << place] - least
      }
    }
    return rests
  }

  private func restAlone(_ set: VertexSet) -> Int {
    var sum = 0
    for (index, cost) in alone.enumerated() where !set.contains(index) {
      sum += cost
    }
    return sum
  }

  /// The members of a group that a set holds.
  private func subset(of bits: [Int], in set: VertexSet) -> Int {
    var subset = 0
    for (place, bit) in bits.enumerated() where set.contains(bit) {
      subset |= 1 << place
    }
    return subset
  }
}
