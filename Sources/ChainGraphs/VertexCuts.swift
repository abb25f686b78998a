import JacobianChain

/// Smallest weighted vertex cuts around one vertex, the ground of all bounds.
///
/// Whatever was eliminated before v, its predecessors cut every path from the
/// inputs to v. So they weigh at least κ_in(v), the smallest such cut, and v
/// costs at least n_v·κ_in(v)·κ_out(v): the separator bound. With a set A that
/// is known to be eliminated before v, and a set K that is known not to be, A
/// can't be cut and paths begin (end) in K, too.
///
/// Units: a product with a unit is free, so a predecessor weighs nothing while
/// its arc is a unit. That needs exactly one path to v, made of units. What A
/// alone does to the paths is known; more eliminations only add paths. So a
/// vertex with one path of units through A may be cut for nothing, and no
/// other one: the cut stays a lower bound.
///
/// With structure, a path of arcs that aren't dense takes the place of a unit: its
/// products cost something, 0 is a bound. One dense arc makes a path dense.
///
/// By maximum flow with augmenting paths, each found by a search backwards
/// from v; O(κ · arcs) for weights of one.
final class VertexCuts {
  /// What may be done with a vertex in a cut.
  enum Place: UInt8 {
    /// It may or may not be eliminated before: cut it or go on.
    case open
    /// It is eliminated before: can't be cut.
    case before
    /// It is not eliminated before: paths begin here.
    case after
  }

  private let count: Int
  private let arcCount: Int
  private let sizes: UnsafeMutablePointer<Int>
  private let inward: Bool
  private let hasUnits: Bool
  /// Whether two units make a dense arc; else light arcs make light ones.
  private let sumIsDense: Bool
  /// Arcs against the direction of search's end: `back` leads away from v.
  private let backStart: UnsafeMutablePointer<Int>
  private let backVertex: UnsafeMutablePointer<Int32>
  private let backIsUnit: UnsafeMutablePointer<Bool>
  /// The same arcs from their other end, and their places in `back`.
  private let forthStart: UnsafeMutablePointer<Int>
  private let forthVertex: UnsafeMutablePointer<Int32>
  private let forthArc: UnsafeMutablePointer<Int32>
  private let isSource: UnsafeMutablePointer<Bool>

  /// What is known of each vertex; the caller sets it.
  let places: UnsafeMutablePointer<Place>
  private let through: UnsafeMutablePointer<Int>
  private let along: UnsafeMutablePointer<Int>
  /// How a node of the split graph was reached: 2u is the side of u that looks
  /// at v, 2u + 1 the one that looks at the sources.
  private let parent: UnsafeMutablePointer<Int32>
  private let paths: UnsafeMutablePointer<UInt8>
  private let queue: UnsafeMutablePointer<Int32>

  /// - Parameter inward: cuts from inputs to v, else from v to outputs.
  init(_ graph: EliminationGraph, inward: Bool) {
    count = graph.count
    self.inward = inward
    let back = inward ? graph.predecessors : graph.successors
    var starts = [0]
    var vertices: [Int32] = []
    var units: [Bool] = []
    var forth = [[(Int32, Int32)]](repeating: [], count: count)
    for (vertex, arcs) in back.enumerated() {
      for arc in arcs {
        forth[arc.vertex].append((Int32(vertex), Int32(vertices.count)))
        vertices.append(Int32(arc.vertex))
        units.append(graph.isLight(arc.kind))
      }
      starts.append(vertices.count)
    }
    arcCount = vertices.count
    var ends = [0]
    for list in forth { ends.append(ends.last! + list.count) }
    let source: EliminationGraph.Role = inward ? .input : .output
    hasUnits = units.contains(true)
    sumIsDense = graph.algebra.isUniform
    sizes = .copy(graph.sizes)
    backStart = .copy(starts)
    backVertex = .copy(vertices)
    backIsUnit = .copy(units)
    forthStart = .copy(ends)
    forthVertex = .copy(forth.flatMap { $0.map(\.0) })
    forthArc = .copy(forth.flatMap { $0.map(\.1) })
    isSource = .copy(graph.roles.map { $0 == source })
    places = .copy([Place](repeating: .open, count: count))
    through = .copy([Int](repeating: 0, count: count))
    along = .copy([Int](repeating: 0, count: arcCount))
    parent = .copy([Int32](repeating: -1, count: 2 * count))
    paths = .copy([UInt8](repeating: 0, count: count))
    queue = .copy([Int32](repeating: 0, count: 2 * count + 1))
  }

