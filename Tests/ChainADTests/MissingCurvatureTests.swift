import ChainAD
import JacobianChain
import RealModule
import Testing

/// What a Hessian says when the curvature of a function is missing.
@Suite struct MissingCurvatureTests {
  /// The error of a Hessian, and the same one of a product with it.
  private func refusal(
    _ functions: [any ElementalFunction], at x: [Double]
  ) throws -> ChainError {
    let prepared = try ComposedFunction(functions).prepare()
    let whole = #expect(throws: ChainError.self) {
      _ = try prepared.hessian(at: x)
    }
    let product = #expect(throws: ChainError.self) {
      _ = try prepared.hessianVectorProduct(at: x, vector: x)
    }
    #expect(whole?.kind == product?.kind)
    #expect(whole?.expected == product?.expected)
    return try #require(whole)
  }

  private func sum(_ n: Int) throws -> some ParametricFunction & CurvedFunction
  {
    try Layer.affine(
      inputs: n, outputs: 1, weights: [Double](repeating: 1, count: n))
  }

  @Test func closures() throws {
    let closure = NeighbourClosures.function(3, curvature: .unknown)
    let error = try refusal([closure, try sum(3)], at: [1, 2, 3])
    #expect(error.kind == .unsupported)
    #expect(error.location == "/functions/0")
    #expect(error.expected == "second derivatives of \"neighbours\"")
    #expect(error.advice.hasPrefix("give it curvature: .products"))
  }

  @Test func pullbacks() throws {
    let waves = Waves(inputCount: 2, outputCount: 2)
    let plain = Elemental.pullback(
      name: "waves", costs: HessianSamples.costs, waves)
    let error = try refusal([plain, try sum(2)], at: [1, 2])
    #expect(error.expected == "second derivatives of \"waves\"")
    #expect(error.advice.contains("CurvedPullback"))
    // Given by hand instead.
    let given = Elemental.pullback(
      name: "waves", costs: HessianSamples.costs,
      curvature: .derivative(of: CurvedWaves(waves: waves)), waves)
    let x = [0.3, -0.7]
    let bends = x.indices.map {
      -.sin(x[$0]) * (waves.weight(0, $0) + waves.weight(1, $0))
    }
    expectClose(
      try checkRows(ComposedFunction([given, try sum(2)]).prepare(), at: x),
      [bends[0], 0, 0, bends[1]])
  }

  /// The inner function is named, too, and what it lacks.
  @Test func insideOthers() throws {
    let cube = try Layer.pointwise(name: "cube", count: 3) {
      $0 * $0 * $0
    } derivative: {
      3 * $0 * $0
    }
    let functions: [any ElementalFunction] = [
      try Layer.coupling(scale: cube, shift: Layer.tanh(count: 3)),
      try Layer.coupling(scale: Layer.tanh(count: 3), shift: cube),
      try Layer.residual(
        Layer.coupling(scale: Layer.tanh(count: 3), shift: cube)),
    ]
    for function in functions {
      let error = try refusal(
        [function, try sum(6)], at: [1, 2, 3, 4, 5, 6])
      #expect(error.expected == "second derivatives of \"\(function.name)\"")
      #expect(
        error.advice.hasSuffix("for its \"cube\": give it its secondDerivative")
      )
    }
    let error = try refusal(
      [try Layer.residual(cube), try sum(3)], at: [1, 2, 3])
    #expect(error.expected == "second derivatives of \"residual(cube)\"")
    #expect(error.advice == "for its \"cube\": give it its secondDerivative")
  }

  /// Whoever knows nothing of curvature.
  @Test func otherFunctions() throws {
    let error = try refusal(
      [ClosureLayer(count: 3, tape: 0), try sum(3)], at: [1, 2, 3])
    #expect(error.expected == "second derivatives of \"neighbours\"")
    #expect(error.advice.contains("CurvedFunction"))
  }

  /// Closures that give another number of doubles than they should.
  @Test func counts() throws {
    let short: [(GivenCurvature, String)] = [
      (.products { _, _, _, _ in [1] }, "products"),
      (.entries(structure: .dense) { _, _ in [1] }, "entries"),
    ]
    for (curvature, what) in short {
      let closure = NeighbourClosures.function(3, curvature: curvature)
      let error = try refusal([closure, try sum(3)], at: [1, 2, 3])
      #expect(error.kind == .malformed)
      #expect(error.expected.contains("\"neighbours"))
      #expect(error.found.contains("\(what) of its curvature"))
    }
  }

  @Test func shortPullback() throws {
    struct Short: CurvedPullback {
      let inputCount = 2, outputCount = 2
      func value(at x: [Double]) -> [Double] { x }
      func pullback<T: Scalar>(at x: [T], _ v: [T]) -> [T] {
        [v[0]]
      }
    }
    let short = Elemental.pullback(
      name: "short", costs: HessianSamples.costs, Short())
    let error = try refusal([short, try sum(2)], at: [1, 2])
    #expect(error.kind == .malformed)
    #expect(error.found.contains("2 adjoints"))
  }
}
