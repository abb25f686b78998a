import JacobianChain

/// The least cost of eliminating a group of vertices, whatever happens to all
/// others, after each subset of the group.
///
/// In any order the members of a group H are eliminated in some order; when v
/// goes, a set A ⊂ H of members has gone, the other members have not, and
/// vertices outside H may have or not. So v costs at least
/// n_v·κ_in(v | A)·κ_out(v | A) (see `VertexCuts`), and the shortest way from
/// the empty set to H by these costs bounds what the members cost together.
/// Groups that share no vertex add up.
///
/// κ_in depends only on the members before v, κ_out only on those behind it in
/// topological order; tables over these bits hold them. Takes
/// O(2^k · k) time beside the cuts, and 24 · 2^k bytes, for k members.
package final class GroupTable {
  /// The members in topological order: bit i of a subset is members[i].
  package let members: [Int]
  /// rest[A]: the least cost of the members outside A once A is eliminated.
  let rest: [Int]

  /// The bound for the whole group.
  package var bound: Int { rest[0] }

  /// All intermediates of a graph in one group; exact where light arcs are
  /// units.
  package convenience init?(of graph: EliminationGraph) {
    self.init(
      graph.intermediates, sizes: graph.sizes,
      inward: CutTable(graph, inward: true),
      outward: CutTable(graph, inward: false), stop: { false })
  }

  /// - Parameter members: at most 26, ascending.
  /// - Returns: nil when `stop` said so.
  init?(
    _ members: [Int], sizes: [Int], inward: CutTable, outward: CutTable,
    stop: () -> Bool
  ) {
    self.members = members
    let count = members.count
    guard
      let into = inward.tables(for: members, ascending: true, stop),
      let out = outward.tables(for: members, ascending: false, stop)
    else { return nil }
    let full = 1 << count
    let weights = members.map { sizes[$0] }
    var rest = [Int](repeating: 0, count: full)
    rest.withUnsafeMutableBufferPointer { rest in
      into.withUnsafeBufferPointer { into in
        out.withUnsafeBufferPointer { out in
          weights.withUnsafeBufferPointer { weights in
            var subset = full - 2
            while subset >= 0 {
              var best = Int.max
              var open = ~subset & (full - 1)
              while open != 0 {
                let index = open.trailingZeroBitCount
                let bit = open & -open
                open ^= bit
                // Subsets of the members before it, and of those behind it.
                let columns = Int(into[bit - 1 + subset & (bit - 1)])
                let rows = Int(
                  out[full >> (index + 1) - 1 + subset >> (index + 1)])
                let cost =
                  weights[index] &* columns &* rows &+ rest[subset | bit]
                if cost < best { best = cost }
              }
              rest[subset] = best
              subset -= 1
            }
          }
        }
      }
    }
    self.rest = rest
  }
}

/// Cuts on one side of the members of a group, each computed once.
final class CutTable {
  private let cuts: VertexCuts
  private let graph: EliminationGraph
  private let inward: Bool

  init(_ graph: EliminationGraph, inward: Bool) {
    self.graph = graph
    self.inward = inward
    cuts = VertexCuts(graph, inward: inward)
  }

  /// For each member the cut after each subset of the members on its side:
  /// those of smaller index when ascending, else those of larger index,
  /// counted from the next one.
  ///
  /// - Returns: one table after the other, that of w members on the side from
  ///   2^w − 1 on; nil when stopped.
  func tables(
    for members: [Int], ascending: Bool, _ stop: () -> Bool
  ) -> [Int32]? {
    let near = nearest(members)
    for vertex in graph.intermediates { cuts.places[vertex] = .open }
    defer { for vertex in members { cuts.places[vertex] = .open } }
    var table = [Int32](repeating: 0, count: 1 << members.count - 1)
    for (index, vertex) in members.enumerated() {
      let shift = ascending ? 0 : index + 1
      let width = ascending ? index : members.count - 1 - index
      let start = 1 << width - 1
      var flows = 0
      let side = ((1 << width) - 1) << shift
      for subset in 0..<(1 << width) {
        let before = subset << shift
        // Members that a search from the vertex meets; those behind one that
        // isn't eliminated don't matter.
        var met = near[index] & side
        var fringe = met & before
        while fringe != 0 {
          let member = fringe.trailingZeroBitCount
          fringe &= fringe - 1
          let new = near[member] & side & ~met
          met |= new
          fringe |= new & before
        }
        // Those that it meets alone: a smaller subset, which has its flow.
        let key = met & before
        if key != before {
          table[start + subset] = table[start + key >> shift]
          continue
        }
        flows += 1
        if flows & 255 == 0, stop() { return nil }
        for (place, member) in members.enumerated() {
          cuts.places[member] =
            key >> place & 1 == 1 ? .before : .after
        }
        table[start + subset] = Int32(clamping: cuts.cut(vertex))
      }
    }
    return table
  }

  /// For each member, the members that a walk through outsiders leads to.
  private func nearest(_ members: [Int]) -> [Int] {
    var bit = [Int](repeating: -1, count: graph.count)
    for (index, vertex) in members.enumerated() { bit[vertex] = index }
    let arcs = inward ? graph.predecessors : graph.successors
    return members.map { start in
      var met = 0
      var seen = Set([start])
      var queue = [start]
      while let vertex = queue.popLast() {
        for arc in arcs[vertex] where seen.insert(arc.vertex).inserted {
          if bit[arc.vertex] >= 0 {
            met |= 1 << bit[arc.vertex]
          } else {
            queue.append(arc.vertex)
          }
        }
      }
      return met
    }
  }
}
