import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Baselines: forward, reverse, best single split")
struct BaselineTests {
  @Test("Values worked out by hand", arguments: HandChecked.chains)
  func handChecked(_ example: HandChecked) throws {
    let baselines = try Baselines(of: example.problem)
    let (forward, reverse) = (baselines[.forward], baselines[.reverse])
    if let known = example.forward { #expect(forward?.fma == known) }
    if let known = example.reverse { #expect(reverse?.fma == known) }
    if let known = example.bestSplit {
      #expect(baselines[.bestSplit]?.fma == known)
    }
    let best = try #require(baselines[.bestSplit])
    #expect(best.fma >= example.optimum)
    #expect(best.fma <= min(forward!.fma, reverse!.fma))
  }

  @Test(
    "Published homogeneous prices of 76 scheduled chains",
    .enabled(if: PublishedInstances.scheduled != nil))
  func scheduled() throws {
    for chain in try #require(PublishedInstances.scheduled) {
      let problem = try chain.problem(withLimits: false)
        .with(matrixFree: true)
      let baselines = try Baselines(of: problem)
      #expect(
        baselines[.forward]?.fma == UInt128(chain.allTangent), "\(chain.id)")
      #expect(
        baselines[.reverse]?.fma == UInt128(chain.allAdjoint), "\(chain.id)")
    }
  }

  @Test(
    "Published homogeneous prices of ADMission's chains",
    .enabled(if: PublishedInstances.admission != nil))
  func admission() throws {
    for chain in try #require(PublishedInstances.admission) {
      let baselines = try Baselines(of: chain.problem())
      #expect(baselines[.forward]?.fma == UInt128(chain.homogeneousTangent))
      #expect(baselines[.reverse]?.fma == UInt128(chain.homogeneousAdjoint))
      #expect(baselines[.bestSplit]!.fma >= UInt128(chain.optimum))
    }
  }

  @Test("Equal to the cheapest of all fans written out as plans")
  func naiveFans() throws {
    var missing = 0
    try withSeeds(0..<600) { seed in
      let random = randomProblem(seed: seed, maxFactors: 5)
      var limits = random.limits
      limits.tapeTotal = nil
      let problem = try random.with(limits: limits)
      let baselines = try Baselines(of: problem)
      let q = problem.factors.count
      let fans = try (0...q).map { try Fans.cheapest(split: $0, problem) }
      try #require(baselines[.forward]?.fma == fans[0])
      try #require(baselines[.reverse]?.fma == fans[q])
      try #require(baselines[.bestSplit]?.fma == fans.compactMap(\.self).min())
      if let split = baselines.split {
        try #require(fans[split] == baselines[.bestSplit]?.fma)
      }
      missing += fans.count { $0 == nil }
    }
    #expect(missing > 0, "no seed forbids a fan: the nil case is not tested")
  }

  @Test("Missing modes and limits forbid a baseline; entries bring it back")
  func forbidden() throws {
    var factors = [
      Factor(name: "a", rows: 3, columns: 2, adjointCost: 4, tape: 10),
      Factor(name: "b", rows: 2, columns: 3, tangentCost: 4),
    ]
    let mixed = try Baselines(of: Problem(factors: factors))
    #expect(mixed[.forward] == nil && mixed[.reverse] == nil)
    #expect(mixed.split == 1)
    #expect(mixed[.bestSplit]?.fma == 36)
    // Accumulated first, both modes can multiply in their order.
    let products = try Baselines(
      of: Problem(factors: factors, matrixFree: false))
    #expect(products[.forward]?.fma == 36 && products[.reverse]?.fma == 36)
    factors[0].isGiven = true
    factors[1].isGiven = true
    let given = try Baselines(of: Problem(factors: factors))
    // Forward pushes a through b: 2 tangents cost 8, the product 12.
    #expect(given[.forward]?.fma == 8 && given[.reverse]?.fma == 8)
  }

  @Test("A budget for all tapes forbids reverse but not a split within it")
  func tapeTotal() throws {
    let factors = (0..<3).map {
      Factor(
        name: "f\($0)", rows: 4, columns: 4, tangentCost: 100, adjointCost: 1,
        tape: 10)
    }
    let limited = try Baselines(
      of: Problem(factors: factors, limits: Limits(tapeTotal: 25)))
    #expect(limited[.reverse] == nil)
    #expect(limited[.forward]?.fma == 1200)
    #expect(limited.split == 2)
    #expect(limited[.bestSplit]?.fma == 472)
    #expect(limited[.bestSplit]?.tape == 20)
  }

  @Test("Of several targets, reverse with equal steps once is backpropagation")
  func backpropagation() throws {
    let joint = HandChecked.joint[0].problem
    let together = try Baselines(of: joint)
    #expect(together[.reverse]?.fma == 77_600)
    #expect(together[.bestSplit]?.fma == 77_600)
    #expect(together.split == nil)
    // No weight is shared from the inside: forward computes each on its own.
    var forward: UInt128 = 0
    var reverse: UInt128 = 0
    for target in joint.targets {
      let alone = try Problem(factors: joint.factors, targets: [target])
      let baselines = try Baselines(of: alone)
      forward += baselines[.forward]!.fma
      reverse += baselines[.reverse]!.fma
    }
    #expect(together[.forward]?.fma == forward)
    #expect(together[.reverse]!.fma < reverse)
  }

  @Test("Of a tied word, only equal steps are merged")
  func tied() throws {
    #expect(
      try Baselines(of: HandChecked.joint[1].problem)[.forward]?.fma
        == 1_875_000)
    // Accumulated once, then multiplied twice.
    let step = Factor(name: "A", rows: 3, columns: 3, tangentCost: 7)
    let baselines = try Baselines(
      of: Problem(factors: [step], targets: [[0, 0, 0]], matrixFree: false))
    #expect(baselines[.forward]?.fma == 75)
  }

  @Test("Of several targets, the best split is never worse than an end")
  func severalSplits() throws {
    try withSeeds(0..<60) { seed in
      for family in [Family.comb, .window, .recurrence, .powers] {
        let problem = try family.problem(factors: 6, seed: seed)
        let baselines = try Baselines(of: problem)
        let best = try #require(baselines[.bestSplit])
        try #require(best.fma <= baselines[.forward]!.fma)
        try #require(best.fma <= baselines[.reverse]!.fma)
      }
    }
  }
}

