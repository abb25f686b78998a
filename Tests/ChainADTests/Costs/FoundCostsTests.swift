import ChainExecutor
import JacobianChain
import RealModule
import Testing

@testable import ChainAD

/// What functions cost that don't say so.
@Suite struct FoundCostsTests {
  private static func factor(
    _ function: any ElementalFunction, at point: [Double]?,
    _ objective: Objective = .fma
  ) throws -> Factor {
    try ComposedFunction([function]).prepare(
      objective: objective, measuringAt: point, threads: 1
    ).problem.factors[0]
  }

  /// x · x + sin(3 x): two operands of a product, one of 3 x, one of the sine,
  /// two of the sum.
  private struct Curve: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [x[0] * x[0] + .sin(3 * x[0])]
    }
  }

  /// As many steps as the point says.
  private struct Power: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      var y = x[0]
      while y < 100 { y = y * y }
      return [y]
    }
  }

  private struct Twice: Pullback {
    let inputCount = 1
    let outputCount = 1
    func value(at x: [Double]) -> [Double] { [2 * x[0]] }
    func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
      [v[0] + v[0]]
    }
  }

  @Test func operandsOfStepsAreCounted() throws {
    for (function, point, fma) in [
      (Elemental.generic(name: "f", SumAndProduct()), [4.0, 5], 4),
      (Elemental.generic(name: "f", Curve()), [0.5], 6),
      (Elemental.generic(name: "f", Power()), [2], 6),
      (Elemental.generic(name: "f", Power()), [200], 0),
    ] as [(any ElementalFunction, [Double], Int)] {
      let factor = try Self.factor(function, at: point)
      #expect(factor.tangentCost == fma && factor.adjointCost == fma)
      #expect(factor.tangentTime == nil && factor.adjointTime == nil)
      // A clock would hardly say the same twice.
      #expect(try Self.factor(function, at: point) == factor)
    }
    let twice = try Self.factor(
      Elemental.pullback(name: "twice", Twice()), at: [1])
    #expect(twice.tangentCost == 2 && twice.adjointCost == 2)
    let residual = try Self.factor(
      Layer.residual(Elemental.generic(name: "f", Curve())), at: [0.5])
    #expect(residual.adjointCost == 7)
  }

  @Test func whatNobodyCanLookIntoCostsItsNonzeros() throws {
    let closure = Elemental.closures(
      name: "band", inputCount: 4, outputCount: 4, value: { $0 },
      tangent: { _, seeds, _ in seeds },
      structure: .banded(lower: 0, upper: 1))
    // No point: there is nothing to find.
    #expect(try Self.factor(closure, at: nil).tangentCost == 7)
    #expect(throws: ChainError.self) {
      try Self.factor(closure, at: nil, .time(.builtIn))
    }
    let timed = try Self.factor(
      closure, at: [1, 2, 3, 4], .time(.builtIn))
    #expect(timed.tangentCost == 7)
    let time = try #require(timed.tangentTime)
    #expect(time.perSeed >= 1 && time.fixed >= 0)
  }

  @Test func aRecordingNeedsAPoint() throws {
    let error = #expect(throws: ChainError.self) {
      try Self.factor(Elemental.generic(name: "f", Curve()), at: nil)
    }
    #expect(error?.location == "/functions/0")
    #expect(error?.advice.contains("measuringAt") == true)
  }

  /// Seconds decide under time, for the same function as fma.
  @Test func timesAreMeasuredForTimeAlone() throws {
    let stencil = Elemental.generic(
      name: "stencil",
      structure: .banded(lower: 1, upper: 1),
      Stencil(inputCount: 40, outputCount: 40, lower: 1, upper: 1))
    let declared = Elemental.generic(
      name: "declared",
      costs: ElementalCosts(tangent: .declared(5), adjoint: .declared(5)),
      Mixture(inputCount: 40, outputCount: 3))
    let point = (0..<40).map { 0.1 + Double($0) / 40 }
    let function = try ComposedFunction([stencil, declared])
    let fma = try function.prepare(measuringAt: point)
    let time = try function.prepare(
      objective: .time(.builtIn), measuringAt: point)
    let (counted, timed) = (fma.problem.factors, time.problem.factors)
    #expect(timed[0].tangentCost == counted[0].tangentCost)
    #expect(timed[0].tangentTime != nil && timed[0].adjointTime != nil)
    // What is declared is fma; without a point the profile makes ns of it.
    #expect(timed[1].tangentCost == 5)
    #expect(timed[1].tangentTime != nil && timed[1].adjointTime != nil)
    let reckoned = try ComposedFunction([declared])
      .prepare(objective: .time(.builtIn)).problem.factors[0]
    #expect(reckoned.tangentCost == 5 && reckoned.tangentTime == nil)
    #expect(time.plan.rate == .time(.builtIn))
    let (expected, found) = (
      try fma.jacobian(at: point).denseEntries(),
      try time.jacobian(at: point).denseEntries()
    )
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) <= 1e-12 })
    // Transposed, for second derivatives, one mode's time is the other's.
    let transposed = try time.evaluator.table.transpose(
      ofFactor: 0, Limits()
    ).factor
    #expect(transposed.adjointTime == timed[0].tangentTime)
    #expect(transposed.tangentTime == timed[0].adjointTime)
  }

  /// A product takes as long as it takes: twice the width, about twice as long.
  @Test func aSlowFunctionIsSlow() throws {
    let slow = Elemental.closures(
      name: "slow", inputCount: 2, outputCount: 2, value: { $0 },
      tangent: { _, seeds, width in
        let clock = ContinuousClock()
        let end = clock.now + .microseconds(50 + 10 * width)
        while clock.now < end {}
        return seeds
      })
    let time = try #require(
      try Self.factor(slow, at: [1, 2], .time(.builtIn)).tangentTime)
    // Clocks of a busy machine only ever say more.
    #expect(time.fixed + 16 * time.perSeed >= 200_000)
  }
}
