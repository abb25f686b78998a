import JacobianChain

/// What faces are made of: arcs with their factors, and passages.
struct FaceGraph {
  /// An arc, or a passage between a vertex and its copy (factor −1).
  struct Link {
    var from: Int
    var to: Int
    var factor: Int
    var kind: Int16
  }

  let problem: Problem
  let links: [Link]
  let sizes: [Int]
  let isInput: [Bool]
  let isOutput: [Bool]
  let blocks: [Graph.Block]
  let algebra: ArcAlgebra
  private let reach: Reach

  init(_ problem: Problem, control: SearchControl) throws(ChainError) {
    self.problem = problem
    let graph = problem.graph!
    let copies = try VertexCopies(graph)
    reach = copies.reach
    blocks = copies.blocks
    let algebra = ArcAlgebra(isUniform: false, control: control)
    self.algebra = algebra
    var sizes = graph.vertices.map(\.size)
    sizes += [Int](repeating: 0, count: copies.count - sizes.count)
    var links = graph.usefulArcs.map { graph.arcs[$0] }.map {
      Link(
        from: $0.from, to: $0.to, factor: $0.factor,
        kind: algebra.number(of: problem.patterns[$0.factor]))
    }
    for passage in copies.passages {
      let size = max(sizes[passage.from], sizes[passage.to])
      (sizes[passage.from], sizes[passage.to]) = (size, size)
      links.append(
        Link(
          from: passage.from, to: passage.to, factor: -1,
          kind: algebra.number(of: Pattern(identityOf: size))))
    }
    var (isEntered, isLeft) = (
      [Bool](repeating: false, count: copies.count),
      [Bool](repeating: false, count: copies.count)
    )
    for link in links {
      isEntered[link.to] = true
      isLeft[link.from] = true
    }
    isInput = isEntered.map { !$0 }
    isOutput = isLeft.map { !$0 }
    self.links = links
    self.sizes = sizes
  }

  func isUseful(_ from: Int, _ to: Int) -> Bool {
    reach.isUseful(from: from, to: to)
  }
}
