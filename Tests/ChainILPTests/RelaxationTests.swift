import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainILP

/// What the room promises about GLPK: no aborts, no output, no global state.
@Suite(.enabled(if: Relaxation.absence == nil))
struct RelaxationTests {
  private static func program() throws -> LinearProgram {
    try LinearProgram(of: denseChain([3, 5, 2, 7, 4]), as: .positional)
  }

  @Test func aFaultIsAnErrorAndTheThreadGoesOn() throws {
    let program = try Self.program()
    for _ in 0..<3 {
      #expect {
        var relaxation = try Relaxation(program)
        _ = try relaxation.run(iterations: -1)
      } throws: { error in
        let error = error as? ChainError
        return error?.kind == .unsupported
          && error?.found.contains("it_lim = -1; invalid parameter") == true
      }
      var relaxation = try Relaxation(program)
      let state = try relaxation.run(iterations: 1000)
      #expect(state.isFinished)
      #expect(DualBound(of: program, duals: state.duals)?.value == 110)
    }
  }

  @Test func aThreadWithItsOwnEnvironmentIsRefused() throws {
    let program = try Self.program()
    let outer = try Relaxation(program)
    #expect {
      _ = try Relaxation(program)
    } throws: { error in
      (error as? ChainError)?.found.contains("something else") == true
    }
    _ = consume outer
  }

  /// Every choice of multipliers gives a bound that holds.
  @Test func boundsHoldForAnyMultipliers() throws {
    let program = try Self.program()
    let count = program.rows.count
    for scale in [0.0, 1, -1, 3.7, 1e6, -1e9, 1e18, 1e300, .infinity, .nan] {
      let duals = (0..<count).map { scale * (Double($0) - 2.5) }
      let bound = DualBound(of: program, duals: duals)
      #expect(bound.map { $0.value <= 110 } ?? true)
    }
  }

  /// Sixty-four at a time, each compared with the answer of one at a time.
  @Test func concurrentSolvesAgree() async throws {
    let problems = (0..<64).map { randomJointProblem(seed: UInt64($0)) }
    func solve(_ problem: Problem) -> Solution? {
      try? IntegerProgram().solve(problem)
    }
    let alone = problems.map(solve)
    let together = await withTaskGroup { group in
      for (index, problem) in problems.enumerated() {
        group.addTask { (index, solve(problem)) }
      }
      var found = [Solution?](repeating: nil, count: problems.count)
      for await (index, solution) in group { found[index] = solution }
      return found
    }
    #expect(together == alone)
    #expect(alone.count { $0 != nil } > 50)
  }
}
