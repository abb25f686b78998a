import ChainGraphs
import ChainTestSupport
import JacobianChain
import Testing

/// Eliminations of faces against published optima and orders of vertices.
@Suite struct FaceOrdersTests {
  @Test(.enabled(if: PublishedInstances.graphs != nil))
  func publishedOptimaAreProven() throws {
    var proven = 0
    for instance in try #require(PublishedInstances.graphs) {
      guard instance.edges.count <= 9,
        let best = instance.known(.matrixFree)?.best
      else { continue }
      let problem = try instance.problem(.matrixFree)
      let solution = try FaceOrders().solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      #expect(price == UInt128(best), "\(instance.name)")
      #expect(solution.status == .optimal, "\(instance.name)")
      proven += 1
    }
    #expect(proven == 20)
  }

  /// With their Jacobians given, edges and faces beat vertices here.
  @Test(.enabled(if: PublishedInstances.graphs != nil))
  func lionNeedsLessByFaces() throws {
    let lion = try #require(
      PublishedInstances.graphs?.first { $0.name == "paper/lion_n1_c1" }
    )
    let problem = try lion.problem(.vertex)
    let (vertices, faces) = (
      try VertexOrders().solve(problem), try FaceOrders().solve(problem)
    )
    #expect(vertices.lowerBound == 12)
    #expect(vertices.scope == .vertexElimination)
    #expect(faces.lowerBound == 11)
    // By paths: no plan at all needs less.
    #expect(faces.scope == .everyPlan)
    #expect(try faces.plan.priced(for: problem).fma == 11)
  }

  @Test func isNeverDearerThanAnOrderOfVertices() throws {
    var draw = GraphDraw()
    draw.vertices = 3...5
    draw.tied = 6
    var cheaper = 0
    try withSeeds(0..<60) { seed in
      let problem = randomGraph(seed: seed, draw)
      let faces = try FaceOrders().solve(
        problem, objective: .fma, control: SearchControl(nodeLimit: 500))
      let price = try faces.plan.priced(for: problem).fma
      let vertices = try VertexOrders().solve(problem)
      let other = try vertices.plan.priced(for: problem).fma
      try #require(price <= other)
      try #require(faces.lowerBound <= price)
      if price < other { cheaper += 1 }
    }
    #expect(cheaper > 0)
  }

  /// What may be evaluated as well costs no more than what has to be.
  @Test func entriesAtHandNeverHurt() throws {
    var draw = GraphDraw()
    draw.vertices = 3...4
    draw.matrixFree = 2
    try withSeeds(5_000..<5_040) { seed in
      let problem = randomGraph(seed: seed, draw)
      let solution = try FaceOrders().solve(problem)
      guard solution.status == .optimal else { return }
      let given = try Problem(
        factors: problem.factors.map {
          var factor = $0
          factor.isGiven = true
          return factor
        }, graph: problem.graph!)
      let other = try FaceOrders().solve(given)
      let price = try other.plan.priced(for: given).fma
      try #require(other.status != .optimal || price <= solution.lowerBound)
    }
  }
}
