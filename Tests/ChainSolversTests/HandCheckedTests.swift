import ChainCatalog
import JacobianChain
import Testing

/// Values that can be checked by hand or were proven elsewhere.
@Suite struct HandChecked {
  static let encoder = [600, 60, 40, 10, 40, 60, 600]

  @Test(arguments: [
    ([1000, 100, 10, 1], 1_010_000, 101_000, 101_000),
    ([1000, 1, 1000, 1, 1000], 3_000_000, 3_000_000, 1_002_000),
    ([30, 35, 15, 5, 10, 20, 25], 40_500, 47_500, 15_125),
    (encoder, 24_960_000, 24_960_000, 4_368_000),
    (
      [3072, 1024, 256, 32, 256, 1024, 3072], 11_324_620_800, 11_324_620_800,
      520_093_696
    ),
    ([784, 512, 256, 10], 104_767_488, 5_324_800, 5_324_800),
  ])
  func dense(
    _ dimensions: [Int], forward: Int, reverse: Int, optimum: Int
  ) throws {
    let problem = try Problem(
      factors: zip(dimensions, dimensions.dropFirst()).enumerated().map {
        Factor(name: "J\($0 + 1)", rows: $1.1, columns: $1.0)
      })
    // Each of these has one narrowest place, where the best split cuts.
    try expect(problem, forward, reverse, optimum, optimum)
  }

  @Test func activationsAreDiagonal() throws {
    var factors: [Factor] = []
    for (layer, (columns, rows)) in zip(
      Self.encoder, Self.encoder.dropFirst()
    ).enumerated() {
      factors.append(
        Factor(name: "affine\(layer)", rows: rows, columns: columns))
      if layer < Self.encoder.count - 2 {
        factors.append(
          Factor(
            name: "tanh\(layer)", rows: rows, columns: rows,
            structure: .diagonal))
      }
    }
    try expect(
      Problem(factors: factors), 25_086_000, 25_086_000, 4_370_400, 4_370_400)
  }

  @Test func sixTridiagonalSteps() throws {
    let factors = (0..<6).map {
      Factor(
        name: "step\($0)", rows: 200, columns: 200,
        structure: .banded(lower: 1, upper: 1))
    }
    try expect(Problem(factors: factors), 20_750, 20_750, 19_192, 19_188)
  }

  @Test func aMillionSigmoidsCostOneEvaluation() throws {
    let sigmoid = Factor(
      name: "sigmoid", rows: 1_000_000, columns: 1_000_000,
      structure: .diagonal, tangentCost: 1_000_000, adjointCost: 1_000_000)
    let problem = try Problem(factors: [sigmoid])
    try expect(problem, 1_000_000, 1_000_000, 1_000_000, 1_000_000)
    let plan = try Catalog.choose(for: problem).solver.solve(problem).plan
    #expect(try plan.priced(for: problem).steps[0].evaluations == 1)
  }

  @Test func matrixFreeTriple() throws {
    let sizes = [(117, 45, 39041), (45, 29, 85994), (29, 213, 33574)]
    let factors = sizes.enumerated().map { index, size in
      Factor(
        name: "F\(index + 1)", rows: size.1, columns: size.0,
        tangentCost: size.2, adjointCost: size.2, tape: size.2)
    }
    try expect(
      Problem(factors: factors), 18_557_253, 33_783_717, 5_322_370, 5_322_370)
  }

  private func expect(
    _ problem: Problem, _ forward: Int, _ reverse: Int, _ bestSplit: Int,
    _ optimum: Int
  ) throws {
    let baselines = try Baselines(of: problem)
    #expect(baselines.forward?.fma == UInt128(forward))
    #expect(baselines.reverse?.fma == UInt128(reverse))
    #expect(baselines.bestSplit?.fma == UInt128(bestSplit))
    for solver in Catalog.solvers {
      guard solver.support(for: problem, objective: .fma) == .exact else {
        continue
      }
      let solution = try solver.solve(problem)
      #expect(solution.lowerBound == UInt128(optimum), "\(solver.name)")
      #expect(
        try solution.plan.priced(for: problem).fma == UInt128(optimum),
        "\(solver.name)")
    }
  }
}
