import ChainTestSupport
import JacobianChain
import Testing

@Suite("Prices")
struct CostModelTests {
  @Test("Dense products cost m·k·n, up to 2^40 without wrapping")
  func dense() {
    #expect(CostModel.dense(2, 3, 5) == 30)
    let n = Problem.dimensionLimit
    let full = Pattern(denseRows: n, columns: n)
    #expect(CostModel.multiply(full, full) == UInt128(1) << 120)
    let wide = pattern(
      .banded(lower: n / 2, upper: n / 2), rows: n, columns: n)
    // Both corners cut off are triangles of h − 1 rows.
    let half = UInt128(n / 2)
    let entries = UInt128(n) * UInt128(n) - (half - 1) * half
    #expect(wide.nonzeros == entries)
    #expect(CostModel.multiply(full, wide) == entries * UInt128(n))
  }

  @Test("Products with identity and selection only move data")
  func units() {
    let full = Pattern(denseRows: 4, columns: 4)
    let identity = pattern(.identity, rows: 4, columns: 4)
    let gather = pattern(.selection([3, 3, 0]), rows: 3, columns: 4)
    let band = pattern(.banded(lower: 1, upper: 0), rows: 4, columns: 4)
    for unit in [identity, gather] {
      #expect(CostModel.multiply(unit, full) == 0)
      #expect(CostModel.multiply(unit, band) == 0)
    }
    #expect(CostModel.multiply(full, identity) == 0)
    #expect(CostModel.multiply(full, band) == 28)
  }

  @Test("A diagonal factor costs the stored entries of the other operand")
  func diagonal() {
    let diagonal = pattern(.diagonal, rows: 6, columns: 6)
    for other in everyPattern(rows: 6, columns: 6) {
      #expect(CostModel.multiply(diagonal, other) == other.storedEntries)
      #expect(CostModel.multiply(other, diagonal) == other.storedEntries)
    }
  }

  @Test("Evaluations times their cost, at the largest costs there are")
  func evaluations() throws {
    #expect(
      CostModel.apply(evaluations: .max, cost: .max)
        == UInt128(Int.max) * UInt128(Int.max))
    let n = Problem.dimensionLimit
    let factor = Factor(
      name: "f", rows: n, columns: n, tangentCost: .max, adjointCost: .max,
      tape: .max)
    let problem = try Problem(factors: [factor, factor.named("g")])
    let plan = Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .eliminate(factor: 1, mode: .tangent, operand: 0),
      ], targets: [1])
    #expect(
      try plan.priced(for: problem).fma
        == 2 * UInt128(n) * UInt128(Int.max))
    let tapes = Plan(
      steps: [
        .accumulate(factor: 1, mode: .adjoint),
        .eliminate(factor: 0, mode: .adjoint, operand: 0),
      ], targets: [1])
    #expect(try tapes.priced(for: problem).tape == 2 * UInt128(Int.max))
  }

  @Test("A chain of dimensions 10^7: two products cost 2 · 10^21 fma")
  func beyond64Bits() throws {
    let dimension = 10_000_000
    let problem = denseChain(Array(repeating: dimension, count: 4))
    let baselines = try Baselines(of: problem)
    #expect(baselines[.forward]?.fma == UInt128(2_000_000_000_000_000_000_000))
    #expect(problem.worstPrice >= baselines[.forward]!.fma)
  }

  @Test("No plan of a random chain goes above worstPrice")
  func worstPrice() throws {
    try withSeeds(0..<200) { seed in
      let problem = randomProblem(seed: seed)
      let baselines = try Baselines(of: problem)
      for baseline in [baselines[.forward], baselines[.reverse]] {
        try #require((baseline?.fma ?? 0) <= problem.worstPrice)
        try #require(
          baseline.map { CostModel.lowerBound(of: problem) <= $0.fma } ?? true)
      }
    }
  }
}

extension Factor {
  func named(_ name: String) -> Factor {
    var copy = self
    copy.name = name
    return copy
  }
}
