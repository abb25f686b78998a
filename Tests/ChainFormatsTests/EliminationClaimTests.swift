import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainFormats

/// What a report says of the order in which a graph is eliminated.
@Suite("Claimed orders of elimination") struct EliminationClaimTests {
  /// A plan that eliminates in some order, and the products that it makes.
  private struct Elimination {
    /// Two values that are multiplied, each as a sum of paths.
    private struct Product: Hashable {
      var outer: WordPolynomial
      var inner: WordPolynomial
    }

    let order: [Int]
    let plan: PricedPlan
    private let products: [Product: Int]

    init(_ order: [Int], _ problem: Problem) throws {
      let plan = try #require(
        try VertexElimination.plan(
          eliminating: order, of: problem, by: .cheaper))
      self.order = order
      self.plan = try plan.priced(for: problem)
      let values = WordPolynomial.values(of: plan)
      var products: [Product: Int] = [:]
      for case .multiply(let outer, let inner) in plan.steps {
        products[
          Product(outer: values[outer], inner: values[inner]), default: 0] += 1
      }
      self.products = products
    }

    func makesTheSame(as other: Elimination) -> Bool {
      products == other.products
    }
  }

  private func check(
    _ order: [String], of plan: PricedPlan, _ problem: Problem,
    _ baselines: Baselines? = nil
  ) throws(ChainError) {
    let report = JSONValue.object([
      "format": .string(PlanFile.reportFormat),
      "plan": PlanFile.json(of: plan, in: problem),
      "order": .array(order.map(JSONValue.string)),
    ])
    try PlanFile.parse(
      Array(report.serialized().utf8), file: "r.json", problem: problem
    ).checkClaims(
      against: plan, of: problem, baselines: baselines, file: "r.json")
  }

  private func refusal(
    _ order: [String], _ plan: PricedPlan, _ problem: Problem
  ) -> ChainError? {
    do throws(ChainError) {
      try check(order, of: plan, problem)
      return nil
    } catch {
      return error
    }
  }

  private func names(_ order: [Int], _ problem: Problem) -> [String] {
    order.map { problem.graph!.vertices[$0].name }
  }

  private func orders(of vertices: [Int]) -> [[Int]] {
    guard !vertices.isEmpty else { return [[]] }
    return vertices.flatMap { first in
      orders(of: vertices.filter { $0 != first }).map { [first] + $0 }
    }
  }

  @Test("Of all orders those are right that make the plan's products")
  func everyOrder() throws {
    var (right, wrong) = (0, 0)
    var draw = GraphDraw()
    (draw.vertices, draw.matrixFree) = (3...6, 0)
    try withSeeds(0..<40) { seed in
      let problem = randomGraph(seed: seed, draw)
      let intermediates = try VertexElimination(problem, by: .cheaper)
        .intermediates
      guard (2...4).contains(intermediates.count) else { return }
      let all = try orders(of: intermediates).map {
        try Elimination($0, problem)
      }
      for plan in all.prefix(4) {
        for other in all {
          let refusal = refusal(names(other.order, problem), plan.plan, problem)
          let isRight = other.makesTheSame(as: plan)
          try #require(
            (refusal == nil) == isRight, "\(plan.order), \(other.order)")
          if let refusal {
            try #require(refusal.kind == .disagreement)
            try #require(refusal.location == "r.json: /order")
            wrong += 1
          } else {
            right += 1
          }
        }
      }
    }
    #expect(right > 50 && wrong > 50, "\(right), \(wrong)")
  }

  @Test("Orders of baselines are right, of tied factors, too")
  func baselines() throws {
    var refused = 0
    try withSeeds(0..<60) { seed in
      var draw = GraphDraw()
      draw.tied = seed.isMultiple(of: 2) ? 2 : 0
      let problem = randomGraph(seed: seed, draw)
      let baselines = try Baselines(of: problem)
      for (baseline, order) in baselines.orders {
        let plan = try #require(baselines[baseline])
        let names = names(order, problem)
        try check(names, of: plan, problem, baselines)
        // Who has no baselines can't say anything of tied factors.
        for bad in [names + ["?"], names + names.suffix(1)] where bad != names {
          #expect(throws: ChainError.self) {
            try check(bad, of: plan, problem, baselines)
          }
          refused += 1
        }
      }
    }
    #expect(refused > 100)
  }
}
