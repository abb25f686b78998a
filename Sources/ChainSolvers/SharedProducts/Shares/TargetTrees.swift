/// The trees that have been the cheapest ones of one target at some shares, as
/// a graph of places: a value at other shares takes a step for each way that
/// is here, not for each one there is.
struct TargetTrees {
  /// A place and the ways to make it.
  struct Node {
    let begin: Int32
    let end: Int32
    /// Its share; −1 where it pays the whole price.
    let claim: Int32
    /// Its ways are those from the node before up to here.
    var lastWay: Int32 = 0
  }

  /// A last step, and the nodes that it uses; −1 where there is none, or it
  /// costs nothing.
  private struct Way {
    let last: TargetTable.Way
    let inner: Int32
    let outer: Int32
  }

  /// Operands first; the target is the last one.
  private(set) var nodes: [Node] = []
  private var ways: [Way] = []
  /// The cheapest tree of each node at the latest shares, and its last step.
  private var values: [Float] = []
  private var choices: [Int32] = []
  /// Nodes still to be visited.
  private var pending: [Int32] = []

  /// The value of the target at shares, scaled.
  ///
  /// - Complexity: O(ways).
  mutating func evaluate(_ shares: [Float]) -> Float {
    var next = 0
    for (position, node) in nodes.enumerated() {
      let share = node.claim < 0 ? 1 : shares[Int(node.claim)]
      var best = (value: Float.infinity, way: next)
      while next < Int(node.lastWay) {
        let way = ways[next]
        var value = share * way.last.price
        if way.inner >= 0 { value += values[Int(way.inner)] }
        if way.outer >= 0 { value += values[Int(way.outer)] }
        if value < best.value { best = (value, next) }
        next += 1
      }
      values[position] = best.value
      choices[position] = Int32(best.way)
    }
    return values.last ?? 0
  }

  /// Tells of all places that the cheapest tree uses, after `evaluate`.
  ///
  /// - Complexity: O(length).
  mutating func use(_ places: inout PlaceShares) {
    guard !nodes.isEmpty else { return }
    pending.append(Int32(nodes.count - 1))
    while let id = pending.popLast() {
      let way = ways[Int(choices[Int(id)])]
      let claim = nodes[Int(id)].claim
      if claim >= 0 { places.use(claim, way.last.price) }
      if way.inner >= 0 { pending.append(way.inner) }
      if way.outer >= 0 { pending.append(way.outer) }
    }
  }

  /// Takes in the best way of every place that trees here can use, and what
  /// these ways use, after the table was filled for the target.
  ///
  /// - Complexity: O(nodes · length).
  mutating func merge(
    _ table: borrowing TargetTable, _ prices: borrowing CellPrices,
    _ rows: borrowing WordRows, _ places: inout PlaceShares
  ) {
    var old: [Place: Int] = [:]
    for (position, node) in nodes.enumerated() {
      old[Place(begin: node.begin, end: node.end)] = position
    }
    var found = [Place(begin: 0, end: Int32(table.length))]
    var lasts: [[TargetTable.Way]] = []
    var isKnown = Set(found)
    while lasts.count < found.count {
      let place = found[lasts.count]
      let best = table.best(Int(place.begin), Int(place.end), prices)
      if place.end == place.begin + 1, best.price == 0 {
        lasts.append([])
        continue
      }
      var all = old[place].map { self.ways(of: $0) } ?? []
      if !all.contains(where: { $0.split == best.split }) { all.append(best) }
      for way in all {
        let (inner, outer) = place.operands(way)
        if let inner, isKnown.insert(inner).inserted { found.append(inner) }
        if let outer, isKnown.insert(outer).inserted { found.append(outer) }
      }
      lasts.append(all)
    }
    let order = found.indices.filter { !lasts[$0].isEmpty }.sorted {
      (found[$0].length, $0) < (found[$1].length, $1)
    }
    var ids: [Place: Int32] = [:]
    var new = TargetTrees()
    for position in order {
      let place = found[position]
      for way in lasts[position] {
        let (inner, outer) = place.operands(way)
        new.ways.append(
          Way(
            last: way, inner: inner.flatMap { ids[$0] } ?? -1,
            outer: outer.flatMap { ids[$0] } ?? -1))
      }
      let cell = table.cell(Int(place.begin), Int(place.end))
      ids[place] = Int32(new.nodes.count)
      new.nodes.append(
        Node(
          begin: place.begin, end: place.end,
          claim: old[place].map { nodes[$0].claim }
            ?? places.claim(Int(rows.originals[cell])),
          lastWay: Int32(new.ways.count)))
    }
    new.values = [Float](repeating: 0, count: new.nodes.count)
    new.choices = [Int32](repeating: 0, count: new.nodes.count)
    self = new
  }

  private func ways(of node: Int) -> [TargetTable.Way] {
    let first = node == 0 ? 0 : Int(nodes[node - 1].lastWay)
    return ways[first..<Int(nodes[node].lastWay)].map(\.last)
  }
}

/// A span of a target.
private struct Place: Hashable {
  let begin: Int32
  let end: Int32

  var length: Int32 { end - begin }

  /// The places that a way uses.
  func operands(_ way: TargetTable.Way) -> (inner: Place?, outer: Place?) {
    switch way.split {
    case TargetTable.Way.leaf: (nil, nil)
    case TargetTable.Way.tangent: (Place(begin: begin, end: end - 1), nil)
    case TargetTable.Way.adjoint: (nil, Place(begin: begin + 1, end: end))
    default:
      (
        Place(begin: begin, end: way.split), Place(begin: way.split, end: end)
      )
    }
  }
}
