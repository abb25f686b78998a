/// A computational graph: variables, what each depends on directly, and the
/// Jacobians that are wanted of it.
///
/// | paper | here |
/// |---|---|
/// | v_j, its n_j components | `Vertex`, `size` |
/// | edge (i, j), elemental Jacobian F'_{j,i}, n_j × n_i | `Arc`, its factor |
/// | ∂y/∂x, the sum over all paths of the products along them | `Block` |
///
/// Parallel arcs are summed. Several arcs may have the same factor: the same
/// numbers, whose products can be shared. A chain is a graph that is a path.
///
/// A graph is validated once, in its initialiser: names are distinct, indices
/// exist, no arcs make a cycle, and every wanted block has a path.
public struct Graph: Hashable, Sendable {
  /// One variable.
  public struct Vertex: Hashable, Sendable {
    /// The name by which arcs and reports refer to it.
    public var name: String
    /// Its number of components, 1 to 2^40.
    public var size: Int

    /// Creates a vertex.
    public init(name: String, size: Int) {
      (self.name, self.size) = (name, size)
    }
  }

  /// What one variable depends on directly, with a Jacobian of
  /// size of `to` × size of `from`.
  public struct Arc: Hashable, Sendable {
    /// Its factor, an index of `Problem.factors`.
    public var factor: Int
    /// The vertex where it begins.
    public var from: Int
    /// The vertex where it ends.
    public var to: Int

    /// Creates an arc.
    public init(factor: Int, from: Int, to: Int) {
      (self.factor, self.from, self.to) = (factor, from, to)
    }
  }

  /// The Jacobian of one vertex by another, ∂to/∂from.
  public struct Block: Hashable, Sendable {
    /// The vertex by which is differentiated.
    public var from: Int
    /// The vertex that is differentiated.
    public var to: Int

    /// Creates a block.
    public init(from: Int, to: Int) { (self.from, self.to) = (from, to) }
  }

  /// The vertices.
  public let vertices: [Vertex]
  /// The arcs.
  public let arcs: [Arc]
  /// The wanted blocks.
  public let wanted: [Block]
  /// All vertices such that arcs lead to later ones: in the order of the list,
  /// each right after those that it depends on.
  package let order: [Int]
  /// The arcs that lie on a path of a wanted block, ascending.
  package let usefulArcs: [Int]

  /// Validates and creates a graph.
  ///
  /// - Parameter wanted: nil for every pair of an input (no arc enters it) and
  ///   an output (no arc leaves it) that a path joins, in their order.
  /// - Throws: `ChainError` with the JSON path of the offending value.
  /// - Complexity: O((V + A) · (1 + sources of wanted blocks / 64) + blocks).
  public init(
    vertices: [Vertex], arcs: [Arc], wanted: [Block]? = nil
  ) throws(ChainError) {
    try Self.check(vertices)
    try Self.check(arcs, vertices)
    let incidence = Incidence(count: vertices.count, arcs)
    let order = try Self.order(vertices, incidence, arcs)
    let blocks: [Block]
    if let wanted {
      try Self.check(wanted, vertices)
      blocks = wanted
    } else {
      blocks = try Self.joinedEnds(vertices.count, order, incidence, arcs)
    }
    let reach = try Reach(blocks, order, incidence, arcs)
    try Self.check(blocks, isGiven: wanted != nil, vertices, reach)
    (self.vertices, self.arcs) = (vertices, arcs)
    (self.wanted, self.order) = (blocks, order)
    usefulArcs = arcs.indices.filter {
      reach.isUseful(from: arcs[$0].from, to: arcs[$0].to)
    }
  }

  /// The arcs at each vertex.
  package var incidence: Incidence {
    Incidence(count: vertices.count, arcs)
  }

  /// From where and to where the paths of some blocks lead.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when they begin at too many vertices.
  package func reach(of blocks: [Block]) throws(ChainError) -> Reach {
    try Reach(blocks, order, incidence, arcs)
  }

  /// The place of each vertex in `order`.
  package var places: [Int] {
    var places = [Int](repeating: 0, count: vertices.count)
    for (place, vertex) in order.enumerated() { places[vertex] = place }
    return places
  }

  /// `to/from`, as an unnamed arc and a block are called.
  package func name(_ block: Block) -> String {
    "\(vertices[block.to].name)/\(vertices[block.from].name)"
  }
}

/// The arcs that enter and leave each vertex, ascending.
package struct Incidence: Sendable {
  /// Arcs by the vertex where they end.
  package private(set) var entering: [[Int]]
  /// Arcs by the vertex where they begin.
  package private(set) var leaving: [[Int]]

  init(count: Int, _ arcs: [Graph.Arc]) {
    entering = [[Int]](repeating: [], count: count)
    leaving = entering
    for (index, arc) in arcs.enumerated() {
      entering[arc.to].append(index)
      leaving[arc.from].append(index)
    }
  }
}

/// Which vertices the wanted blocks' paths pass: for each vertex the set of
/// wanted sources from which it is reached, and the set of those that want
/// something which is reached from it.
package struct Reach: Sendable {
  /// The bit of each wanted source.
  private var sources: [Int: Int] = [:]
  /// Words of a set.
  private let words: Int
  private var reached: [UInt64]
  private var wanting: [UInt64]

  /// The most words of all sets of one kind: 2^25, which take 256 MiB.
  private static let limit = 1 << 25

  /// - Throws: `ChainError` (`tooLarge`) when the sets can't be held.
  /// - Complexity: O((V + A) · sources / 64).
  init(
    _ wanted: [Graph.Block], _ order: [Int], _ incidence: Incidence,
    _ arcs: [Graph.Arc]
  ) throws(ChainError) {
    for block in wanted where sources[block.from] == nil {
      sources[block.from] = sources.count
    }
    let words = (sources.count + 63) / 64
    guard words <= Self.limit / max(1, order.count) else {
      throw Graph.tooManyBlocks(
        "blocks from \(sources.count) of \(order.count) vertices")
    }
    self.words = words
    reached = [UInt64](repeating: 0, count: order.count * words)
    wanting = reached
    for (vertex, bit) in sources {
      reached[vertex * words + bit >> 6] |= 1 << UInt64(bit & 63)
    }
    for block in wanted {
      let bit = sources[block.from]!
      wanting[block.to * words + bit >> 6] |= 1 << UInt64(bit & 63)
    }
    for vertex in order {
      for arc in incidence.entering[vertex] {
        for word in 0..<words {
          reached[vertex * words + word] |=
            reached[arcs[arc].from * words + word]
        }
      }
    }
    for vertex in order.reversed() {
      for arc in incidence.leaving[vertex] {
        for word in 0..<words {
          wanting[vertex * words + word] |=
            wanting[arcs[arc].to * words + word]
        }
      }
    }
  }

  /// Whether a path leads from a wanted source to a vertex.
  package func joins(_ source: Int, _ vertex: Int) -> Bool {
    guard let bit = sources[source] else { return false }
    return reached[vertex * words + bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// From how many wanted sources a vertex is reached.
  func sources(of vertex: Int) -> Int {
    reached[vertex * words..<(vertex + 1) * words]
      .reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether a value between two vertices, by which a path leads from the one
  /// to the other, is a part of a wanted block.
  package func isUseful(from: Int, to: Int) -> Bool {
    (0..<words).contains {
      reached[from * words + $0] & wanting[to * words + $0] != 0
    }
  }
}
