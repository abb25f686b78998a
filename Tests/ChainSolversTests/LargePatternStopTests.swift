import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainSolvers

/// What large patterns take is cut short by every solver that multiplies them.
@Suite struct LargePatternStopTests {
  @Test("a makespan", arguments: [StopReason.timeLimit, .interrupted])
  func makespan(_ reason: StopReason) throws {
    let problem = try LargePatterns.chain(machines: 2)
    let error = #expect(throws: ChainError.self) {
      try BranchAndBound().solve(
        problem, objective: .makespan,
        control: SearchControl(shouldStop: { reason }))
    }
    #expect(error?.stopReason == reason)
  }
}
