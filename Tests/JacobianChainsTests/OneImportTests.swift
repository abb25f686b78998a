import Foundation
import JacobianChains
import Testing

/// A program with nothing but the one import.
@Suite struct OneImportTests {
  @Test func shapesToJacobian() throws {
    let problem = try Problem(factors: [
      Factor(name: "encode", rows: 2, columns: 30),
      Factor(name: "tanh", rows: 2, columns: 2, structure: .diagonal),
      Factor(name: "decode", rows: 30, columns: 2),
    ])
    let solved = try Solved(problem)
    #expect(solved.status == .optimal && solved.baselines == nil)
    #expect(solved.plan.fma == 60 + 1800)
    let compared = try solved.compared()
    #expect(compared.saving(over: .forward) == 1)
    #expect(Report(compared).rendered(as: .text).contains("optimal"))
    let run = try Executor().run(
      solved.plan, of: problem,
      operands: RandomOperands.operands(for: problem, seed: 1))
    #expect(run.targets[0].rows == 30 && run.countedFMA == solved.plan.fma)
  }

  @Test func functionsToJacobian() throws {
    struct Product: ScalarFunction {
      let inputCount = 2, outputCount = 1
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [x[0] * x[1]] }
    }
    let f = try ComposedFunction([GenericFunction(name: "product", Product())])
    let jacobian = try f.jacobian(at: [4, 5])
    #expect(jacobian[0, 0] == 5 && jacobian[0, 1] == 4)
    #expect("\(jacobian)" == "1 × 2, dense\n  5  4")
  }

  @Test func errorsSayWhatTheyMeanToFoundation() {
    let error: any Error = ChainError(
      .malformed, at: "/factors/0/rows", expected: "a size", found: "0",
      advice: "give at least 1")
    #expect(error.localizedDescription.contains("give at least 1"))
  }
}
