import ChainGraphs
import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

/// Proofs by sets of eliminated vertices against the program over all sets.
@Suite struct EliminatedSetTests {
  @Test func findsTheCheapestOrder() throws {
    var searched = 0
    try withSeeds(1..<400) { seed in
      let family: Family = seed % 2 == 0 ? .windowGraph : .layered
      let graph = try EliminationGraph(
        family.problem(factors: 3 + Int(seed % 7), seed: seed))
      guard graph.hasCuts, graph.intermediates.count <= 12,
        let whole = SubsetProgram(graph, stop: { false })
      else { return }
      for tables in [[], try groups(graph)] {
        func search(below incumbent: Int) -> SetSearch {
          SetSearch(
            graph, groups: tables, single: graph.separatorBounds(),
            incumbent: incumbent, stateLimit: 100_000, stop: { false })
        }
        let found = search(below: whole.cost + 1)
        let order = try #require(found.order)
        try #require(graph.cost(of: order) == whole.cost)
        try #require(found.bound == whole.cost)
        let none = search(below: whole.cost)
        try #require(none.order == nil)
        try #require(none.bound == whole.cost)
        searched += 1
      }
    }
    #expect(searched > 300)
  }

  /// Against the program over all sets of the whole graph, and of what is left.
  @Test(arguments: [UInt64(0), 1, 2])
  func whatMayGoFirstLosesNothing(_ residue: UInt64) throws {
    var (compared, gone, left) = (0, 0, 0)
    try withSeeds((0..<400).lazy.map { 3 * $0 + residue }) { seed in
      let family: Family = seed % 2 == 0 ? .windowGraph : .layered
      let graph = try EliminationGraph(
        family.problem(factors: 4 + Int(seed % 9), seed: seed))
      guard graph.hasCuts, graph.isDense, graph.intermediates.count <= 12,
        let whole = SubsetProgram(graph, stop: { false })
      else { return }
      let prefix = graph.safePrefix()
      let core = graph.eliminating(prefix)
      let rest = try #require(SubsetProgram(core, stop: { false }))
      try #require(graph.cost(of: prefix) + rest.cost == whole.cost)
      try #require(
        graph.cost(of: prefix + rest.order.map { core.origins[$0] })
          == whole.cost)
      compared += 1
      gone += prefix.count
      left += core.intermediates.count
    }
    #expect(compared > 100 && gone > 100 && left > 100)
  }

  private func groups(_ graph: EliminationGraph) throws -> [GroupTable] {
    let bound = GroupBound(graph)
    bound.improve(incumbent: .max, round: 0, stop: { false })
    return try #require(bound.tables(stop: { false }))
  }
}
