import ChainGraphs
import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

/// Orders and bounds of graphs that are too large to be searched.
@Suite struct LargeGraphTests {
  /// A line of scalars that mix with their neighbours, step by step.
  private func stencil(steps: Int, width: Int) throws -> Problem {
    try layers([Int](repeating: width, count: steps + 1)) { abs($0 - $1) <= 1 }
  }

  /// Layers of scalars, each with arcs from the layer below.
  private func layers(
    _ widths: [Int], _ isLinked: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> Problem {
    var starts = [0]
    for width in widths { starts.append(starts.last! + width) }
    let vertices = (0..<starts.last!).map {
      Graph.Vertex(name: "v\($0)", size: 1)
    }
    var arcs: [Graph.Arc] = []
    for layer in 1..<widths.count {
      for to in 0..<widths[layer] {
        for from in 0..<widths[layer - 1] where isLinked(from, to) {
          arcs.append(
            Graph.Arc(
              factor: arcs.count, from: starts[layer - 1] + from,
              to: starts[layer] + to))
        }
      }
    }
    return try Problem(
      factors: arcs.indices.map {
        Factor(name: "f\($0)", rows: 1, columns: 1)
      }, graph: Graph(vertices: vertices, arcs: arcs))
  }

  @Test func stencilsCostLessThanEverySweep() throws {
    let problem = try stencil(steps: 24, width: 20)
    let solution = try VertexOrders().solve(problem)
    let price = try solution.plan.priced(for: problem).fma
    let baselines = try Baselines(of: problem)
    let sweep = min(
      try #require(baselines[.forward]).fma,
      try #require(baselines[.reverse]).fma)
    #expect(price * 10 <= sweep * 9)
    #expect(price <= (try #require(baselines[.markowitz])).fma)
    // Every vertex has two neighbours at least on either side.
    #expect(solution.lowerBound >= 4 * 20 * 23)
    #expect(solution.lowerBound <= price)
    #expect(solution.status != .optimal)
  }

  /// Complete layers are the variables of a chain of dense factors.
  @Test func levelsOfCompleteLayersAreBracketings() throws {
    var random = SplitMix64(seed: 5)
    for _ in 0..<60 {
      let widths = (0..<random.integer(in: 3...9)).map { _ in
        random.integer(in: 1...6)
      }
      let graph = try EliminationGraph(layers(widths))
      let order = try #require(LevelOrder(graph).order { false })
      #expect(order.sorted() == graph.intermediates)
      #expect(graph.cost(of: order) == bracketing(widths[...]), "\(widths)")
    }
  }

  /// The least fma of a chain of dense factors between these interfaces.
  private func bracketing(_ widths: ArraySlice<Int>) -> Int {
    widths.indices.dropFirst().dropLast().map { split in
      bracketing(widths[...split]) + bracketing(widths[split...])
        + widths.first! * widths[split] * widths.last!
    }.min() ?? 0
  }

  /// Structure, or scalars and units; rows of one word and of two.
  @Test(arguments: [4...14, 66...70], [1...1, GraphDraw().sizes])
  func listsOfArcsAndTheirRowsAgree(
    _ vertices: ClosedRange<Int>, _ sizes: ClosedRange<Int>
  ) throws {
    var draw = GraphDraw()
    draw.matrixFree = 0
    (draw.vertices, draw.sizes) = (vertices, sizes)
    draw.anyBlocks = vertices.lowerBound < 64
    let count: UInt64 = vertices.lowerBound < 64 ? 300 : 10
    try withSeeds(30_000..<30_000 + count) { seed in
      let graph = try EliminationGraph(randomGraph(seed: seed, draw))
      var random = SplitMix64(seed: seed)
      var order = graph.intermediates
      for place in order.indices {
        order.swapAt(place, random.integer(in: 0...place))
      }
      let (lists, matrix) = (
        SparseEliminationState(graph), EliminationState(graph)
      )
      for vertex in order {
        try #require(lists.cost(vertex) == matrix.cost(vertex))
        try #require(
          lists.neighbours(vertex)
            == matrix.predecessors(vertex) + matrix.successors(vertex))
        try #require(lists.eliminate(vertex) == matrix.eliminate(vertex))
      }
    }
  }

  @Test func dominatorsBoundNoMoreThanFlows() throws {
    var positive = 0
    try withSeeds(1..<300) { seed in
      let family: Family = seed % 2 == 0 ? .windowGraph : .layered
      let graph = try EliminationGraph(
        family.problem(factors: 3 + Int(seed % 17), seed: seed))
      guard graph.hasCuts else { return }
      let (cheap, flows) = (graph.dominatorBounds(), graph.separatorBounds())
      for (low, high) in zip(cheap, flows) { try #require(low <= high) }
      if cheap.contains(where: { $0 > 0 }) { positive += 1 }
    }
    #expect(positive > 50)
  }

  /// A table of pairs would take 25 MB of a graph with 5 000 vertices.
  @Test func blocksOfALargeGraphAreAskedFor() throws {
    let whole = try stencil(steps: 500, width: 10)
    let graph = try #require(whole.graph)
    let last = graph.vertices.count - 1
    let problem = try Problem(
      factors: whole.factors,
      graph: Graph(
        vertices: graph.vertices, arcs: graph.arcs,
        wanted: [
          Graph.Block(from: 0, to: last), Graph.Block(from: 9, to: last - 9),
        ]))
    let searched = try EliminationGraph(problem)
    #expect(searched.useful == nil)
    #expect(!searched.hasCuts)
    let forward = try #require(
      try VertexElimination.plan(
        eliminating: searched.intermediates.map { searched.origins[$0] },
        of: problem, by: .tangent))
    #expect(
      try forward.priced(for: problem).fma
        == UInt128(searched.cost(of: searched.intermediates)))
  }
}
