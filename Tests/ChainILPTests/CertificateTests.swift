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
    try withSeeds(0..<300) { seed in
      let problem = try chain(seed)
      let certificate = try Certificate(of: problem)
      let optimum = try DynamicProgramming().solve(problem).lowerBound
      try #require(certificate.dualBound == optimum)
      // GLPK's own multipliers are the proof, rounded and otherwise untouched.
      try #require(certificate.lowered == 0 && certificate.stopReason == nil)
    }
  }

  @Test func aStoppedCertificateHolds() throws {
    let problem = denseChain((0...12).map { 1 + $0 * 7919 % 97 })
    let optimum = try DynamicProgramming().solve(problem).lowerBound
    let certificate = try Certificate(
      of: problem, control: SearchControl(shouldStop: { .timeLimit }))
    #expect(certificate.stopReason == .timeLimit)
    #expect(certificate.dualBound <= optimum)
  }

  /// Before there is anything to relax.
  @Test func largePatternsAreStopped() throws {
    let problem = try LargePatterns.chain()
    let stopped = SearchControl(shouldStop: { .interrupted })
    let certificate = try Certificate(of: problem, control: stopped)
    #expect(certificate.stopReason == .interrupted)
    #expect(certificate.dualBound == 0 && certificate.constraints == 0)
    let error = #expect(throws: ChainError.self) {
      try LinearProgram(of: problem, as: .plain, control: stopped)
    }
    #expect(error?.kind == .interrupted)
  }

  @Test(arguments: HandChecked.joint)
  func sharedProductsAreRefused(_ instance: HandChecked) throws {
    #expect {
      try Certificate(of: instance.problem)
    } throws: { error in
      (error as? ChainError)?.kind == .unsupported
    }
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
