import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Plans: checked and priced without any solver")
struct PlanCheckTests {
  private static let factors = [
    Factor(name: "a", rows: 3, columns: 2),
    Factor(
      name: "b", rows: 4, columns: 3, tangentCost: 7, adjointCost: 11, tape: 5),
    Factor(name: "c", rows: 2, columns: 4, structure: .selection([1, 3])),
  ]

  @Test("Hand-made plans: prices, evaluations, tape, bracketing, peak")
  func handMade() throws {
    let problem = try Problem(factors: Self.factors)
    let tangent = try Plan(
      steps: [
        .given(factor: 0), .eliminate(factor: 1, mode: .tangent, operand: 0),
        .given(factor: 2), .multiply(outer: 2, inner: 1),
      ], targets: [3]
    ).priced(for: problem)
    #expect(tangent.steps.map(\.fma) == [0, 14, 0, 0])
    #expect(tangent.steps.map(\.evaluations) == [0, 2, 0, 0])
    #expect(tangent.tape == 0)
    #expect(tangent.peakEntries == 8 + 4)
    #expect(tangent.bracketing(ofTarget: 0, in: problem) == "c·(b·a)")
    let adjoint = try Plan(
      steps: [
        .given(factor: 2), .eliminate(factor: 1, mode: .adjoint, operand: 0),
        .given(factor: 0), .multiply(outer: 1, inner: 2),
      ], targets: [3]
    ).priced(for: problem)
    #expect(adjoint.steps.map(\.fma) == [0, 22, 0, 12])
    #expect(adjoint.tape == 5)
    #expect(adjoint.steps[3].innermost == 0)
    #expect(adjoint.steps[3].outermost == 2)
    #expect(adjoint.steps[3].length == 3)
    #expect(adjoint.peakEntries == 6 + 4)
    #expect(adjoint.bracketing(ofTarget: 0, in: problem) == "(c·b)·a")
    let accumulated = try Plan(
      steps: [
        .accumulate(factor: 1, mode: .adjoint), .given(factor: 0),
        .multiply(outer: 0, inner: 1), .given(factor: 2),
        .multiply(outer: 3, inner: 2),
      ], targets: [4]
    ).priced(for: problem)
    #expect(accumulated.steps.map(\.fma) == [44, 0, 24, 0, 0])
    #expect(accumulated.peakEntries == 12 + 8)
  }

  @Test("A shared value is priced once; tied words are read back in full")
  func sharing() throws {
    let problem = HandChecked.joint[1].problem
    var steps: [Step] = [.given(factor: 0)]
    for id in 0..<4 { steps.append(.multiply(outer: id, inner: id)) }
    let plan = Plan(steps: steps, targets: [4])
    #expect(try plan.priced(for: problem).fma == 500_000)
    for target in 0..<4 {
      let error = #expect(throws: ChainError.self) {
        try Plan(steps: steps, targets: [target]).priced(for: problem)
      }
      #expect(error?.location == "/targets/0")
    }
    // 2^100 factors: no counter wraps, and nothing walks them.
    for id in 4..<100 { steps.append(.multiply(outer: id, inner: id)) }
    let error = #expect(throws: ChainError.self) {
      try Plan(steps: steps, targets: [100]).priced(for: problem)
    }
    #expect(error?.location == "/targets/0")
  }

  @Test("Tied words differ by their order")
  func tiedOrder() throws {
    let factors = ["a", "b"].map { Factor(name: $0, rows: 4, columns: 4) }
    let problem = try Problem(factors: factors, targets: [[0, 0, 1], [0, 0]])
    let steps: [Step] = [
      .given(factor: 0), .multiply(outer: 0, inner: 0), .given(factor: 1),
      .multiply(outer: 2, inner: 1), .multiply(outer: 1, inner: 2),
    ]
    #expect(
      try Plan(steps: steps, targets: [3, 1]).priced(for: problem).fma == 192)
    for targets in [[4, 1], [1, 3], [3, 3]] {
      #expect(throws: ChainError.self) {
        try Plan(steps: steps, targets: targets).priced(for: problem)
      }
    }
  }

  @Test("Backpropagation is the price of sharing every prefix")
  func backpropagation() throws {
    let problem = HandChecked.joint[0].problem
    // seeds[k]: ∂y/∂z_k, outermost first; each is used for w_k and below.
    var plan = Plan(steps: [.given(factor: 3)], targets: [0, 0, 0, 0, 0])
    var above = 0
    func append(_ step: Step) -> Int {
      plan.steps.append(step)
      return plan.steps.count - 1
    }
    plan.targets[3] = append(.given(factor: 7))
    for layer in [2, 1, 0] {
      let weights = append(.given(factor: 4 + layer))
      plan.targets[layer] = append(.multiply(outer: above, inner: weights))
      let layerJacobian = append(.given(factor: layer))
      above = append(.multiply(outer: above, inner: layerJacobian))
    }
    plan.targets[4] = above
    #expect(try plan.priced(for: problem).fma == 77_600)
  }

  @Test("Peak of stored entries equals a naive simulation")
  func peak() throws {
    try withSeeds(0..<400) { seed in
      var generator = SplitMix64(seed: seed)
      let problem = randomProblem(seed: seed, limits: false)
      let plan = randomPlan(for: problem, using: &generator)
      let priced = try plan.priced(for: problem)
      try #require(priced.peakEntries == Self.naivePeak(of: priced))
      try #require(priced.fma == priced.steps.reduce(0) { $0 + $1.fma })
    }
  }

  private static func naivePeak(of priced: PricedPlan) -> UInt128 {
    let plan = priced.plan
    func isAlive(_ id: Int, at time: Int) -> Bool {
      if id == time || plan.targets.contains(id) { return true }
      return plan.steps[time...].contains {
        $0.operands.first == id || $0.operands.second == id
      }
    }
    return plan.steps.indices.map { time -> UInt128 in
      (0...time).reduce(0) { sum, id in
        if case .given = plan.steps[id] { return sum }
        return isAlive(id, at: time)
          ? sum + priced.steps[id].pattern.storedEntries : sum
      }
    }.max()!
  }

  @Test("A million steps: no recursion, no quadratic work")
  func millionSteps() throws {
    let count = 500_000
    let problem = denseChain(Array(repeating: 1, count: count + 1))
    var steps: [Step] = [.given(factor: 0)]
    for factor in 1..<count {
      steps.append(.given(factor: factor))
      let own = steps.count - 1
      steps.append(.multiply(outer: own, inner: own - 1))
    }
    let plan = Plan(steps: steps, targets: [steps.count - 1])
    let priced = try plan.priced(for: problem)
    #expect(priced.fma == UInt128(count - 1))
    #expect(priced.peakEntries == 2)
    let text = priced.bracketing(ofTarget: 0, in: problem)
    #expect(text.hasPrefix("f500000·(f499999·("))
  }
}
