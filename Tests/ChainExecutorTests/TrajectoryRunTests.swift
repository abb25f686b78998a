import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainExecutor

/// A trajectory on numbers: what is counted is what was priced.
struct TrajectoryRunTests {
  @Test func countedIsPriced() throws {
    for isMatrixFree in [false, true] {
      let cost = isMatrixFree ? 30 : nil
      let step = try TiedSteps.tridiagonal(
        states: 6, parameters: 2, tangent: cost, adjoint: cost)
      let problem = try TiedSteps.problem(
        step, steps: 9, outputs: 2, inputs: 3)
      let baselines = try Baselines(of: problem)
      let plans = [
        try SharedProducts().solve(problem).plan.priced(for: problem),
        baselines[.forward]!, baselines[.reverse]!, baselines[.bestSplit]!,
      ]
      let operands = try RandomOperands.operands(for: problem, seed: 3)
      let runs = try plans.map {
        try Executor().run($0, of: problem, operands: operands)
      }
      for (run, plan) in zip(runs, plans) {
        #expect(run.countedFMA == plan.fma)
        for (target, first) in zip(run.targets, runs[0].targets) {
          let error = Samples.error(
            try target.denseEntries(), try first.denseEntries())
          #expect(error <= 1e-12)
        }
      }
    }
  }
}