  deinit {
    sizes.deallocate()
    backStart.deallocate()
    backVertex.deallocate()
    backIsUnit.deallocate()
    forthStart.deallocate()
    forthVertex.deallocate()
    forthArc.deallocate()
    isSource.deallocate()
    places.deallocate()
    through.deallocate()
    along.deallocate()
    parent.deallocate()
    paths.deallocate()
    queue.deallocate()
  }

  /// The least weight of the arcs that lead into v (or out of it).
  func cut(_ vertex: Int) -> Int {
    through.update(repeating: 0, count: count)
    along.update(repeating: 0, count: arcCount)
    if hasUnits { markUnits(vertex) }
    var flow = 0
    while true {
      let found = search(from: 2 * vertex + 1)
      guard found >= 0 else { return flow }
      flow += push(from: found, to: 2 * vertex + 1)
    }
  }

  /// Sets paths[u]: 0 unreached, 1 by one path of units through A, 2 other.
  private func markUnits(_ vertex: Int) {
    for index in 0..<count { paths[index] = 0 }
    paths[vertex] = 1
    var current = vertex
    while current >= 0, current < count {
      if paths[current] != 0,
        current == vertex || places[current] == .before
      {
        for arc in backStart[current]..<backStart[current + 1] {
          let other = Int(backVertex[arc])
          let isUnit = paths[current] == 1 && backIsUnit[arc]
          let stays = paths[other] == 0 || (!sumIsDense && paths[other] == 1)
          paths[other] = stays && isUnit ? 1 : 2
        }
      }
      current += inward ? -1 : 1
    }
  }

  private func capacity(_ vertex: Int) -> Int {
    switch places[vertex] {
    case .before: .max
    case .open, .after: hasUnits && paths[vertex] == 1 ? 0 : sizes[vertex]
    }
  }

  /// An augmenting path in the residual graph from v back to a source; -1
  /// without one.
  private func search(from root: Int) -> Int {
    parent.update(repeating: -1, count: 2 * count)
    parent[root] = Int32(root)
    queue[0] = Int32(root)
    var (head, tail) = (0, 1)
    func reach(_ node: Int, from previous: Int) {
      guard parent[node] < 0 else { return }
      parent[node] = Int32(previous)
      queue[tail] = Int32(node)
      tail += 1
    }
    while head < tail {
      let node = Int(queue[head])
      head += 1
      let u = node >> 1
      if node & 1 == 1 {
        if node != root, isSource[u] || places[u] == .after { return node }
        for arc in backStart[u]..<backStart[u + 1] {
          reach(2 * Int(backVertex[arc]), from: node)
        }
        if node != root, through[u] > 0 { reach(2 * u, from: node) }
      } else {
        if through[u] < capacity(u) { reach(2 * u + 1, from: node) }
        for place in forthStart[u]..<forthStart[u + 1]
        where along[Int(forthArc[place])] > 0 {
          reach(2 * Int(forthVertex[place]) + 1, from: node)
        }
      }
    }
    return -1
  }

  /// The arc, in `back`, from one vertex to another.
  private func arc(_ from: Int, _ to: Int) -> Int {
    var arc = backStart[from]
    while Int(backVertex[arc]) != to { arc += 1 }
    return arc
  }

  private func push(from found: Int, to root: Int) -> Int {
    var amount = Int.max
    var node = found
    while node != root {
      let previous = Int(parent[node])
      let (u, w) = (node >> 1, previous >> 1)
      if u == w {
        let room = node & 1 == 1 ? capacity(u) : through[u]
        if room != .max {
          amount = min(amount, node & 1 == 1 ? room - through[u] : room)
        }
      } else if node & 1 == 1 {
        amount = min(amount, along[arc(u, w)])
      }
      node = previous
    }
    node = found
    while node != root {
      let previous = Int(parent[node])
      let (u, w) = (node >> 1, previous >> 1)
      if u == w {
        through[u] += node & 1 == 1 ? amount : -amount
      } else if node & 1 == 1 {
        along[arc(u, w)] -= amount
      } else {
        along[arc(w, u)] += amount
      }
      node = previous
    }
    return amount
  }
}

extension UnsafeMutablePointer {
  /// Memory of its own with the elements of an array; one element at least.
  static func copy(_ elements: [Pointee]) -> UnsafeMutablePointer {
    let memory = UnsafeMutablePointer.allocate(
      capacity: Swift.max(1, elements.count))
    memory.initialize(from: elements, count: elements.count)
    return memory
  }
}
