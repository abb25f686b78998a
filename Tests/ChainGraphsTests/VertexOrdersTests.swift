import ChainGraphs
import ChainTestSupport
import JacobianChain
import Testing

/// Orders of elimination against all orders, and against published optima.
@Suite struct VertexOrdersTests {
  /// The least price over all orders, each vertex eliminated by the engine
  /// that makes plans: it shares no code with the search.
  private func leastPrice(_ problem: Problem) throws -> UInt128? {
    func walk(
      _ state: VertexElimination, _ left: [Int], _ price: UInt128
    ) throws -> UInt128? {
      if left.isEmpty { return price }
      var best: UInt128?
      for vertex in left {
        var next = state
        guard let step = try next.price(of: vertex),
          try next.eliminate(vertex)
        else { continue }
        if let total = try walk(
          next, left.filter { $0 != vertex }, price + step)
        {
          best = min(best ?? .max, total)
        }
      }
      return best
    }
    let start = try VertexElimination(problem, by: .cheaper)
    return try walk(start, start.intermediates, 0)
  }

  @Test(arguments: [UInt64(0), 1, 2, 3])
  func equalsAllOrdersOnGivenGraphs(_ residue: UInt64) throws {
    var draw = GraphDraw()
    draw.matrixFree = 0
    var multiplied = 0
    try withSeeds((0..<500).lazy.map { 4 * $0 + residue }) { seed in
      draw.vertices = seed % 16 == 0 ? 3...8 : 3...6
      let problem = randomGraph(seed: seed, draw)
      let solution = try VertexOrders().solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      let least = try #require(try leastPrice(problem))
      try #require(price == least)
      try #require(solution.status == .optimal)
      try #require(solution.lowerBound == least)
      if least > 0 { multiplied += 1 }
    }
    #expect(multiplied > 250)
  }

  @Test func unitsOfOneComponentAreFree() throws {
    var draw = GraphDraw()
    draw.matrixFree = 0
    draw.sizes = 1...1
    draw.vertices = 4...8
    try withSeeds(10_000..<10_200) { seed in
      let problem = randomGraph(seed: seed, draw)
      let solution = try VertexOrders().solve(problem)
      let least = try #require(try leastPrice(problem))
      try #require(solution.lowerBound == least)
    }
  }

  @Test func isNeverDearerThanABaseline() throws {
    var draw = GraphDraw()
    draw.tied = 4
    try withSeeds(20_000..<20_300) { seed in
      let problem = randomGraph(seed: seed, draw)
      let solution = try VertexOrders().solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      let best = try #require(try Baselines(of: problem).best)
      try #require(price <= best.fma)
      try #require(solution.lowerBound <= price)
    }
  }

  @Test func keepsItsPlanWhenStopped() throws {
    var draw = GraphDraw()
    draw.matrixFree = 0
    draw.vertices = 30...30
    let problem = randomGraph(seed: 1, draw)
    for calls in [100, 1_000, 5_000] {
      let solution = try VertexOrders().solve(
        problem, objective: .fma, control: stopping(after: calls))
      #expect(try solution.plan.priced(for: problem).fma >= solution.lowerBound)
      #expect(
        solution.status == .optimal
          || solution.status.stopReason == .interrupted)
    }
  }

  @Test(.enabled(if: PublishedInstances.graphs != nil))
  func publishedOptimaAreProven() throws {
    var proven = 0
    for instance in try #require(PublishedInstances.graphs) {
      for model in [PublishedGraph.Model.vertex, .unitFree, .structured] {
        guard let known = instance.known(model), known.isOptimal == true,
          let best = known.best
        else { continue }
        let problem = try instance.problem(model)
        // Debug builds: what the subset program solves in a moment.
        let graph = try EliminationGraph(problem)
        guard graph.parts().allSatisfy({ $0.intermediates.count <= 12 })
        else { continue }
        let solution = try VertexOrders().solve(problem)
        #expect(solution.status == .optimal, "\(instance.name)")
        // The files don't count that shifts have fewer entries at their ends.
        if model == .structured {
          #expect(solution.lowerBound <= UInt128(best), "\(instance.name)")
        } else {
          #expect(solution.lowerBound == UInt128(best), "\(instance.name)")
        }
        proven += 1
      }
    }
    #expect(proven > 40)
  }

  @Test(.enabled(if: PublishedInstances.graphs != nil))
  func publishedOrdersCostWhatTheySay() throws {
    for instance in try #require(PublishedInstances.graphs) {
      for model in [PublishedGraph.Model.vertex, .unitFree] {
        guard let known = instance.known(model), let names = known.order
        else { continue }
        let problem = try instance.problem(model)
        let order = instance.order(names)
        let plan = try #require(
          try VertexElimination.plan(
            eliminating: order, of: problem, by: .cheaper))
        #expect(
          try plan.priced(for: problem).fma == known.best.map { UInt128($0) },
          "\(instance.name) \(model)")
      }
    }
  }
}
