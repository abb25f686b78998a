import ChainAD
import ChainExecutor
import ChainRandom
import ChainSolvers
import JacobianChain
import Testing

/// Values, gradients and Hessians, and the Jacobian that needs no preparation.
@Suite struct ShortFormTests {
  private struct Energy: ScalarFunction {
    let inputCount = 2, outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [x[0] * x[0] * x[1]] }
  }

  private static func energy() throws -> ComposedFunction {
    try ComposedFunction([Elemental.generic(name: "energy", Energy())])
  }

  @Test func gradientHessianAndValue() throws {
    let function = try Self.energy()
    #expect(try function.value(at: [3, 5]) == [45])
    #expect(try function.jacobian(at: [3, 5]).denseEntries() == [30, 9])
    let f = try function.prepare(measuringAt: [3, 5])
    #expect(try f.gradient(at: [3, 5]) == [30, 9])
    #expect(try f.hessian(at: [3, 5]).denseEntries() == [10, 6, 6, 0])
    let (value, jacobian) = try f.valueAndJacobian(at: [3, 5])
    #expect(value == [45] && jacobian[0, 0] == 30 && jacobian[0, 1] == 9)
  }

  @Test func valueAndJacobianBelongToTheSamePoint() throws {
    let prepared = try ComposedFunction([
      Layer.tanh(count: 3), Layer.heat(count: 3, diffusion: 0.2),
      Layer.selection(from: 3, [2, 0]),
    ]).prepare()
    for point in [[0.1, 0.2, 0.3], [-1, 0, 2]] {
      let (value, jacobian) = try prepared.valueAndJacobian(at: point)
      #expect(try value == prepared.value(at: point))
      #expect(
        try jacobian.denseEntries()
          == prepared.jacobian(at: point).denseEntries())
    }
  }

  @Test func aPreparedFunctionPrintsItsOrder() throws {
    let prepared = try Self.energy().prepare(measuringAt: [3, 5])
    #expect("\(prepared)" == "\(prepared.solved)")
    #expect("\(prepared)".contains("energy"))
  }

  @Test func oneIsNotSeveral() throws {
    let error = #expect(throws: ChainError.self) {
      try ComposedFunction([
        Elemental.generic(name: "energy", Energy()), Layer.tanh(count: 3),
      ])
    }
    #expect(
      error?.expected == "\"tanh\" with 1 input, as \"energy\" has 1 output")
    #expect(error?.found == "3 inputs")
  }

  /// The planner stops with its task; what it has by then, if anything, is a
  /// plan without a proof.
  @Test func cancellingATaskEndsPlanning() async throws {
    let problem = try Family.periodic.problem(factors: 400, seed: 1)
    let task = Task { () -> (StopReason?, seconds: Duration) in
      while !Task.isCancelled { await Task.yield() }
      let clock = ContinuousClock()
      // Waiting for a thread isn't planning.
      let start = clock.now
      do {
        let reason = try Solved(problem).status.stopReason
        return (reason, clock.now - start)
      } catch let error as ChainError where error.kind == .interrupted {
        return (.interrupted, clock.now - start)
      }
    }
    task.cancel()
    let (reason, seconds) = try await task.value
    #expect(reason == .interrupted)
    #expect(seconds < .seconds(60))
  }
}
