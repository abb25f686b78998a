import ChainExecutor
import ChainTestSupport
import ChainWorkloads
import JacobianChain
import Testing

@testable import ChainAD

/// Prepared functions take a compiled elimination where its price is the least.
@Suite("Prepared eliminations") struct PreparedEliminationTests {
  /// Costs about as an operation each, so that prices don't depend on clocks.
  private func declared(
    _ task: ScalarTask, _ cost: Int
  ) throws -> ComposedFunction {
    try ComposedFunction([
      task.function(
        at: .init(tangent: .declared(cost), adjoint: .declared(cost)))
    ])
  }

  private func isEliminated(_ prepared: PreparedJacobian) -> Bool {
    prepared.plan.plan.steps.contains {
      if case .given = $0 { true } else { false }
    }
  }

  @Test("by price", arguments: ScalarTask.all.indices)
  func byPrice(_ index: Int) throws {
    let task = ScalarTask.all[index]
    let dear = try declared(task, 1000)
    let eliminated = try dear.prepare(measuringAt: task.point)
    #expect(isEliminated(eliminated))
    #expect(eliminated.compiledFunctions == [0])
    let usual = try dear.prepare()
    #expect(!isEliminated(usual) && usual.compiledFunctions.isEmpty)
    let cheap = try declared(task, 1).prepare(measuringAt: task.point)
    #expect(!isEliminated(cheap))
    let expected = try usual.jacobian(at: task.point).denseEntries()
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let found = try eliminated.jacobian(at: task.point).denseEntries()
    #expect(
      zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-12 * scale })
    #expect(
      try eliminated.value(at: task.point) == usual.value(at: task.point))
    // One row is less work than all of them.
    let weights = [Double](repeating: 1, count: task.function.outputCount)
    #expect(
      agree(
        try eliminated.vjp(at: task.point, cotangents: weights),
        try usual.vjp(at: task.point, cotangents: weights),
        within: 1e-12 * max(1, scale)))
  }

  /// Products are timed at the place where an elimination is looked for.
  @Test("under time, too, of functions that declare nothing")
  func underTime() throws {
    let task = try #require(
      ScalarTask.all.max {
        $0.function.outputCount * $0.point.count
          < $1.function.outputCount * $1.point.count
      })
    let function = try ComposedFunction([task.function])
    let prepared = try function.prepare(
      objective: .time(.builtIn), measuringAt: task.point)
    #expect(prepared.compiledFunctions == [0])
    let usual = try declared(task, 1000).prepare()
    let expected = try usual.jacobian(at: task.point).denseEntries()
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let found = try prepared.jacobian(at: task.point).denseEntries()
    #expect(
      zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-12 * scale })
  }

  @Test("Hessians stay what they are")
  func hessians() throws {
    for task in ScalarTask.all {
      let sum = Elemental.generic(
        name: "sum", costs: .init(tangent: .declared(9), adjoint: .declared(9)),
        Total(inputCount: task.function.outputCount))
      let function = try ComposedFunction(
        declared(task, 1000).functions + [sum])
      let own = try function.prepare(measuringAt: task.point)
      let usual = try function.prepare()
      let hessian = try own.hessian(at: task.point).denseEntries()
      let expected = try usual.hessian(at: task.point).denseEntries()
      let scale = expected.reduce(0) { max($0, abs($1)) }
      #expect(
        zip(hessian, expected).allSatisfy { abs($0 - $1) <= 1e-11 * scale },
        "\(task.name)")
    }
  }

  /// Σ xᵢ².
  private struct Total: ScalarFunction {
    let inputCount: Int
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [x.reduce(0) { $0 + $1 * $1 }]
    }
  }

  #if canImport(Glibc)
    @Test(.enabled(if: AllocationProbe.judgesIterators))
    func nothingButTheResultIsAllocated() throws {
      for task in ScalarTask.all {
        let prepared = try declared(task, 1000).prepare(
          measuringAt: task.point)
        let isSilent = AllocationProbe.isSilent {
          try? prepared.whole.run(prepared.trajectory, at: task.point)
        }
        #expect(isSilent && isEliminated(prepared), "\(task.name)")
      }
    }
  #endif
}
