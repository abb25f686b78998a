import CChainKernels
import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import RealModule
import Testing

/// Layers between which numbers fade: their entries, their second derivatives,
/// and networks in which that is nothing.
@Suite("Numbers that fade between layers") struct FadingLayerTests {
  /// λ, 1e−400, is no double, but what it is multiplied by makes one of it.
  @Test("second derivatives of layers behind functions that fade")
  func bendsOfLayers() throws {
    func scale(_ by: Double) throws -> any ElementalFunction {
      try Layer.affine(inputs: 1, outputs: 1, weights: [by])
    }
    let square = try Layer.pointwise(
      name: "square", count: 1, value: { $0 * $0 }, derivative: { 2 * $0 },
      secondDerivative: { _ in 2 })
    let product = Elemental.closures(
      name: "product", inputCount: 2, outputCount: 1,
      value: { [$0[0] * $0[1]] }, entries: { [$0[1], $0[0]] },
      curvature: .entries(structure: .dense) { _, weights in
        [0, weights[0], weights[0], 0]
      })
    let ways = PoleTests.everyWay([
      try scale(1e150), square, try scale(1e-200), try scale(1e-200),
    ])
    for index in stride(from: 0, to: ways.count, by: 5) {
      let way = ways[index]
      let prepared = try ComposedFunction(way).prepare(measuringAt: [1])
      let hessian = try prepared.hessian(at: [1]).denseEntries()
      #expect(agreeEverywhere(hessian, [2e-100], within: 1e-13))
      let own = try prepared.hessianVectorProduct(at: [1], vector: [3])
      #expect(agreeEverywhere(own, [6e-100], within: 1e-13))
      // x · x, of two inputs.
      var graph = FunctionGraph()
      let x = try graph.input("x", count: 1)
      let large = try graph.apply(way[0], x)
      let small = try graph.apply(
        way[3],
        graph.apply(
          way[2], graph.apply(product, graph.concatenate([large, large]))))
      let both = try graph.prepare(measuringAt: [1])
      let second = try both.hessian(of: small, at: [1]).denseEntries()
      #expect(agreeEverywhere(second, [2e-100], within: 1e-13))
      let other = try both.hessianVectorProduct(
        of: small, at: [1], vector: [3])
      #expect(agreeEverywhere(other, [6e-100], within: 1e-13))
    }
  }

  /// Of softmax and recurrent cells entries are products of several doubles.
  @Test("softmax, whose entries fade themselves")
  func softmax() throws {
    func diagonal(_ numbers: [Double]) throws -> any ElementalFunction {
      try Layer.affine(
        inputs: 3, outputs: 3,
        weights: (0..<9).map { $0.isMultiple(of: 4) ? numbers[$0 / 4] : 0 })
    }
    // p = (1, 1e−174, 1e−217), and ∂p_1/∂z_2 = −1e−391.
    let ways = PoleTests.everyWay([
      try diagonal([1, 1, 1e200]), try Layer.softmax(count: 3),
      try diagonal([1, 1e280, 1]),
    ])
    let right = -(1e280 * Double.exp(-400)) * (Double.exp(-500) * 1e200)
    let beside = try Layer.residual(Layer.softmax(count: 3))
    let others = PoleTests.everyWay([
      try diagonal([1, 1, 1e200]), beside, try diagonal([1, 1e280, 1]),
    ])
    for way in ways + others {
      let found = try ComposedFunction(way).prepare(measuringAt: [0, 0, 0])
        .jacobian(at: [0, -400, -5e-198])
      #expect(abs(found.entry(1, 2) - right) <= 1e-12 * abs(right))
    }
  }

  @Test("recurrent cells, whose slopes fade before their weights")
  func cells() throws {
    // The slope of tanh is 4 · e^−460 = 1e−199.
    let slope = 4 * Double.exp(-460)
    for (weight, before, behind) in [
      (1e-180, 1e250, 1.0), (1e-180, 1, 1e250), (1e200, 1, 1e-200),
      (1e200, 1e-30, 1e-200),
    ] {
      func scale(_ by: Double) throws -> any ElementalFunction {
        try Layer.affine(inputs: 1, outputs: 1, weights: [by])
      }
      let cell = try Layer.recurrentCell(
        count: 1, weights: [weight], bias: [230])
      let expected = weight * slope * before * behind
      let right =
        weight < 1 ? slope * (weight * before * behind) : expected
      for way in PoleTests.everyWay([
        try scale(before), cell, try scale(behind),
      ]) {
        let found = try ComposedFunction(way).prepare(measuringAt: [0])
          .jacobian(at: [0]).denseEntries()
        #expect(
          agreeEverywhere(found, [right], within: 1e-12),
          "\(weight): \(found), \(right)")
      }
    }
  }

  /// Numbers fade in most of it, and that is nothing: 64 units, of which a
  /// softmax chooses one.
  @Test("a saturated network isn't computed anew")
  func saturated() throws {
    var random = SplitMix64(seed: 1)
    func weights(_ count: Int, _ scale: Double) -> [Double] {
      (0..<count).map { _ in scale * random.uniform() }
    }
    let n = 64
    let functions: [any ElementalFunction] = [
      try Layer.affine(inputs: n, outputs: n, weights: weights(n * n, 1)),
      try Layer.pointwise(
        name: "tanh", count: n, value: { .tanh($0) },
        derivative: { 1 / (.cosh($0) * .cosh($0)) }),
      try Layer.affine(inputs: n, outputs: n, weights: weights(n * n, 0.2)),
      try Layer.pointwise(
        name: "steep", count: n, value: { .tanh(40 * $0) },
        derivative: { 40 / (.cosh(40 * $0) * .cosh(40 * $0)) }),
      try Layer.affine(inputs: n, outputs: n, weights: weights(n * n, 100)),
      try Layer.softmax(count: n),
    ]
    let point = weights(n, 8)
    let abilities: [Abilities] = [.tangent, .adjoint, .entries]
    for ability in abilities {
      let way = functions.map { PoleTests.Only(inner: $0, abilities: ability) }
      let prepared = try ComposedFunction(way).prepare()
      let before = range_flags_begin()
      let entries = try prepared.jacobian(at: point).denseEntries()
      #expect(range_flags_end(before), "nothing fades")
      #expect(entries.contains { $0 != 0 })
      #expect(prepared.wideTargets == 0)
    }
  }
}
