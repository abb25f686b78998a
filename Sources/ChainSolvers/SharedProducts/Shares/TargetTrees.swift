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
    _ rows: borrowing WordRows, _ places: inout PlaceShares,
    _ marks: borrowing PlaceMarks
  ) {
    for (position, node) in nodes.enumerated() {
      marks.nodes[marks.index(node.begin, node.end)] = Int32(position)
    }
    // Places, and the ways to make each one: those up to its end.
    var found: [Place] = []
    var last: [TargetTable.Way] = []
    var ends: [Int] = [0]
    func find(_ begin: Int32, _ end: Int32) {
      let index = marks.index(begin, end)
      if marks.isFound[index] { return }
      marks.isFound[index] = true
      found.append(Place(begin: begin, end: end))
    }
    find(0, Int32(table.length))
    while ends.count <= found.count {
      let place = found[ends.count - 1]
      let best = table.best(Int(place.begin), Int(place.end), prices)
      let start = last.count
      if best.price > 0 || place.length > 1 {
        let node = marks.nodes[marks.index(place.begin, place.end)]
        if node >= 0 { appendWays(of: Int(node), to: &last) }
        if !last[start...].contains(where: { $0.split == best.split }) {
          last.append(best)
        }
        for way in last[start...] {
          if way.usesInner { find(place.begin, place.innerEnd(way)) }
          if way.usesOuter { find(place.outerBegin(way), place.end) }
        }
      }
      ends.append(last.count)
    }
    var new = TargetTrees()
    new.nodes.reserveCapacity(found.count)
    new.ways.reserveCapacity(last.count)
    let order = found.indices.sorted {
      (found[$0].length, $0) < (found[$1].length, $1)
    }
    for position in order where ends[position] < ends[position + 1] {
      let place = found[position]
      for way in last[ends[position]..<ends[position + 1]] {
        let inner = marks.index(place.begin, place.innerEnd(way))
        let outer = marks.index(place.outerBegin(way), place.end)
        new.ways.append(
          Way(
            last: way, inner: way.usesInner ? marks.ids[inner] : -1,
            outer: way.usesOuter ? marks.ids[outer] : -1))
      }
      let index = marks.index(place.begin, place.end)
      let old = marks.nodes[index]
      let cell = table.cell(Int(place.begin), Int(place.end))
      marks.ids[index] = Int32(new.nodes.count)
      new.nodes.append(
        Node(
          begin: place.begin, end: place.end,
          claim: old >= 0
            ? nodes[Int(old)].claim : places.claim(Int(rows.originals[cell])),
          lastWay: Int32(new.ways.count)))
    }
    for node in nodes { marks.clear(marks.index(node.begin, node.end)) }
    for place in found { marks.clear(marks.index(place.begin, place.end)) }
    new.values = [Float](repeating: 0, count: new.nodes.count)
    new.choices = [Int32](repeating: 0, count: new.nodes.count)
    self = new
  }

  private func appendWays(of node: Int, to ways: inout [TargetTable.Way]) {
    let first = node == 0 ? 0 : Int(nodes[node - 1].lastWay)
    for way in first..<Int(nodes[node].lastWay) {
      ways.append(self.ways[way].last)
    }
  }
}

/// What is known of each place while trees are merged.
struct PlaceMarks: ~Copyable {
  /// The node that it was, and the one that it is; −1 for none.
  fileprivate let nodes: FlatArray<Int32>
  fileprivate let ids: FlatArray<Int32>
  fileprivate let isFound: FlatArray<Bool>
  private let stride: Int

  /// - Parameter stride: that of the table.
  init(stride: Int) {
    self.stride = stride
    nodes = FlatArray(repeating: -1, count: stride * stride)
    ids = FlatArray(repeating: -1, count: stride * stride)
    isFound = FlatArray(repeating: false, count: stride * stride)
  }

  fileprivate func index(_ begin: Int32, _ end: Int32) -> Int {
    Int(begin) * stride + Int(end)
  }

  fileprivate func clear(_ index: Int) {
    (nodes[index], ids[index], isFound[index]) = (-1, -1, false)
  }
}

/// A span of a target.
private struct Place {
  let begin: Int32
  let end: Int32

  var length: Int32 { end - begin }

  /// Where the inner operand of a way ends, if there is one.
  func innerEnd(_ way: TargetTable.Way) -> Int32 {
    way.split >= 0 ? way.split : end - 1
  }

  /// Where the outer operand of a way begins, if there is one.
  func outerBegin(_ way: TargetTable.Way) -> Int32 {
    way.split >= 0 ? way.split : begin + 1
  }
}

extension TargetTable.Way {
  fileprivate var usesInner: Bool { split >= 0 || split == Self.tangent }
  fileprivate var usesOuter: Bool { split >= 0 || split == Self.adjoint }
}
