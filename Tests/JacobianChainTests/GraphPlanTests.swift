import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Plans of graphs: every path exactly once")
struct GraphPlanTests {
  private static let ways: [VertexElimination.Way] = [
    .tangent, .adjoint, .cheaper,
  ]

  private static func plans(for problem: Problem) throws -> [Plan] {
    let elimination = try VertexElimination(problem, by: .cheaper)
    return try ways.compactMap {
      try VertexElimination.plan(
        eliminating: elimination.intermediates, of: problem, by: $0)
    }
  }

  private static func draw(_ seed: UInt64) -> GraphDraw {
    var draw = GraphDraw()
    draw.tied = seed.isMultiple(of: 2) ? 2 : 0
    if seed % 3 == 0 { draw.sizes = 2...2 }
    return draw
  }

  @Test("Elimination computes the wanted blocks, word by word, and passes")
  func eliminations() throws {
    try withSeeds(0..<400) { seed in
      let problem = randomGraph(seed: seed, Self.draw(seed))
      let wanted = WordPolynomial.wanted(of: problem.graph!)
      for plan in try Self.plans(for: problem) {
        let values = WordPolynomial.values(of: plan)
        try #require(plan.targets.map { values[$0] } == wanted)
        _ = try plan.priced(for: problem)
      }
    }
  }

  /// What a mutant computes is worked out word by word: whatever changes it has
  /// to be refused.
  @Test("10 000 changes of meaning, every one refused")
  func mutations() throws {
    var (refused, tied) = (0, 0)
    try withSeeds(0..<260) { seed in
      let problem = randomGraph(seed: seed, Self.draw(seed))
      let wanted = WordPolynomial.wanted(of: problem.graph!)
      for plan in try Self.plans(for: problem) {
        for mutant in Self.mutants(of: plan, problem) {
          let values = WordPolynomial.values(of: mutant)
          guard mutant.targets.map({ values[$0] }) != wanted else { continue }
          do {
            _ = try mutant.priced(for: problem)
            Issue.record("seed \(seed): \(mutant) was accepted")
          } catch let error as ChainError {
            try #require(error.kind == .invalidPlan, "\(error)")
            refused += 1
            if seed.isMultiple(of: 2) { tied += 1 }
          }
        }
      }
    }
    #expect(refused > 10_000, "\(refused)")
    #expect(tied > 3_000, "\(tied)")
  }

  /// Dropped and doubled addends, swapped operands, other factors, other
  /// values and other blocks.
  private static func mutants(of plan: Plan, _ problem: Problem) -> [Plan] {
    var mutants: [Plan] = []
    for (id, step) in plan.steps.enumerated() {
      func replace(_ step: Step) {
        var copy = plan
        copy.steps[id] = step
        mutants.append(copy)
      }
      func drop(for other: Int) {
        var copy = plan
        for reader in copy.steps.indices {
          copy.steps[reader] = copy.steps[reader].reading {
            $0 == id ? other : $0
          }
        }
        copy.targets = copy.targets.map { $0 == id ? other : $0 }
        mutants.append(copy)
      }
      switch step {
      case .add(let first, let second):
        drop(for: first)
        drop(for: second)
        replace(.add(first, first))
        replace(.add(second, second))
        for other in 0..<id where other != second {
          replace(.add(first, other))
        }
      case .multiply(let outer, let inner):
        replace(.multiply(outer: inner, inner: outer))
        for other in 0..<id {
          if other != inner { replace(.multiply(outer: outer, inner: other)) }
          if other != outer { replace(.multiply(outer: other, inner: inner)) }
        }
      case .eliminate(let factor, let mode, let operand):
        for other in 0..<id where other != operand {
          replace(.eliminate(factor: factor, mode: mode, operand: other))
        }
      case .given, .accumulate:
        for other in problem.factors.indices
        where problem.factors[other].isGiven {
          replace(.given(factor: other))
        }
      }
    }
    for (target, id) in plan.targets.enumerated() {
      for other in plan.steps.indices where other != id {
        var copy = plan
        copy.targets[target] = other
        mutants.append(copy)
      }
    }
    return mutants
  }

