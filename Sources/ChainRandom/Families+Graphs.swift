import JacobianChain

/// Families of graphs. What has no successor is an output.
extension Family {
  /// Scalars or small vectors on a line or a ring that mix with one to three
  /// neighbours on either side step by step: as many points as steps.
  static func stencil(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    let size = generator.integer(in: 1...3)
    let isRing = generator.oneIn(2)
    let reach = generator.integer(in: 1...3)
    var drawn = DrawnGraph()
    var below = (0..<count).map { drawn.add("u0_\($0)", size) }
    for step in 1...count {
      let points = (0..<count).map { drawn.add("u\(step)_\($0)", size) }
      for (place, point) in points.enumerated() {
        for shift in -reach...reach {
          let near =
            isRing ? (place + shift + reach * count) % count : place + shift
          if below.indices.contains(near) { drawn.join(below[near], point) }
        }
      }
      below = points
    }
    return drawn.draw
  }

  /// Layers of one to four vertices of 1…16 components. A vertex reads one or
  /// two of the layer below; one in four also reads an earlier one, past the
  /// layers between: unchanged where the sizes agree.
  static func layered(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    var drawn = DrawnGraph()
    var below: [Int] = []
    for layer in 0...count {
      let earlier = drawn.vertices.count - below.count
      let vertices = (1...generator.integer(in: 1...4)).map {
        drawn.add("v\(layer)_\($0)", generator.integer(in: 1...16))
      }
      for vertex in vertices where layer > 0 {
        for _ in 1...generator.integer(in: 1...2) {
          drawn.join(
            below[generator.integer(in: 0...below.count - 1)], vertex)
        }
        if earlier > 0, generator.oneIn(4) {
          drawn.join(
            generator.integer(in: 0...earlier - 1), vertex, isSkip: true)
        }
      }
      below = vertices
    }
    return drawn.draw
  }

  /// Vertices of 1…4 components, each of which reads up to three: in three
  /// cases of five one of the last eight, else any before it.
  static func windowGraph(
    _ count: Int, _ generator: inout SplitMix64
  ) -> Draw {
    var drawn = DrawnGraph()
    let inputs = generator.integer(in: 1...4)
    for vertex in 0..<inputs + count {
      drawn.add("v\(vertex)", generator.integer(in: 1...4))
      guard vertex >= inputs else { continue }
      for _ in 1...generator.integer(in: 1...3) {
        let isNear = generator.integer(in: 1...5) <= 3
        let first = isNear ? max(0, vertex - 8) : 0
        drawn.join(generator.integer(in: first...vertex - 1), vertex)
      }
    }
    return drawn.draw
  }
}

/// A graph while it is drawn: dense arcs, one between two vertices at most.
private struct DrawnGraph {
  private(set) var vertices: [Graph.Vertex] = []
  private var factors: [Factor] = []
  private var arcs: [Graph.Arc] = []
  private var joined: Set<Graph.Block> = []

  @discardableResult
  mutating func add(_ name: String, _ size: Int) -> Int {
    vertices.append(Graph.Vertex(name: name, size: size))
    return vertices.count - 1
  }

  /// - Parameter isSkip: whether the values pass unchanged where they fit.
  mutating func join(_ from: Int, _ to: Int, isSkip: Bool = false) {
    guard joined.insert(Graph.Block(from: from, to: to)).inserted else {
      return
    }
    let (inner, outer) = (vertices[from], vertices[to])
    arcs.append(Graph.Arc(factor: factors.count, from: from, to: to))
    factors.append(
      Factor(
        name: "\(outer.name)/\(inner.name)", rows: outer.size,
        columns: inner.size,
        structure: isSkip && inner.size == outer.size ? .identity : .dense))
  }

  var draw: Family.Draw {
    Family.Draw(factors, graph: (vertices, arcs))
  }
}
