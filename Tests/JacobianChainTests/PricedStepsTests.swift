import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

/// What a plan knows of its steps, held by columns.
@Suite struct PricedStepsTests {
  @Test func eachStepHasItsOwn() throws {
    // Forty shapes, so that most come again only after many others.
    var random = SplitMix64(seed: 5)
    let sizes = (0..<400).map { _ in random.integer(in: 1...7) }
    let factors = sizes.indices.dropFirst().map {
      Factor(name: "f\($0)", rows: sizes[$0], columns: sizes[$0 - 1])
    }
    let problem = try Problem(factors: factors)
    let plan = try #require(try Baselines(of: problem)[.bestSplit])
    var words: [[Int]] = []
    for (id, step) in plan.plan.steps.enumerated() {
      switch step {
      case .given(let factor): words.append([factor])
      case .multiply(let outer, let inner):
        words.append(words[inner] + words[outer])
      case .accumulate, .eliminate, .add: Issue.record("\(step)")
      }
      let word = words[id]
      let priced = plan.steps[id]
      #expect(priced.step == step && priced.length == word.count)
      #expect((priced.innermost, priced.outermost) == (word.first!, word.last!))
      #expect(
        priced.pattern
          == Pattern(
            denseRows: sizes[word.last! + 1], columns: sizes[word.first!]))
      #expect(priced.ends == nil && priced.passes == 1)
    }
    #expect(plan.steps.count == plan.plan.steps.count)
    #expect(plan.steps.reduce(0) { $0 + $1.fma } == plan.fma)
  }

  @Test func valuesOfAGraphLieBetweenVertices() throws {
    let problem = randomGraph(seed: 3)
    let graph = try #require(problem.graph)
    for baseline in Baseline.all(for: problem) {
      guard let plan = try Baselines(of: problem)[baseline] else { continue }
      for (target, id) in plan.plan.targets.enumerated() {
        #expect(plan.steps[id].ends == graph.wanted[target])
      }
    }
  }
}
