import ChainRandom
import JacobianChain

/// A bound for every order: groups of vertices that disturb each other most,
/// each by its `GroupTable`, and separator bounds for the rest.
///
/// Any groups that share no vertex prove a bound, so how they are found needs
/// no proof: by agglomeration (the two neighbours go together that gain most),
/// small groups first, with members that a group doesn't need for its bound
/// left out again, so that there is room for others; many times, with noise in
/// what seems to be the best. Then vertices move to neighbouring groups, as
/// long as the bound doesn't fall.
package final class GroupBound {
  /// A group and the bound that its table proves.
  private struct Group: Sendable {
    var members: [Int]
    var bound: Int
  }

  private let graph: EliminationGraph
  /// The most members of a group.
  private let limit: Int
  private let inward: CutTable
  private let outward: CutTable
  /// The separator bound of each vertex.
  package let single: [Int]
  private let total: Int
  private let links: [(Int, Int)]
  private var groups: [Group]
  private var best: [Group] = []
  /// No order costs less.
  package private(set) var bound: Int
  /// What is known of sets of members: a group without those it doesn't need,
  /// and the bound of a whole one.
  private var known: [[Int]: Group] = [:]
  private var bounds: [[Int]: Int] = [:]
  private var trial = 0
  private var random = SplitMix64(seed: 1)

  /// - Parameter limit: the most members of a group; the table of 22 takes
  ///   32 MiB.
  /// - Precondition: the graph `hasCuts`.
  package init(_ graph: EliminationGraph, limit: Int = 22) {
    self.graph = graph
    self.limit = limit
    let single = graph.separatorBounds()
    self.single = single
    total = single.reduce(0, +)
    bound = total
    inward = CutTable(graph, inward: true)
    outward = CutTable(graph, inward: false)
    links = graph.intermediates.flatMap { vertex in
      graph.successors[vertex].compactMap {
        graph.roles[$0.vertex] == .intermediate ? (vertex, $0.vertex) : nil
      }
    }
    groups = graph.intermediates.map {
      Group(members: [$0], bound: single[$0])
    }
    best = groups
  }

  /// The groups that prove the bound.
  package var members: [[Int]] { best.map(\.members) }

  /// The tables of the groups that prove the bound; nil when stopped.
  package func tables(stop: () -> Bool) -> [GroupTable]? {
    var tables: [GroupTable] = []
    for group in best where group.members.count > 1 {
      guard let table = table(group.members, stop) else { return nil }
      tables.append(table)
    }
    return tables
  }

  private func table(_ members: [Int], _ stop: () -> Bool) -> GroupTable? {
    GroupTable(
      members, sizes: graph.sizes, inward: inward, outward: outward,
      stop: stop)
  }

  /// Raises the bound until it reaches `incumbent`, a slice of work is done or
  /// it is stopped: new groupings in the first rounds, from then on the best
  /// one with some groups made anew. What came last grows, or what is best.
  package func improve(incumbent: Int, round: Int, stop: () -> Bool) {
    // Vertices that share no arc have nothing to gain from each other.
    guard !links.isEmpty else { return }
    let trials = 8
    for _ in 0..<trials where !stop() && bound < incumbent {
      let noise = trial == 0 ? 0 : 0.3 + 0.2 * Double(trial % 4)
      let power = [0.0, 0.5, 1][trial % 3]
      let small = [8, 6, 10, 7, 9, 5][trial % 6]
      if trial < 12 || trial % 4 == 0 {
        groups = graph.intermediates.map {
          Group(members: [$0], bound: single[$0])
        }
      } else {
        groups = best
        dissolve()
      }
      trial += 1
      guard agglomerate(small, noise, power, stop),
        agglomerate(12, noise, power, stop),
        round < 2 || agglomerate(14, noise, power, stop),
        round < 4 || agglomerate(16, 0, 0, stop)
      else { return }
      take()
    }
    guard round > 0, bound < incumbent, !stop() else { return }
    if round % 2 == 1 { groups = best }
    let size = min(limit, 14 + 2 * ((round + 1) / 2))
    guard agglomerate(size, 0, 0, stop) else { return }
    take()
    if bound < incumbent, exchange(size, stop) { take() }
  }

  /// Moves vertices to neighbouring groups of less than `size` members while
  /// the bound doesn't fall, until a slice of work is done.
  ///
  /// - Returns: false when stopped.
  private func exchange(_ size: Int, _ stop: () -> Bool) -> Bool {
    var subsets = 1 << 24
    for _ in 0..<64 where subsets > 0 {
      let (a, b) = links[random.integer(in: 0...links.count - 1)]
      let (vertex, other) = random.oneIn(2) ? (a, b) : (b, a)
      let from = groups.firstIndex { $0.members.contains(vertex) }!
      let to = groups.firstIndex { $0.members.contains(other) }!
      guard from != to, groups[to].members.count < size else { continue }
      let left = groups[from].members.filter { $0 != vertex }
      let grown = (groups[to].members + [vertex]).sorted()
      subsets -= (1 << left.count) + (1 << grown.count)
      guard let less = wholeBound(left, stop),
        let more = wholeBound(grown, stop)
      else { return false }
      guard less + more >= groups[from].bound + groups[to].bound else {
        continue
      }
      groups[from] = Group(members: left, bound: less)
      groups[to] = Group(members: grown, bound: more)
      if left.isEmpty { groups.remove(at: from) }
    }
    return !stop()
  }

  private func wholeBound(_ members: [Int], _ stop: () -> Bool) -> Int? {
    if let known = bounds[members] { return known }
    let bound = table(members, stop)?.bound
    bounds[members] = bound
    return bound
  }

  /// Takes two neighbouring groups apart.
  private func dissolve() {
    let (a, b) = links[random.integer(in: 0...links.count - 1)]
    let touched = groups.filter {
      $0.members.contains(a) || $0.members.contains(b)
    }
    let extra = random.integer(in: 0...groups.count - 1)
    var rest: [Group] = []
    for (index, group) in groups.enumerated() {
      if index == extra
        || touched.contains(where: { $0.members == group.members })
      {
        rest += group.members.map { Group(members: [$0], bound: single[$0]) }
      } else {
        rest.append(group)
      }
    }
    groups = rest
  }

  private func take() {
    var sum = total
    for group in groups {
      for vertex in group.members { sum -= single[vertex] }
      sum += group.bound
    }
    if sum >= bound { best = groups }
    bound = max(bound, sum)
  }

  /// Merges groups while none gets more than `size` members.
  private func agglomerate(
    _ size: Int, _ noise: Double, _ power: Double, _ stop: () -> Bool
  ) -> Bool {
    while let merge = bestMerge(min(size, limit), noise, power, stop) {
      if stop() { return false }
      let gone = groups[merge.i].members + groups[merge.j].members
      groups.remove(at: max(merge.i, merge.j))
      groups.remove(at: min(merge.i, merge.j))
      groups.append(merge.group)
      // What the group doesn't need is on its own again.
      for vertex in gone where !merge.group.members.contains(vertex) {
        groups.append(Group(members: [vertex], bound: single[vertex]))
      }
    }
    return !stop()
  }

  private func bestMerge(
    _ size: Int, _ noise: Double, _ power: Double, _ stop: () -> Bool
  ) -> (i: Int, j: Int, group: Group)? {
    var owner: [Int: Int] = [:]
    for (index, group) in groups.enumerated() {
      for vertex in group.members { owner[vertex] = index }
    }
    var counts: [Int: Int] = [:]
    for (a, b) in links {
      guard let i = owner[a], let j = owner[b], i != j else { continue }
      counts[min(i, j) * groups.count + max(i, j), default: 0] += 1
    }
    var best: (worth: Double, i: Int, j: Int, group: Group)?
    for (pair, count) in counts.sorted(by: { $0.key < $1.key }) {
      let (i, j) = (pair / groups.count, pair % groups.count)
      let size1 = groups[i].members.count + groups[j].members.count
      guard size1 <= size else { continue }
      guard let merged = merged(groups[i], groups[j], stop) else { return nil }
      let gain =
        merged.bound - groups[i].bound - groups[j].bound
        + droppedBound(groups[i], groups[j], merged)
      // Without a gain only what comes nearer to one: neighbours, whole.
      guard gain > 0 || merged.members.count == size1 else { continue }
      let draw = Double(random.next() >> 11) * 0x1p-53
      let worth =
        (Double(gain) + 0.01 * Double(count))
        / (power == 0
          ? 1 : power == 1 ? Double(size1) : Double(size1).squareRoot())
        * (1 - noise * draw)
      if best == nil || worth > best!.worth { best = (worth, i, j, merged) }
    }
    return best.map { ($0.i, $0.j, $0.group) }
  }

  private func droppedBound(
    _ first: Group, _ second: Group, _ merged: Group
  ) -> Int {
    (first.members + second.members).reduce(0) {
      merged.members.contains($1) ? $0 : $0 + single[$1]
    }
  }

  private func merged(
    _ first: Group, _ second: Group, _ stop: () -> Bool
  ) -> Group? {
    let members = (first.members + second.members).sorted()
    if let found = known[members] { return found }
    guard var table = table(members, stop) else { return nil }
    if table.bound > first.bound + second.bound,
      members.count <= 12
    {
      for vertex in members where table.members.count > 1 {
        guard let less = self.table(table.members.filter { $0 != vertex }, stop)
        else { return nil }
        if less.bound + single[vertex] == table.bound { table = less }
      }
    }
    let group = Group(members: table.members, bound: table.bound)
    known[members] = group
    return group
  }
}
