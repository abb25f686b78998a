import ChainTestSupport
import JacobianChain
import Testing

@Suite("Merging equal steps")
struct PlanSharingTests {
  @Test("Equal steps become the first of them, in the old order")
  func order() {
    let plan = Plan(
      steps: [
        .given(factor: 1), .given(factor: 0), .multiply(outer: 0, inner: 1),
        .given(factor: 1), .given(factor: 0), .multiply(outer: 3, inner: 4),
        .eliminate(factor: 2, mode: .tangent, operand: 5),
        .eliminate(factor: 2, mode: .adjoint, operand: 2),
        .eliminate(factor: 2, mode: .tangent, operand: 2),
      ], targets: [6, 8, 7])
    #expect(
      plan.mergingEqualSteps()
        == Plan(
          steps: [
            .given(factor: 1), .given(factor: 0),
            .multiply(outer: 0, inner: 1),
            .eliminate(factor: 2, mode: .tangent, operand: 2),
            .eliminate(factor: 2, mode: .adjoint, operand: 2),
          ], targets: [3, 3, 4]))
  }

  @Test("Plans that list the same steps in another order do the same")
  func sameSteps() {
    let plan = Plan(
      steps: [
        .given(factor: 0), .accumulate(factor: 1, mode: .tangent),
        .multiply(outer: 1, inner: 0), .given(factor: 2),
        .multiply(outer: 3, inner: 2),
      ], targets: [4])
    let reordered = Plan(
      steps: [
        .given(factor: 2), .accumulate(factor: 1, mode: .tangent),
        .given(factor: 0), .multiply(outer: 1, inner: 2),
        .multiply(outer: 0, inner: 3),
      ], targets: [4])
    #expect(plan.doesTheSame(as: reordered) && reordered.doesTheSame(as: plan))
    var other = reordered
    other.steps[1] = .accumulate(factor: 1, mode: .adjoint)
    #expect(!plan.doesTheSame(as: other))
    other = plan
    other.targets = [2]
    #expect(!plan.doesTheSame(as: other))
    // The other bracketing of the same factors.
    other = plan
    other.steps[2] = .given(factor: 2)
    other.steps[3] = .multiply(outer: 2, inner: 1)
    other.steps[4] = .multiply(outer: 3, inner: 0)
    #expect(!plan.doesTheSame(as: other))
  }

  @Test("A merged plan is valid, never costs more and merges no further")
  func laws() throws {
    var saved = 0
    try withSeeds(0..<200) { seed in
      let problem = randomJointProblem(seed: seed)
      guard let plan = try Baselines(of: problem)[.bestSplit]?.plan else {
        return
      }
      var doubled = plan
      doubled.steps += plan.steps.map {
        $0.withOperands { $0 + plan.steps.count }
      }
      doubled.targets = plan.targets.map { $0 + plan.steps.count }
      let merged = doubled.mergingEqualSteps()
      try #require(merged == plan.mergingEqualSteps())
      try #require(merged == merged.mergingEqualSteps())
      let (before, after) = (
        try plan.priced(for: problem).fma, try merged.priced(for: problem).fma
      )
      try #require(after <= before)
      saved += merged.steps.count < doubled.steps.count ? 1 : 0
    }
    #expect(saved > 100)
  }
}
