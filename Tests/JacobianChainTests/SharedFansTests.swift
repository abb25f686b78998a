import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Fans of words that share sub-words")
struct SharedFansTests {
  /// Fan by fan, equal steps merged.
  private static func plan(
    _ problem: Problem, _ splits: [Int?]
  ) throws -> Plan? {
    var plan = Plan(steps: [], targets: [])
    for (word, split) in zip(problem.targets, splits) {
      var fan = Fan(word: word, of: problem, .unlimited)
      guard let split, try fan.append(split: split, to: &plan) != nil
      else { return nil }
    }
    return plan.mergingEqualSteps()
  }

  private static func check(_ problem: Problem) throws {
    guard problem.chain == nil else { return }
    guard var shared = SharedFans(problem) else {
      return #expect(problem.isDense)
    }
    var splits: [Int?] = []
    for (target, word) in problem.targets.enumerated() {
      let split = try shared.cheapestSplit(ofTarget: target, .unlimited)
      var fan = Fan(word: word, of: problem, .unlimited)
      let alone = try fan.cheapestSplit()
      try #require(split == alone)
      splits.append(split)
    }
    let ends = [splits.map { _ in 0 }, problem.targets.map(\.count)]
    for splits in [splits] + ends {
      let together = try shared.plan(splits)?.mergingEqualSteps()
      let apart = try Self.plan(problem, splits)
      try #require(together == apart)
    }
  }

  @Test("The same interfaces and the same plans as fan by fan")
  func jointProblems() throws {
    try withSeeds(0..<1000) { try Self.check(randomJointProblem(seed: $0)) }
  }

  @Test("… of trajectories")
  func trajectories() throws {
    try withSeeds(0..<200) { seed in
      var generator = SplitMix64(seed: seed)
      let step = try TiedSteps.random(&generator)
      for (outputs, inputs) in [(nil, nil), (1, nil), (nil, 2), (2, 1)] {
        try Self.check(
          TiedSteps.problem(step, steps: 6, outputs: outputs, inputs: inputs))
      }
    }
  }

  @Test("A stop leaves the two ends")
  func stopped() throws {
    let step = try TiedSteps.tridiagonal(states: 6, parameters: 2)
    let problem = try TiedSteps.problem(step, steps: 30, outputs: 1)
    let all = try Baselines(of: problem)
    let stopped = try Baselines(of: problem, control: stopping(after: 0))
    #expect(
      stopped[.forward] == all[.forward] && stopped[.reverse] == all[.reverse])
    #expect(stopped[.bestSplit]!.fma >= all[.bestSplit]!.fma)
    #expect(
      stopped[.bestSplit]!.fma <= min(all[.forward]!.fma, all[.reverse]!.fma))
  }

  @Test("A thousand targets take a product of patterns per filling step")
  func counted() throws {
    let step = try TiedSteps.tridiagonal(states: 20, parameters: 3)
    let problem = try TiedSteps.problem(step, steps: 1000)
    var shared = try #require(SharedFans(problem))
    for target in problem.targets.indices {
      _ = try shared.cheapestSplit(ofTarget: target, .unlimited)
    }
    // S · Sᵏ and Sᵏ · S for k below 20.
    #expect(shared.computedProducts < 40)
  }
}
