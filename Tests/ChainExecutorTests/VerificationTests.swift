import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

struct VerificationTests {
  private func run(
    _ problem: Problem, _ operands: [any Operand]
  ) throws -> Matrix {
    let steps: [Step] = [
      .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
    ]
    let plan = try Plan(steps: steps, targets: [2]).priced(for: problem)
    return try Executor().run(plan, of: problem, operands: operands).targets[0]
  }

  private func dense(_ m: Int, _ k: Int, _ n: Int) throws -> Problem {
    try Problem(
      factors: [
        Factor(name: "A", rows: k, columns: n),
        Factor(name: "B", rows: m, columns: k),
      ])
  }

  @Test func everyCorruptedEntryIsFound() throws {
    let problem = try dense(4, 3, 5)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let right = try run(problem, operands)
    let clean = try Verification(of: right, in: problem, operands: operands)
    #expect(clean.maxRelativeError <= 1e-12)
    // Fewer rows than columns: adjoints need fewer vectors.
    #expect(clean.method == .oneHot(columns: 4))
    let entries = try right.denseEntries()
    for position in entries.indices {
      var wrong = entries
      wrong[position] += 1e-6
      let check = try Verification(
        of: try Matrix(pattern: right.pattern, denseEntries: wrong),
        in: problem, operands: operands)
      #expect(check.maxRelativeError > 1e-8, "entry \(position)")
    }
  }

  @Test func probesFindACorruptedEntry() throws {
    let problem = try dense(1000, 400, 1000)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let right = try run(problem, operands)
    let clean = try Verification(of: right, in: problem, operands: operands)
    #expect(clean.maxRelativeError <= 1e-12)
    #expect(clean.method == .probes(count: 6))
    var wrong = try right.denseEntries()
    wrong[123_456] += 0.1
    let check = try Verification(
      of: try Matrix(pattern: right.pattern, denseEntries: wrong),
      in: problem, operands: operands)
    #expect(check.maxRelativeError > 1e-6)
  }

  @Test func notANumberIsInfinite() throws {
    let problem = try dense(2, 2, 2)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let pattern = Pattern(denseRows: 2, columns: 2)
    let check = try Verification(
      of: try Matrix(pattern: pattern, denseEntries: [0, .nan, 0, 0]),
      in: problem, operands: operands)
    #expect(check.maxRelativeError == .infinity)
  }

  @Test func directionsFollowTheOperands() throws {
    let problem = try dense(2, 3, 2)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let right = try run(problem, operands)
    let (a, b) = (operands[0], operands[1])
    let onlyTangents: [any Operand] = [
      OperatorOperand(
        rows: 3, columns: 2, tangent: { try a.tangent($0, in: $1) }),
      b,
    ]
    let onlyAdjoints: [any Operand] = [
      a,
      OperatorOperand(
        rows: 2, columns: 3, adjoint: { try b.adjoint($0, in: $1) }),
    ]
    for set in [onlyTangents, onlyAdjoints] {
      let check = try Verification(of: right, in: problem, operands: set)
      #expect(check.maxRelativeError <= 1e-12)
    }
    let error = #expect(throws: ChainError.self) {
      try Verification(
        of: right, in: problem, operands: [onlyTangents[0], onlyAdjoints[1]])
    }
    #expect(error?.kind == .unsupported)
  }

  @Test func aWrongShapeIsRefused() throws {
    let problem = try dense(2, 3, 2)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let other = try Matrix(
      pattern: Pattern(denseRows: 1, columns: 2), denseEntries: [1, 2])
    #expect(throws: ChainError.self) {
      try Verification(of: other, in: problem, operands: operands)
    }
  }
}
