import ChainGraphs
import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

/// Bounds against exact costs.
@Suite struct GroupBoundTests {
  /// A scalar or sized graph of dense arcs and units.
  private func graph(_ seed: UInt64, vertices: Int) -> EliminationGraph {
    var random = SplitMix64(seed: seed)
    let (inputs, outputs) = (
      random.integer(in: 1...3), random.integer(in: 1...3)
    )
    let count = inputs + vertices + outputs
    let wide = random.oneIn(2)
    let sizes = (0..<count).map { _ in wide ? random.integer(in: 1...5) : 1 }
    let roles = (0..<count).map { vertex -> EliminationGraph.Role in
      vertex < inputs
        ? .input : vertex < inputs + vertices ? .intermediate : .output
    }
    var arcs: [EliminationGraph.Arc] = []
    func append(_ from: Int, _ to: Int) {
      // Units with one component only: two of them make a diagonal.
      let isUnit = sizes[from] == 1 && sizes[to] == 1 && random.oneIn(2)
      arcs.append(
        EliminationGraph.Arc(
          from: from, to: to, kind: isUnit ? ArcAlgebra.unit : ArcAlgebra.dense)
      )
    }
    for vertex in inputs..<count {
      for _ in 0..<random.integer(in: 1...3) {
        append(
          random.integer(in: 0...min(vertex, inputs + vertices) - 1), vertex)
      }
    }
    return EliminationGraph(
      sizes: sizes, roles: roles, arcs: arcs,
      algebra: ArcAlgebra(isUniform: true))
  }

  private func optimum(_ graph: EliminationGraph) -> Int {
    graph.parts().reduce(0) {
      $0 + (SubsetProgram($1, stop: { false })?.cost ?? 0)
    }
  }

  @Test func boundsNeverExceedTheOptimum() throws {
    var tight = 0
    try withSeeds(0..<300) { seed in
      let graph = graph(seed, vertices: 9)
      let least = optimum(graph)
      try #require(graph.separatorBounds().reduce(0, +) <= least)
      let groups = GroupBound(graph)
      groups.improve(incumbent: least, round: 0, stop: { false })
      try #require(groups.bound <= least)
      if groups.bound == least { tight += 1 }
    }
    #expect(tight > 200)
  }

  /// Small groups, between which vertices move.
  @Test func groupsOfAnySizeNeverExceedTheOptimum() throws {
    var raised = 0
    try withSeeds(4_000..<4_060) { seed in
      let graph = graph(seed, vertices: 12)
      let least = optimum(graph)
      let groups = GroupBound(graph, limit: 2 + Int(seed % 3))
      groups.improve(incumbent: least, round: 0, stop: { false })
      let first = groups.bound
      for round in 1..<4 {
        groups.improve(incumbent: .max, round: round, stop: { false })
      }
      try #require(groups.bound <= least)
      try #require(groups.members.joined().count == graph.intermediates.count)
      try #require(groups.members.allSatisfy { $0.count <= 2 + Int(seed % 3) })
      if groups.bound > first { raised += 1 }
    }
    #expect(raised > 0)
  }

  @Test func oneGroupOfAllVerticesIsExact() throws {
    try withSeeds(1_000..<1_200) { seed in
      let graph = graph(seed, vertices: 8)
      let table = try #require(GroupTable(of: graph))
      try #require(table.bound == optimum(graph))
    }
  }

  @Test func aSubsetProgramsOrderCostsWhatItSays() throws {
    try withSeeds(2_000..<2_100) { seed in
      let graph = graph(seed, vertices: 9)
      let solved = try #require(SubsetProgram(graph, stop: { false }))
      try #require(graph.cost(of: solved.order) == solved.cost)
      try #require(Set(solved.order) == Set(graph.intermediates))
    }
  }

  @Test func annealingFindsWhatTheSubsetProgramProves() throws {
    try withSeeds(3_000..<3_020) { seed in
      let graph = graph(seed, vertices: 8)
      let annealing = OrderAnnealing(
        graph, order: graph.intermediates, seed: seed)
      annealing.anneal(
        moves: 2_000, hot: annealing.roughness(), cold: 0.05,
        stop: { false })
      try #require(annealing.bestCost == graph.cost(of: annealing.best))
      let whole = SubsetProgram(graph, stop: { false })
      try #require(annealing.bestCost == whole?.cost)
    }
  }
}
