import ChainILP
import ChainRandom
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

/// The bound of linear programming duality is the optimum of the dynamic
/// program, which shares nothing with it but the price formulas.
@Suite(.enabled(if: IntegerProgram.isAvailable))
struct CertificateTests {
  @Test func equalsTheDynamicProgram() throws {
    var lowered = 0
    try withSeeds(0..<300) { seed in
      let problem = try chain(seed)
      let certificate = try IntegerProgram.certificate(for: problem)
      let optimum = try DynamicProgramming().solve(problem).lowerBound
      try #require(certificate.dualBound == optimum)
      if certificate.lowered > 0 { lowered += 1 }
    }
    print("lowered", lowered)
  }

  /// Up to 30 factors, most of them short; all structures, matrix-free steps
  /// and tapes per step in half of them, dense families in the rest.
  private func chain(_ seed: UInt64) throws -> Problem {
    var generator = SplitMix64(seed: seed)
    let count =
      switch seed % 20 {
      case 0: generator.integer(in: 20...30)
      case 1..<5: generator.integer(in: 10...19)
      default: generator.integer(in: 1...9)
      }
    if seed.isMultiple(of: 2) {
      let mixed = randomProblem(seed: seed, maxFactors: count)
      var limits = mixed.limits
      limits.tapeTotal = nil
      return try mixed.with(limits: limits)
    }
    let families: [Family] = [.uniform, .widths, .ties, .matrixFree, .banded]
    let family = families[generator.integer(in: 0...families.count - 1)]
    return try family.problem(factors: count, seed: seed)
  }
}
