import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

struct OperandTests {
  private struct Broken: Error {}

  private func problem(_ structure: Structure = .dense) throws -> Problem {
    try Problem(
      factors: [
        Factor(name: "A", rows: 4, columns: 4),
        Factor(
          name: "B", rows: 4, columns: 4, structure: structure, isGiven: false,
          tangentCost: 10, adjointCost: 7),
      ])
  }

  private func plan(_ problem: Problem) throws -> PricedPlan {
    try Plan(
      steps: [
        .given(factor: 0), .eliminate(factor: 1, mode: .tangent, operand: 0),
      ], targets: [1]
    ).priced(for: problem)
  }

  private func given(_ problem: Problem) throws -> Operand {
    try RandomOperands.operands(for: problem, seed: 1)[0]
  }

  @Test func aThrowingOperandNamesStepAndFactor() throws {
    let problem = try problem()
    let plan = try plan(problem)
    let operands: [Operand] = [
      try given(problem),
      Operand(rows: 4, columns: 4, tangent: { _, _, _ in throw Broken() }),
    ]
    let error = #expect(throws: ChainError.self) {
      try Executor().run(plan, of: problem, operands: operands)
    }
    #expect(error?.location == "/steps/1")
    #expect(error?.expected == "tangents of \"B\"")
    #expect(error?.found.contains("Broken") == true)
  }

  @Test func aMissingDirectionIsUnsupported() throws {
    let problem = try problem()
    let plan = try plan(problem)
    let operands: [Operand] = [
      try given(problem), Operand(rows: 4, columns: 4),
    ]
    let error = #expect(throws: ChainError.self) {
      try Executor().run(plan, of: problem, operands: operands)
    }
    #expect(error?.kind == .unsupported)
    #expect(error?.location == "/steps/1")
  }

  @Test func hiddenEntriesAreNotGiven() throws {
    var random = SplitMix64(seed: 1)
    let problem = try problem()
    let hidden = Operand(
      hiding: try .random(Pattern(denseRows: 4, columns: 4), using: &random))
    let plan = try plan(problem)
    let error = #expect(throws: ChainError.self) {
      try Executor().run(plan, of: problem, operands: [hidden, hidden])
    }
    #expect(error?.found == "an operand that can only be applied")
    let missing = #expect(throws: ChainError.self) {
      try Executor().run(plan, of: problem, operands: [hidden])
    }
    #expect(missing?.expected == "2 operands, one per factor")
  }

  /// What is evaluated is what was priced: one call, χ seeds wide.
  @Test func seedsAreCompressed() throws {
    final class Widths: @unchecked Sendable { var seen: [Int] = [] }
    for structure: Structure in [
      .dense, .diagonal, .banded(lower: 1, upper: 0),
      .blockDiagonal(count: 2, rows: 2, columns: 2),
    ] {
      let problem = try problem(structure)
      let widths = Widths()
      let hidden = try RandomOperands.operands(for: problem, seed: 1)[1]
      let counting = Operand(
        rows: 4, columns: 4,
        tangent: {
          widths.seen.append($1)
          try hidden.apply(.tangent, to: $0, width: $1, into: &$2)
        },
        adjoint: {
          widths.seen.append($1)
          try hidden.apply(.adjoint, to: $0, width: $1, into: &$2)
        })
      for mode in Mode.allCases {
        widths.seen = []
        let single = try Problem(factors: [problem.factors[1]])
        let plan = try Plan(
          steps: [.accumulate(factor: 0, mode: mode)], targets: [0]
        ).priced(for: single)
        let run = try Executor().run(plan, of: single, operands: [counting])
        #expect(widths.seen == [plan.steps[0].evaluations])
        let check = try Verification(
          of: run.targets[0], in: single, operands: [hidden])
        #expect(check.maxRelativeError <= 1e-12)
      }
    }
  }

  @Test func anEmptyPatternIsNeverEvaluated() throws {
    let empty = Structure.sparse(
      try SparsePattern(
        rows: 3, columns: 5, rowIndices: [], columnIndices: []))
    let problem = try Problem(
      factors: [
        Factor(
          name: "E", rows: 3, columns: 5, structure: empty, isGiven: false,
          adjointCost: 9)
      ])
    let plan = try Plan(
      steps: [.accumulate(factor: 0, mode: .adjoint)], targets: [0]
    ).priced(for: problem)
    let operand = Operand(
      rows: 3, columns: 5, adjoint: { _, _, _ in throw Broken() })
    let run = try Executor().run(plan, of: problem, operands: [operand])
    #expect(run.evaluations == 0)
    #expect(run.countedFMA == 0)
    #expect(
      try run.targets[0].denseEntries() == [Double](repeating: 0, count: 15))
  }

  @Test func notANumberIsNoError() throws {
    let problem = try problem()
    let operands: [Operand] = [
      try given(problem),
      Operand(
        rows: 4, columns: 4,
        tangent: { _, _, block in
          for place in block.indices { block[place] = .nan }
        }),
    ]
    let run = try Executor().run(
      try plan(problem), of: problem, operands: operands)
    #expect(run.targets[0].entry(2, 3).isNaN)
    let check = try Verification(
      of: run.targets[0], in: problem,
      operands: try RandomOperands.operands(for: problem, seed: 1))
    #expect(check.maxRelativeError == .infinity)
  }
}
