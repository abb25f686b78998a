import ChainGraphs
import ChainTestSupport
import JacobianChain
import Testing

/// Searches on graphs against all plans of tiny ones.
@Suite struct EveryPlanTests {
  /// Sizes, structures, units and functions; blocks that begin and end anywhere.
  @Test(arguments: [UInt64(0), 1, 2, 3])
  func facesCostWhatTheBestPlanCosts(_ residue: UInt64) throws {
    var (proven, multiplied) = (0, 0)
    try withSeeds((0..<60).lazy.map { 4 * $0 + residue }) { seed in
      var draw = GraphDraw()
      draw.vertices = 3...4
      draw.sizes = 1...3
      draw.matrixFree = seed % 3 == 0 ? 2 : 0
      let problem = randomGraph(seed: seed, draw)
      guard let least = try EveryPlan.leastPrice(problem, states: 2_000)
      else { return }
      let faces = try FaceOrders().solve(
        problem, objective: .fma, control: SearchControl(nodeLimit: 500))
      let price = try faces.plan.priced(for: problem).fma
      try #require(price >= UInt128(least))
      try #require(faces.lowerBound <= price)
      guard faces.status == .optimal else { return }
      try #require(price == UInt128(least))
      proven += 1
      if least > 0 { multiplied += 1 }
    }
    #expect(proven > 10)
    #expect(multiplied > 3)
  }

  /// Where factors have their entries, separators bound every plan.
  @Test func separatorsBoundEveryPlan() throws {
    var tight = 0
    try withSeeds(50_000..<50_100) { seed in
      var draw = GraphDraw()
      draw.vertices = 4...5
      draw.sizes = 1...2
      draw.matrixFree = 0
      draw.anyBlocks = false
      let problem = randomGraph(seed: seed, draw)
      let graph = try EliminationGraph(problem)
      guard graph.hasCuts,
        let least = try EveryPlan.leastPrice(problem, states: 2_000)
      else { return }
      let ends = problem.graph!.arcs.map {
        Graph.Block(from: $0.from, to: $0.to)
      }
      guard Set(ends).count == ends.count else { return }
      let bound = graph.separatorBounds().reduce(0, +)
      try #require(bound <= least)
      if bound == least, least > 0 { tight += 1 }
    }
    #expect(tight > 0)
  }
}