/// Fans step by step: every way that a factor may join, as plans, priced.
private enum Fans {
  static func cheapest(
    split k: Int, _ problem: Problem
  ) throws -> UInt128? {
    let q = problem.factors.count
    let below = sides((0..<k).reversed(), .adjoint, problem)
    let above = sides(Array(k..<q), .tangent, problem)
    var best: UInt128?
    for inner in below {
      for outer in above {
        let shifted = outer.map { $0.withOperands { $0 + inner.count } }
        var steps = inner + shifted
        if !inner.isEmpty, !outer.isEmpty {
          steps.append(
            .multiply(outer: steps.count - 1, inner: inner.count - 1))
        }
        let plan = Plan(steps: steps, targets: [steps.count - 1])
        let fma = try plan.priced(for: problem).fma
        best = best.map { min($0, fma) } ?? fma
      }
    }
    return best
  }

  /// All homogeneous step lists over `word`; the empty word has one.
  private static func sides(
    _ word: [Int], _ mode: Mode, _ problem: Problem
  ) -> [[Step]] {
    var lists: [[Step]] = [[]]
    for index in word {
      lists = lists.flatMap { list -> [[Step]] in
        var longer: [[Step]] = []
        for leaf in leaves(index, mode, problem) {
          if list.isEmpty {
            longer.append([leaf])
          } else if problem.factors[index].isGiven || !problem.matrixFree {
            let value = list.count - 1
            longer.append(
              list + [
                leaf,
                mode == .tangent
                  ? .multiply(outer: value + 1, inner: value)
                  : .multiply(outer: value, inner: value + 1),
              ])
          }
        }
        if !list.isEmpty, problem.matrixFree, allows(mode, index, problem) {
          longer.append(
            list + [
              .eliminate(factor: index, mode: mode, operand: list.count - 1)
            ])
        }
        return longer
      }
    }
    return lists
  }

  private static func leaves(
    _ index: Int, _ mode: Mode, _ problem: Problem
  ) -> [Step] {
    if problem.factors[index].isGiven { return [.given(factor: index)] }
    return Mode.allCases.filter {
      ($0 == mode || !problem.matrixFree) && allows($0, index, problem)
    }.map { .accumulate(factor: index, mode: $0) }
  }

  private static func allows(
    _ mode: Mode, _ index: Int, _ problem: Problem
  ) -> Bool {
    let factor = problem.factors[index]
    return mode == .tangent
      ? factor.tangentCost != nil : problem.allowsAdjoint(of: factor)
  }
}
