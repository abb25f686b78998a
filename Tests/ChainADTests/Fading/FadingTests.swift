import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
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
    let expected = try chain.jacobianEntries()
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
    let expected = try chain.jacobianEntries()
    let ways = PoleTests.everyWay(chain.elementals())
    for index in stride(from: seed % 8, to: ways.count, by: 8) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: chain.point.count)
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
      besides.enumerated().map { function($1).elemental("G\($0)") }
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
}
