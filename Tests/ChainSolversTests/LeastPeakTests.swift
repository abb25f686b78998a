import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// The order of a plan's steps with the least peak, held against all orders.
struct LeastPeakTests {
  /// The least peak over all orders of the steps, by pricing each.
  private func brute(_ plan: PricedPlan, _ problem: Problem) throws -> UInt128 {
    let steps = plan.plan.steps
    var best = plan.peakBytes
    var failure: (any Error)?
    func go(_ order: [Int]) {
      if order.count == steps.count {
        var place = [Int](repeating: 0, count: steps.count)
        for (new, old) in order.enumerated() { place[old] = new }
        let made = order.map { id -> Step in
          switch steps[id] {
          case .given, .accumulate: steps[id]
          case .multiply(let a, let b):
            .multiply(outer: place[a], inner: place[b])
          case .eliminate(let factor, let mode, let value):
            .eliminate(factor: factor, mode: mode, operand: place[value])
          case .add(let a, let b): .add(place[a], place[b])
          }
        }
        do {
          let priced = try Plan(
            steps: made, targets: plan.plan.targets.map { place[$0] }
          ).priced(for: problem)
          best = min(best, priced.peakBytes)
        } catch { failure = error }
        return
      }
      let done = Set(order)
      let ready = steps.indices.filter { id in
        let (a, b) = steps[id].operands
        return !done.contains(id) && (a.map(done.contains) ?? true)
          && (b.map(done.contains) ?? true)
      }
      // Given entries take nothing: one order of them stands for all.
      let given = ready.first {
        if case .given = steps[$0] { true } else { false }
      }
      for id in given.map({ [$0] }) ?? ready { go(order + [id]) }
    }
    go([])
    if let failure { throw failure }
    return best
  }

  private func computed(_ plan: PricedPlan) -> Int {
    plan.steps.count { if case .given = $0.step { false } else { true } }
  }

  private func hold(
    _ plan: PricedPlan, _ problem: Problem, gains: inout Int
  ) throws {
    let found = try plan.withLeastPeak(for: problem)
    try #require(found.isProven)
    let least = try brute(plan, problem)
    try #require(found.plan.peakBytes == least)
    try #require(found.plan.fma == plan.fma && found.plan.tape == plan.tape)
    try #require(found.plan.steps.count == plan.steps.count)
    let again = try plan.withLeastPeak(for: problem)
    try #require(found == again)
    if found.plan.peakBytes < plan.peakBytes {
      gains += 1
    } else {
      try #require(found.plan == plan)
    }
    // What a check says of either order.
    for checked in [plan, found.plan] {
      let solved = try Solved(problem, plan: checked, provesPeak: true)
      try #require(solved.hasLeastPeak == (checked.peakBytes == least))
    }
  }

  @Test func treesOfChains() throws {
    var gains = 0
    try withSeeds(0..<100) { seed in
      var random = SplitMix64(seed: seed)
      let sizes = (0..<5).map { _ in random.integer(in: 1...30) }
      let problem = try Problem(
        factors: zip(sizes, sizes.dropFirst()).enumerated().map {
          let isGiven = random.oneIn(2)
          return Factor(
            name: "J\($0)", rows: $1.1, columns: $1.0, isGiven: isGiven,
            tangentCost: isGiven ? nil : 3, adjointCost: isGiven ? nil : 5)
        })
      let plan = try randomPlan(for: problem, using: &random)
        .priced(for: problem)
      guard computed(plan) <= 7 else { return }
      let memory = PlanMemory(plan.plan, plan.steps, problem)
      let tree = try #require(
        try TreeOrder.best(of: plan.plan, memory))
      // Two methods that share nothing agree on what is least.
      let states = try #require(StepOrders(plan.plan, memory).best())
      try #require(tree.peak == states.peak)
      try hold(plan, problem, gains: &gains)
    }
    #expect(gains > 5, "\(gains)")
  }

  @Test func sharedValuesAndSums() throws {
    var (gains, held) = (0, 0)
    try withSeeds(0..<200) { seed in
      let problem =
        seed.isMultiple(of: 2)
        ? randomJointProblem(seed: seed) : randomGraph(seed: seed, GraphDraw())
      guard let baselines = try? Baselines(of: problem) else { return }
      for baseline in Baseline.all(for: problem) {
        guard let plan = baselines[baseline], computed(plan) <= 6 else {
          continue
        }
        try hold(plan, problem, gains: &gains)
        held += 1
      }
    }
    #expect(held > 60 && gains > 3, "\(held), \(gains)")
  }

  /// Hills of one branch fit into valleys of another: no postorder is as good.
  @Test func branchesInterleave() throws {
    // (a·b)·(c·d): each branch climbs high, falls to 1 × 40, and climbs again.
    let sizes = [40, 200, 1, 100, 40]
    let problem = try Problem(
      factors: zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(
          name: "J\($0)", rows: $1.1, columns: $1.0, isGiven: false,
          tangentCost: 1, adjointCost: 1)
      })
    let plan = try Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .accumulate(factor: 3, mode: .adjoint),
        .eliminate(factor: 1, mode: .tangent, operand: 0),
        .eliminate(factor: 2, mode: .adjoint, operand: 1),
        .multiply(outer: 3, inner: 2),
      ], targets: [4]
    ).priced(for: problem)
    let found = try plan.withLeastPeak(for: problem)
    #expect(found.isProven && found.plan.peakBytes < plan.peakBytes)
    #expect(try found.plan.peakBytes == brute(plan, problem))
  }

  @Test func longPlansNeedNoRecursion() throws {
    let count = 20_000
    let problem = try Problem(
      factors: (0..<count).map { Factor(name: "J\($0)", rows: 3, columns: 3) })
    var steps = (0..<count).map { Step.given(factor: $0) }
    var value = 0
    for factor in 1..<count {
      steps.append(.multiply(outer: factor, inner: value))
      value = steps.count - 1
    }
    let plan = try Plan(steps: steps, targets: [value]).priced(for: problem)
    let found = try plan.withLeastPeak(for: problem)
    #expect(found.isProven && found.plan.peakBytes == 2 * 72)
  }
}
