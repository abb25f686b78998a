import CChainKernels
import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import RealModule
import Testing

/// Products of several functions' slopes that are below the doubles before
/// others lift them: every order has the same Jacobian.
@Suite("Numbers that fade between functions") struct FadingTests {
  struct Slope: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    let slope: Double
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [T(slope) * x[0]] }
  }

  /// Products with J, for all that is known of a function.
  private static func closures(
    _ slope: Double, _ abilities: Abilities
  ) -> any ElementalFunction {
    let product: @Sendable ([Double], [Double], Int) -> [Double] = {
      _, seeds, _ in seeds.map { slope * $0 }
    }
    let entries: @Sendable ([Double]) -> [Double] = { _ in [slope] }
    return Elemental.closures(
      name: "closure", inputCount: 1, outputCount: 1,
      value: { [slope * $0[0]] },
      tangent: abilities.contains(.tangent) ? product : nil,
      adjoint: abilities.contains(.adjoint) ? product : nil,
      entries: abilities.contains(.entries) ? entries : nil)
  }

  static let slopes: [([Double], Double)] = [
    ([1e-200, 1e-200, 1e300], 1e-100), ([1e300, 1e-200, 1e-200], 1e-100),
    ([1e-200, 1e300, 1e-200], 1e-100), ([1e-300, 1e-300, 1e300, 1e300], 1),
    ([1e-160, -1e-160, 1e20, 1e250], -1e-50),
    // Digits are lost as well.
    ([1e-300, 1e-20, 1e20], 1e-300), ([1e-155, 1e-156, 1e40], 1e-271),
    // Nothing that is a double, and what isn't lifted.
    ([1e-300, 1e-300, 1e20], 0), ([1e-200, 1e-200, 1e-3], 0),
  ]

  @Test("slopes in a row", arguments: slopes)
  func rows(_ slopes: [Double], _ product: Double) throws {
    let abilities: [Abilities] = [.tangent, .adjoint, .entries]
    var ways: [[any ElementalFunction]] = PoleTests.everyWay(
      slopes.map { Elemental.generic(name: "generic", Slope(slope: $0)) })
    ways += PoleTests.everyWay(
      try slopes.map {
        try Layer.affine(inputs: 1, outputs: 1, weights: [$0])
      })
    for number in 0..<81 {
      var rest = number
      ways.append(
        slopes.map {
          defer { rest /= 3 }
          return Self.closures($0, abilities[rest % 3])
        })
    }
    for way in ways {
      let prepared = try ComposedFunction(way).prepare(measuringAt: [0])
      let found = try prepared.jacobian(at: [0]).denseEntries()[0]
      #expect(abs(found - product) <= 1e-14 * abs(product), "\(slopes)")
      let last = slopes.count - 1
      let (tangent, cotangent) = (
        try prepared.jvp(at: [0], tangents: [slopes[last]]),
        try prepared.vjp(at: [0], cotangents: [slopes[last]])
      )
      let expected = product * slopes[last]
      #expect(agreeEverywhere(tangent, [expected], within: 1e-14))
      #expect(agreeEverywhere(cotangent, [expected], within: 1e-14))
    }
  }

  @Test("drawn chains, every way", arguments: 1...30)
  func drawn(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let chain = ScaledChain(ScaledChain.bases(4, &random), &random)
    let plain = try ComposedFunction(chain.elementals(\.plain)).prepare()
      .jacobian(at: chain.plainPoint).denseEntries()
    let columns = chain.exponents[0].count
    let expected = plain.indices.map {
      plain[$0]
        * .power(
          chain.exponents[4][$0 / columns] - chain.exponents[0][$0 % columns])
    }
    let ways = PoleTests.everyWay(chain.elementals())
    for index in stride(from: seed % 8, to: ways.count, by: 8) {
      let way = ways[index]
      let prepared = try ComposedFunction(way).prepare()
      let found = try prepared.jacobian(at: chain.point).denseEntries()
      #expect(
        agreeEverywhere(found, expected), "seed \(seed): \(found), \(expected)")
    }
  }

  /// Sums over many paths, of which some fade.
  @Test("drawn chains taken apart and joined again", arguments: 1...10)
  func takenApart(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let chain = ScaledChain(ScaledChain.bases(3, &random), &random)
    let plain = try ComposedFunction(chain.elementals(\.plain)).prepare()
      .jacobian(at: chain.plainPoint).denseEntries()
    let columns = chain.exponents[0].count
    let expected = plain.indices.map {
      plain[$0]
        * .power(
          chain.exponents[3][$0 / columns] - chain.exponents[0][$0 % columns])
    }
    let ways = PoleTests.everyWay(chain.elementals())
    for index in stride(from: seed % 8, to: ways.count, by: 8) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: columns)
      var y = x
      for function in ways[index] {
        y = try graph.apply(
          function, y,
          outputs: [Int](repeating: 1, count: function.outputCount))
      }
      let found = try graph.prepare().jacobian(of: y, by: x, at: chain.point)
        .denseEntries()
      #expect(
        agreeEverywhere(found, expected),
        "seed \(seed): \(found), \(expected)")
    }
  }

  /// Whatever else is asked for on the way.
  @Test("blocks and parts of drawn chains", arguments: 1...20)
  func parts(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let chain = ScaledChain(ScaledChain.bases(4, &random), &random)
    let ways = PoleTests.everyWay(chain.elementals())
    let way = ways[random.integer(in: 0...ways.count - 1)]
    let plain = try ComposedFunction(chain.elementals(\.plain)).prepare()
    let prepared = try ComposedFunction(way).prepare().shared.evaluator()
    let (ins, outs) = (chain.exponents[0], chain.exponents[4])
    let tangent = ins.map { _ in 1 + random.uniform() / 2 }
    let cotangent = outs.map { _ in 1 + random.uniform() / 2 }
    let forward = try prepared.jvp(
      at: chain.point, tangents: zip(tangent, ins).map { $0 * .power($1) })
    let plainForward = try plain.jvp(at: chain.plainPoint, tangents: tangent)
    #expect(
      agreeEverywhere(
        forward, zip(plainForward, outs).map { $0 * .power($1) }))
    let backward = try prepared.vjp(
      at: chain.point, cotangents: zip(cotangent, outs).map { $0 * .power(-$1) }
    )
    let plainBackward = try plain.vjp(
      at: chain.plainPoint, cotangents: cotangent)
    #expect(
      agreeEverywhere(
        backward, zip(plainBackward, ins).map { $0 * .power(-$1) }))
  }

  @Test("second derivatives of drawn chains", arguments: 1...40)
  func bends(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let curved = seed % 4
    let bases = ScaledChain.bases(4, curved: curved, &random)
    let chain = ScaledChain(bases, outputs: 1, curved: curved, &random)
    let plain = try ComposedFunction(chain.elementals(\.plain)).prepare()
    let n = chain.plainPoint.count
    let (ins, out) = (chain.exponents[0], chain.exponents[4][0])
    let hessian = try plain.hessian(at: chain.plainPoint).denseEntries()
    let expected = hessian.indices.map {
      hessian[$0] * .power(out - ins[$0 / n]) * .power(-ins[$0 % n])
    }
    let vector = ins.map { _ in 1 + abs(random.uniform()) }
    let plainProduct = try plain.hessianVectorProduct(
      at: chain.plainPoint, vector: vector)
    let product = zip(plainProduct, ins).map { $0 * .power(out - $1) }
    let ways = PoleTests.everyWay(chain.elementals())
    for index in stride(from: seed % 16, to: ways.count, by: 16) {
      let prepared = try ComposedFunction(ways[index]).prepare()
      let found = try prepared.hessian(at: chain.point).denseEntries()
      #expect(
        agreeEverywhere(found, expected, within: 1e-11),
        "seed \(seed), \(bases): \(found), \(expected)")
      let own = try prepared.hessianVectorProduct(
        at: chain.point, vector: zip(vector, ins).map { $0 * .power($1) })
      #expect(
        agreeEverywhere(own, product, within: 1e-11),
        "seed \(seed), \(bases): \(own), \(product)")
    }
  }

  /// Beside each function leads another one from the value before.
  @Test("drawn graphs", arguments: 1...6)
  func graphs(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let curved = seed % 3
    let bases = ScaledChain.bases(3, curved: curved, &random)
    let chain = ScaledChain(bases, outputs: 1, curved: curved, &random)
    let n = chain.plainPoint.count
    let (ins, out) = (chain.exponents[0], chain.exponents[3][0])
    let besides = (0..<3).map {
      ScaledFunction(
        from: chain.exponents[$0], to: chain.exponents[$0 + 1],
        isCurved: $0 == curved, &random)
    }
    func prepared(
      _ functions: [any ElementalFunction], _ others: [any ElementalFunction]
    ) throws -> (PreparedGraph, FunctionGraph.Value, FunctionGraph.Value) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: n)
      var y = x
      for (function, other) in zip(functions, others) {
        y = try graph.add(graph.apply(function, y), graph.apply(other, y))
      }
      return (try graph.prepare(), x, y)
    }
    func elementals(
      _ function: (ScaledFunction) -> ScaledFunction = { $0 }
    ) -> [any ElementalFunction] {
      besides.enumerated().map {
        Elemental.generic(
          name: "G\($0)",
          costs: .init(tangent: .declared(7), adjoint: .declared(7)),
          function($1))
      }
    }
    let (plain, x0, y0) = try prepared(
      chain.elementals(\.plain), elementals(\.plain))
    let gradient = try plain.gradient(of: y0, by: x0, at: chain.plainPoint)
    let slopes = zip(gradient, ins).map { $0 * .power(out - $1) }
    let hessian = try plain.hessian(of: y0, at: chain.plainPoint)
      .denseEntries()
    let bends = hessian.indices.map {
      hessian[$0] * .power(out - ins[$0 / n]) * .power(-ins[$0 % n])
    }
    let vector = ins.map { _ in 1 + abs(random.uniform()) }
    let plainProduct = try plain.hessianVectorProduct(
      of: y0, at: chain.plainPoint, vector: vector)
    let product = zip(plainProduct, ins).map { $0 * .power(out - $1) }
    let ways = PoleTests.everyWay(chain.elementals())
    let others = PoleTests.everyWay(elementals())
    for _ in 0..<3 {
      let (graph, x, y) = try prepared(
        ways[random.integer(in: 0...ways.count - 1)],
        others[random.integer(in: 0...others.count - 1)])
      let found = try graph.gradient(of: y, by: x, at: chain.point)
      #expect(
        agreeEverywhere(found, slopes), "seed \(seed): \(found), \(slopes)")
      let second = try graph.hessian(of: y, at: chain.point).denseEntries()
      #expect(
        agreeEverywhere(second, bends, within: 1e-11),
        "seed \(seed), \(bases): \(second), \(bends)")
      let own = try graph.hessianVectorProduct(
        of: y, at: chain.point,
        vector: zip(vector, ins).map { $0 * .power($1) })
      #expect(
        agreeEverywhere(own, product, within: 1e-11),
        "seed \(seed), \(bases): \(own), \(product)")
    }
  }

  @Test("parameters behind functions that fade")
  func parameters() throws {
    for scales in [[1e-200, 1e-200, 1e300], [1e300, 1e-200, 1e-200]] {
      let ways = PoleTests.everyWay(
        scales.map { Elemental.generic(name: "slope", Slope(slope: $0)) })
      for way in ways {
        let affine = try Layer.affine(inputs: 2, outputs: 1, weights: [3, 4])
        let prepared = try ComposedFunction([affine] + way).prepare(
          measuringAt: [1, 2])
        let found = try prepared.parameterJacobians(at: [1, 2])[0].jacobian
          .denseEntries()
        #expect(
          agreeEverywhere(found, [1e-100, 2e-100], within: 1e-14))
      }
    }
  }

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
