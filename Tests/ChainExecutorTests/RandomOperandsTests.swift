import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

struct RandomOperandsTests {
  private func factors(_ first: Factor) throws -> Problem {
    try Problem(
      factors: [
        first, Factor(name: "B", rows: 3, columns: 3, structure: .diagonal),
      ])
  }

  @Test func aFactorsSeedDependsOnNoOther() throws {
    let dense = try factors(Factor(name: "A", rows: 3, columns: 5))
    let other = try factors(
      Factor(name: "A", rows: 3, columns: 3, structure: .identity))
    func entries(_ problem: Problem, _ seed: UInt64) throws -> [Double]? {
      try RandomOperands.operands(for: problem, seed: seed)[1].entries?
        .denseEntries()
    }
    #expect(try entries(dense, 4) == entries(other, 4))
    #expect(try entries(dense, 4) != entries(dense, 5))
  }

  @Test func matrixFreeFactorsHideTheirEntries() throws {
    let problem = try factors(
      Factor(name: "A", rows: 3, columns: 5, isGiven: false, tangentCost: 1))
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    #expect(operands[0].entries == nil)
    #expect(operands[1].entries != nil)
  }

  @Test func dataAreStoredInTheDeclaredPattern() throws {
    let problem = try factors(Factor(name: "A", rows: 3, columns: 5))
    let data = try Matrix(
      pattern: Pattern(denseRows: 3, columns: 3),
      denseEntries: [2, 0, 0, 0, 3, 0, 0, 0, 4])
    let operands = try RandomOperands.operands(
      for: problem, seed: 1, data: [1: data])
    let stored = try #require(operands[1].entries)
    #expect(stored.pattern == problem.patterns[1])
    #expect(stored.storedBytes == 24)
    #expect(try stored.denseEntries() == [2, 0, 0, 0, 3, 0, 0, 0, 4])
  }

  @Test func nonzerosOutsideThePatternAreNamed() throws {
    let problem = try factors(Factor(name: "A", rows: 3, columns: 5))
    let data = try Matrix(
      pattern: Pattern(denseRows: 3, columns: 3),
      denseEntries: [2, 0, 0, 0, 3, 7, 0, 0, 4])
    let error = #expect(throws: ChainError.self) {
      try RandomOperands.operands(for: problem, seed: 1, data: [1: data])
    }
    #expect(error?.location == "/factors/1")
    #expect(error?.expected.contains("(1, 2) of \"B\"") == true)
    #expect(error?.found == "7.0")
  }

  @Test func shapesAndIndicesAreChecked() throws {
    let problem = try factors(Factor(name: "A", rows: 3, columns: 5))
    let data = try Matrix(
      pattern: Pattern(denseRows: 2, columns: 3),
      denseEntries: [1, 2, 3, 4, 5, 6])
    for index in [1, 7] {
      let error = #expect(throws: ChainError.self) {
        try RandomOperands.operands(for: problem, seed: 1, data: [index: data])
      }
      #expect(error?.location == "/factors/\(index)")
    }
  }

  @Test func onesOfUnitStructuresAreChecked() throws {
    let problem = try Problem(
      factors: [
        Factor(name: "I", rows: 2, columns: 2, structure: .identity)
      ])
    func data(_ corner: Double) throws -> Matrix {
      try Matrix(
        pattern: Pattern(denseRows: 2, columns: 2),
        denseEntries: [1, 0, 0, corner])
    }
    _ = try RandomOperands.operands(for: problem, seed: 1, data: [0: data(1)])
    let error = #expect(throws: ChainError.self) {
      try RandomOperands.operands(for: problem, seed: 1, data: [0: data(2)])
    }
    #expect(error?.expected.contains("1 at (1, 1)") == true)
  }
}
