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
    let f = try ComposedFunction([
      Elemental.generic(name: "product", Product())
    ])
    let jacobian = try f.jacobian(at: [4, 5])
    #expect(jacobian[0, 0] == 5 && jacobian[0, 1] == 4)
    #expect("\(jacobian)" == "1 × 2, dense\n  5  4")
  }

  /// Foundation's functions and those of any `Scalar`, side by side.
  @Test func functionsHaveTheirUsualNames() throws {
    struct Wave: ScalarFunction {
      let inputCount = 2, outputCount = 2
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        [
          sin(2 * x[0]) * exp(-x[1]) + sqrt(2.0),
          0.5 * log1p(pow(x[0], 2)) - hypot(x[0], 1) + T(sqrt(2.0)),
        ]
      }
    }
    let f = try ComposedFunction([Elemental.generic(name: "wave", Wave())])
    let jacobian = try f.jacobian(at: [0.5, 2])
    let x: Double = 0.5
    let expected: [[Double]] = [
      [2 * cos(1.0) * exp(-2.0), -sin(2 * x) * exp(-2.0)],
      [x / (1 + pow(x, 2)) - x / sqrt(x * x + 1), 0],
    ]
    var rows = 0
    for (row, wanted) in zip(jacobian, expected) {
      for (a, b) in zip(row, wanted) { #expect(abs(a - b) < 1e-15) }
      rows += 1
    }
    #expect(rows == jacobian.rows)
    #expect([1.0, 4.0].map(sqrt) == [1, 2])
    #expect(sqrt(2.0) == 2.0.squareRoot())
    let root: (Double) -> Double = cbrt
    #expect(abs(root(27) - 3) < 1e-15)
    #expect(cbrt(Float(8)) == 2)
    #expect(pow(Decimal(2), 3) == 8)
  }

  @Test func errorsSayWhatTheyMeanToFoundation() {
    let error: any Error = ChainError(
      .malformed, at: "/factors/0/rows", expected: "a size", found: "0",
      advice: "give at least 1")
    #expect(error.localizedDescription.contains("give at least 1"))
  }
}
