import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// What is known of a plan, whoever made it.
@Suite struct SolvedTests {
  private let problem = denseChain([600, 60, 40, 10, 40, 60, 600])

  @Test func aPlanFromElsewhereStaysWhatItIs() throws {
    let forward = try #require(try Baselines(of: problem)[.forward])
    let solved = try Solved(problem, plan: forward).compared()
    #expect(solved.plan == forward && solved.choice == nil)
    #expect(!solved.isProven && solved.saving(over: .bestSplit)! < 1)
  }

  @Test func aStoppedSearchFallsBackOnTheBestBaseline() throws {
    let control = SearchControl { .interrupted }
    let stopped = try Solved(
      problem, by: SolverChoice(DynamicProgramming()), control: control
    ).compared()
    let split = try #require(try Baselines(of: problem)[.bestSplit])
    #expect(stopped.plan.fma <= split.fma)
    #expect(stopped.status == .stopped(.interrupted))
    #expect(stopped.lowerBound <= stopped.plan.fma)
  }

  @Test func aSolverThatClaimsTooMuchIsRefused() throws {
    struct Boaster: ChainSolver {
      let name = "boaster"
      let summary = ""
      func support(for: Problem, objective: Objective) -> Support { .exact }
      func solve(
        _ problem: Problem, objective: Objective, control: SearchControl
      ) throws(ChainError) -> Solution {
        Solution(
          plan: try Baselines(of: problem)[.forward]!.plan, lowerBound: 1,
          status: .optimal)
      }
    }
    #expect {
      try Solved(problem, by: SolverChoice(Boaster()))
    } throws: { error in
      (error as? ChainError)?.kind == .invalidPlan
    }
  }
}