  private static let diamond: Problem = {
    let names = ["x", "u", "v", "y"]
    let ends = [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]
    do {
      return try Problem(
        factors: ends.enumerated().map {
          Factor(name: "f\($0.offset)", rows: 2, columns: 2)
        },
        graph: Graph(
          vertices: names.map { Graph.Vertex(name: $0, size: 2) },
          arcs: ends.enumerated().map {
            Graph.Arc(
              factor: $0.offset, from: $0.element.0, to: $0.element.1)
          }))
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  private static func refusal(_ plan: Plan, _ problem: Problem) -> ChainError? {
    do {
      _ = try plan.priced(for: problem)
      return nil
    } catch {
      return error
    }
  }

  @Test("A refusal names the block and the path that is missing or doubled")
  func words() throws {
    let given = (0..<5).map { Step.given(factor: $0) }
    // 5: over u; 6: over v.
    let products = [
      Step.multiply(outer: 2, inner: 0), .multiply(outer: 3, inner: 1),
    ]
    func error(_ rest: [Step]) -> ChainError? {
      let steps = given + products + rest
      return Self.refusal(
        Plan(steps: steps, targets: [steps.count - 1]), Self.diamond)
    }
    #expect(error([.add(5, 6), .add(7, 4)]) == nil)
    let missing = error([.add(5, 4)])
    #expect(missing?.location == "/targets/0")
    #expect(missing?.expected == "∂y/x, the sum over 3 paths")
    #expect(missing?.found == "2 paths, without x → v → y")
    #expect(
      error([.add(5, 6), .add(7, 4), .add(8, 4)])?.found
        == "4 paths, x → y once too often")
    #expect(
      error([.add(5, 5), .add(7, 4)])?.found == "3 paths")
    let apart = error([.add(5, 0)])
    #expect(apart?.location == "/steps/7/operands")
    #expect(apart?.found == "y/x and u/x")
    let away = error([.multiply(outer: 2, inner: 1)])
    #expect(away?.location == "/steps/7/inner")
    #expect(away?.found == "y/u after v/x")
    #expect(error([.add(5, 9)])?.location == "/steps/7/operands/1")
    #expect(
      Self.refusal(Plan(steps: given, targets: []), Self.diamond)?.location
        == "/targets")
    #expect(
      Self.refusal(Plan(steps: given, targets: [0]), Self.diamond)?.found
        == "∂u/x")
  }

  @Test("Sums are refused where products are wanted")
  func productsOnly() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 2, columns: 2)])
    let plan = Plan(steps: [.given(factor: 0), .add(0, 0)], targets: [0])
    #expect(Self.refusal(plan, problem)?.location == "/steps/1/kind")
  }

  /// s₄ vanishes on all 2 × 2 matrices: words must be told apart by more than
  /// values on small ones.
  @Test("Words of one factor each, in even and in odd orders")
  func standardIdentity() throws {
    let orders = permutations(of: [0, 1, 2, 3])
    let even = orders.filter { inversions($0).isMultiple(of: 2) }
    let odd = orders.filter { !inversions($0).isMultiple(of: 2) }
    var vertices = [Graph.Vertex(name: "x", size: 2)]
    var arcs: [Graph.Arc] = []
    let end = 1 + 3 * even.count
    for (index, order) in even.enumerated() {
      for (place, factor) in order.enumerated() {
        let before = place == 0 ? 0 : 3 * index + place
        if place < 3 {
          vertices.append(
            Graph.Vertex(name: "\(index).\(place)", size: 2))
        }
        arcs.append(
          Graph.Arc(
            factor: factor, from: before,
            to: place == 3 ? end : 3 * index + place + 1))
      }
    }
    vertices.append(Graph.Vertex(name: "y", size: 2))
    let problem = try Problem(
      factors: (0..<4).map { Factor(name: "\($0)", rows: 2, columns: 2) },
      graph: Graph(vertices: vertices, arcs: arcs))
    func plan(_ orders: [[Int]]) -> Plan {
      var steps = (0..<4).map { Step.given(factor: $0) }
      var sum: Int?
      for order in orders {
        var value = order[0]
        for factor in order.dropFirst() {
          steps.append(.multiply(outer: factor, inner: value))
          value = steps.count - 1
        }
        if let other = sum {
          steps.append(.add(other, value))
          value = steps.count - 1
        }
        sum = value
      }
      return Plan(steps: steps, targets: [sum!])
    }
    #expect(Self.refusal(plan(even), problem) == nil)
    #expect(Self.refusal(plan(odd), problem)?.location == "/targets/0")
  }

  private func inversions(_ order: [Int]) -> Int {
    order.indices.reduce(0) { sum, place in
      sum + order[place...].count { $0 < order[place] }
    }
  }

  private func permutations(of items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in
      permutations(of: items.filter { $0 != first }).map { [first] + $0 }
    }
  }

  @Test("Sixteen tied steps by four squarings, each value at several places")
  func squarings() throws {
    let count = 16
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 50, columns: 50)],
      graph: Graph(
        vertices: (0...count).map { Graph.Vertex(name: "z\($0)", size: 50) },
        arcs: (0..<count).map { Graph.Arc(factor: 0, from: $0, to: $0 + 1) }))
    let steps =
      [Step.given(factor: 0)] + (0..<4).map { .multiply(outer: $0, inner: $0) }
    let priced = try Plan(steps: steps, targets: [4]).priced(for: problem)
    #expect(priced.fma == 500_000)
    #expect(
      Self.refusal(Plan(steps: steps, targets: [3]), problem)?.location
        == "/targets/0")
    let longer = steps + [.multiply(outer: 0, inner: 4)]
    #expect(
      Self.refusal(Plan(steps: longer, targets: [5]), problem)?.found
        == "longer ones")
  }
}

extension Step {
  /// The same step with other operands.
  fileprivate func reading(_ name: (Int) -> Int) -> Step {
    switch self {
    case .given, .accumulate: self
    case .multiply(let outer, let inner):
      .multiply(outer: name(outer), inner: name(inner))
    case .eliminate(let factor, let mode, let operand):
      .eliminate(factor: factor, mode: mode, operand: name(operand))
    case .add(let first, let second): .add(name(first), name(second))
    }
  }
}
