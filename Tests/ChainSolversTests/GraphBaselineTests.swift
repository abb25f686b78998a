import ChainCatalog
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Baselines of graphs")
struct GraphBaselineTests {
  /// Recounted by a program that shares nothing with this one.
  @Test(
    "Published graphs cost what is known of forward, reverse and Markowitz",
    .enabled(if: PublishedInstances.graphs != nil),
    arguments: [PublishedGraph.Model.vertex, .unitFree])
  func published(_ model: PublishedGraph.Model) throws {
    var held = 0
    for graph in try #require(PublishedInstances.graphs) {
      guard let known = graph.known(model) else { continue }
      let baselines = try Baselines(of: graph.problem(model))
      for (baseline, price) in [
        (Baseline.forward, known.forward), (.reverse, known.reverse),
        (.markowitz, known.markowitz),
      ] {
        guard let price else { continue }
        #expect(
          baselines[baseline]?.fma == UInt128(price),
          "\(graph.name), \(baseline)")
        held += 1
      }
    }
    #expect(held > 40)
  }

  @Test("On a path they are those of the chain")
  func paths() throws {
    try withSeeds(0..<200) { seed in
      let chain = randomProblem(seed: seed, limits: false)
      let sizes = [chain.factors[0].columns] + chain.factors.map(\.rows)
      let path = try Problem(
        factors: chain.factors,
        graph: Graph(
          vertices: sizes.enumerated().map {
            Graph.Vertex(name: "z\($0.offset)", size: $0.element)
          },
          arcs: chain.factors.indices.map {
            Graph.Arc(factor: $0, from: $0, to: $0 + 1)
          }), matrixFree: chain.matrixFree)
      let (own, known) = (try Baselines(of: path), try Baselines(of: chain))
      for baseline in [Baseline.forward, .reverse] {
        try #require(
          own[baseline]?.fma == known[baseline]?.fma, "\(baseline)")
      }
      try #require(own[.bestSplit] == nil && known[.markowitz] == nil)
    }
  }

  @Test("auto is never dearer than the best of them")
  func automatic() throws {
    var (named, all) = (0, 0)
    try withSeeds(0..<60) { seed in
      let problem = randomGraph(seed: seed)
      let solved = try Solved(
        problem, by: Catalog.choose(for: problem)
      ).compared()
      let baselines = try #require(solved.baselines)
      let prices = Baseline.all(for: problem).compactMap { baselines[$0]?.fma }
      let best = try #require(prices.min())
      try #require(solved.plan.fma <= best)
      try #require(solved.lowerBound <= solved.plan.fma)
      for (baseline, order) in baselines.orders {
        let plan = try #require(baselines[baseline])
        all += 1
        // Two orders may be one plan; then either is named.
        guard let found = try plan.eliminationOrder(in: problem) else {
          continue
        }
        try #require(found.sorted() == order.sorted())
        named += 1
      }
    }
    // A vertex that is passed without a step has no place in the plan.
    #expect(2 * named > all, "\(named) of \(all)")
  }

  @Test("A makespan on two machines, no longer than on one")
  func makespan() throws {
    try withSeeds(0..<20) { seed in
      let problem = try randomGraph(seed: seed).with(
        limits: Limits(machines: 2))
      let solved = try Solved(
        problem,
        by: Catalog.choose(for: problem, objective: .makespan),
        objective: .makespan
      ).compared()
      // The bound is that of the least work, among orders of vertices or, where
      // paths tell it, of all plans.
      try #require(solved.scope != .faceElimination)
      let makespan = try #require(solved.machines?.schedule.makespan)
      try #require(makespan <= solved.plan.fma)
    }
  }

  @Test("Products are refused, and graphs by those who take products")
  func support() throws {
    let graph = randomGraph(seed: 1)
    let chain = randomProblem(seed: 1)
    let eliminations = ["vertex-elimination", "face-elimination"]
    for solver in Catalog.solvers where !eliminations.contains(solver.name) {
      guard case .unsupported = solver.support(for: graph, objective: .fma)
      else {
        Issue.record("\(solver.name) takes a graph")
        continue
      }
    }
    for name in eliminations {
      let solver = try Catalog.solver(named: name)
      guard
        case .unsupported(let why) = solver.support(for: chain, objective: .fma)
      else {
        Issue.record("\(name) takes a product")
        continue
      }
      #expect(why.hasSuffix("of a graph, these are products"))
    }
  }
}
