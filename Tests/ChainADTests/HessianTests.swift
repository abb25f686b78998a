import ChainAD
import ChainExecutor
import ChainRandom
import Foundation
import JacobianChain
import Testing

/// Second derivatives against formulas, and against the same function written
/// another way; never against differences.
@Suite struct HessianTests {
  static func draw(_ count: Int, seed: UInt64, scale: Double = 1) -> [Double] {
    PreparedJacobianTests.point(count, seed: seed).map { scale * $0 }
  }

  static func affine(
    _ rows: Int, _ columns: Int, seed: UInt64
  ) -> WholeNetwork.Part {
    .affine(
      rows: rows, columns: columns,
      parameters: draw(
        rows * (columns + 1), seed: seed,
        scale: 1.5 / Double(columns).squareRoot()))
  }

  @Test(arguments: [2, 3, 7])
  func rosenbrock(_ n: Int) throws {
    let function = Rosenbrock(inputCount: n)
    let f = try ComposedFunction([
      HessianSamples.generic("Rosenbrock", function)
    ])
    let prepared = try f.prepare()
    for seed in 1...3 {
      let x = Self.draw(n, seed: UInt64(seed), scale: 2)
      expectClose(try checkRows(prepared, at: x), function.hessian(x), 1e-12)
    }
  }

  /// ∇² ½ (A·x + b)ᵀ Q (A·x + b) = Aᵀ · Q · A.
  @Test func quadraticForm() throws {
    let (n, m) = (4, 6)
    let a = Self.draw(m * n, seed: 1)
    var q = Self.draw(m * m, seed: 2)
    for i in 0..<m { for j in 0..<i { q[i * m + j] = q[j * m + i] } }
    let f = try ComposedFunction([
      try Layer.affine(
        inputs: n, outputs: m, weights: a, bias: Self.draw(m, seed: 3)),
      HessianSamples.generic("form", QuadraticForm(inputCount: m, q: q)),
    ])
    var expected = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<m {
          for l in 0..<m {
            expected[i * n + j] += a[k * n + i] * q[k * m + l] * a[l * n + j]
          }
        }
      }
    }
    let x = Self.draw(n, seed: 4)
    expectClose(try checkRows(try f.prepare(), at: x), expected, 1e-12)
  }

  /// ∇² ln Σ e^x = diag(p) − p · pᵀ, p being the softmax.
  @Test func logSumExp() throws {
    let n = 5
    let log = try Layer.pointwise(name: "log", count: 1) {
      Double.log($0)
    } derivative: {
      1 / $0
    } secondDerivative: {
      -1 / ($0 * $0)
    }
    let f = try ComposedFunction([
      try Layer.exp(count: n),
      try Layer.affine(
        inputs: n, outputs: 1, weights: [Double](repeating: 1, count: n)),
      log,
    ])
    let x = Self.draw(n, seed: 5, scale: 2)
    let jacobian = try ComposedFunction([try Layer.softmax(count: n)]).jacobian(
      at: x)
    let expected = try jacobian.denseEntries()
    expectClose(try checkRows(try f.prepare(), at: x), expected, 1e-12)
    // The gradient is the softmax.
    #expect(
      zip(
        try f.prepare().gradient(at: x),
        try ComposedFunction([try Layer.softmax(count: n)]).value(at: x)
      ).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  /// Layers with formulas of their own, against the network written as one
  /// generic function.
  @Test(arguments: 0..<9)
  func networks(_ which: Int) throws {
    let all: [(Int, [WholeNetwork.Part])] = [
      (3, [Self.affine(1, 3, seed: 1), .tanh]),
      (
        4,
        [
          Self.affine(6, 4, seed: 1), .tanh, Self.affine(5, 6, seed: 2),
          .sigmoid, Self.affine(3, 5, seed: 3), .softplus,
          Self.affine(1, 3, seed: 4),
        ]
      ),
      (
        5,
        [
          .sin, Self.affine(7, 5, seed: 5), .softmax,
          Self.affine(2, 7, seed: 6),
          .exp, Self.affine(1, 2, seed: 7), .tanh,
        ]
      ),
      (6, [.softmax, Self.affine(1, 6, seed: 8)]),
      (
        6,
        [
          .burgers(a: 0.05, r: 0.2), .burgers(a: 0.05, r: 0.2), .sin,
          .burgers(a: 0.1, r: 0.1), Self.affine(1, 6, seed: 9),
        ]
      ),
      (1, [.sin, .exp, .tanh, .softplus, .sigmoid]),
      (
        2,
        [
          .burgers(a: 0.05, r: 0.2), .softmax, Self.affine(3, 2, seed: 9),
          .sigmoid, .softmax, Self.affine(1, 3, seed: 2), .exp,
        ]
      ),
      (
        3,
        [
          .cell(parameters: Self.draw(12, seed: 1)),
          .residual(parameters: Self.draw(12, seed: 2)),
          .cell(parameters: Self.draw(12, seed: 3)),
          Self.affine(1, 3, seed: 4),
        ]
      ),
      (
        9,
        [
          Self.affine(2, 9, seed: 1),
          .residual(parameters: Self.draw(6, seed: 2)),
          Self.affine(1, 2, seed: 4), .sin,
        ]
      ),
    ]
    let (n, layers) = all[which]
    let network = WholeNetwork(inputCount: n, layers: layers)
    let composed = try network.composed().prepare()
    let whole = try ComposedFunction([
      HessianSamples.generic("whole", network)
    ]).prepare()
    for seed in 1...2 {
      let x = Self.draw(n, seed: UInt64(seed))
      let hessian = try checkRows(composed, at: x)
      expectClose(hessian, try checkRows(whole, at: x))
    }
  }

  /// Terms that are bands make a Hessian that is one.
  @Test func structureIsKept() throws {
    let n = 40
    let layers: [WholeNetwork.Part] = [
      .burgers(a: 0.05, r: 0.2), .sin, .burgers(a: 0.05, r: 0.2),
      Self.affine(1, n, seed: 3),
    ]
    let network = WholeNetwork(inputCount: n, layers: layers)
    let x = Self.draw(n, seed: 11)
    let composed = try network.composed().prepare()
    let hessian = try composed.hessian(at: x)
    #expect(hessian.pattern.structure == .banded(lower: 2, upper: 2))
    let whole = try ComposedFunction([
      HessianSamples.generic("whole", network)
    ]).prepare()
    expectClose(
      try hessian.denseEntries(), try whole.hessian(at: x).denseEntries())
    let million = try ComposedFunction([
      try Layer.sin(count: 100_000),
      try Layer.affine(
        inputs: 100_000, outputs: 1,
        weights: [Double](repeating: 1, count: 100_000)),
    ])
    let point = Self.draw(100_000, seed: 1)
    let diagonal = try million.prepare().hessian(at: point)
    #expect(diagonal.pattern.structure == .diagonal)
    #expect(diagonal.entry(77, 77) == -sin(point[77]))
  }

  /// Generic functions with structure amidst layers, selections with
  /// repetitions, under limits on tapes as well.
  @Test func mixedFunctions() throws {
    let n = 5
    let f = try ComposedFunction([
      try Layer.selection(from: n, [4, 0, 0, 2, 3, 1]),
      HessianSamples.generic(
        "neighbours", structure: .banded(lower: 0, upper: 1),
        Neighbours(inputCount: 6)),
      try Layer.selection(from: 6, [5, 1, 0, 2]),
      try Layer.softmax(count: 4),
      HessianSamples.generic("Rosenbrock", Rosenbrock(inputCount: 4)),
    ])
    struct Whole: ScalarFunction {
      let inputCount = 5, outputCount = 1
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        let z = Neighbours(inputCount: 6)(
          [x[4], x[0], x[0], x[2], x[3], x[1]])
        let e = [T.exp(z[5]), .exp(z[1]), .exp(z[0]), .exp(z[2])]
        let sum = e[0] + e[1] + e[2] + e[3]
        return Rosenbrock(inputCount: 4)(e.map { $0 / sum })
      }
    }
    let whole = try ComposedFunction([HessianSamples.generic("whole", Whole())])
      .prepare()
    let x = Self.draw(n, seed: 3)
    let expected = try checkRows(whole, at: x)
    for limits in [Limits(), Limits(tapePerStep: 10), Limits(tapeTotal: 200)] {
      expectClose(try checkRows(try f.prepare(limits: limits), at: x), expected)
    }
    let measured = try ComposedFunction([
      Elemental.generic(name: "measured", Whole())
    ]).prepare(measuringAt: x)
    expectClose(try checkRows(measured, at: x), expected)
  }

  /// What only moves, adds and scales has none; between calls a prepared
  /// function can do everything else.
  @Test func nothingBends() throws {
    let f = try ComposedFunction([
      try Layer.selection(from: 3, [2, 0]),
      try Layer.affine(inputs: 2, outputs: 2, weights: [1, 2, 3, 4]),
      try Layer.relu(count: 2),
      try Layer.heat(count: 2, diffusion: 0.1),
      try Layer.affine(inputs: 2, outputs: 1, weights: [1, 2]),
    ])
    let prepared = try f.prepare()
    let hessian = try prepared.hessian(at: [1, 2, 3])
    #expect(
      try hessian.denseEntries() == [Double](repeating: 0, count: 9))
    #expect(
      try prepared.hessianVectorProduct(at: [1, 2, 3], vector: [1, 1, 1])
        == [0, 0, 0])
  }

  @Test func otherParameters() throws {
    let layers = [
      Self.affine(3, 2, seed: 1), .tanh, Self.affine(1, 3, seed: 2), .exp,
    ]
    let prepared = try WholeNetwork(inputCount: 2, layers: layers).composed()
      .prepare()
    let x = Self.draw(2, seed: 1)
    let before = try prepared.gradient(at: x)
    _ = try prepared.hessian(at: x)
    let parameters = Self.draw(9, seed: 8)
    try prepared.setParameters(parameters, ofFunction: 0)
    let other = WholeNetwork(
      inputCount: 2,
      layers: [.affine(rows: 3, columns: 2, parameters: parameters)]
        + layers.dropFirst())
    let expected = try ComposedFunction([
      HessianSamples.generic("whole", other)
    ]).prepare().hessian(at: x)
    expectClose(try checkRows(prepared, at: x), try expected.denseEntries())
    #expect(try prepared.gradient(at: x) != before)
  }
}

/// What is refused, and what it says.
@Suite struct HessianRefusalTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func severalOutputs() throws {
    let prepared = try ComposedFunction([try Layer.sin(count: 2)]).prepare()
    #expect(
      message { _ = try prepared.hessian(at: [1, 2]) }.contains("one output"))
    #expect(
      message {
        _ = try prepared.hessianVectorProduct(at: [1, 2], vector: [1, 2])
      }.contains("one output"))
  }

  @Test func noSecondDerivative() throws {
    let cube = try Layer.pointwise(name: "cube", count: 1) {
      $0 * $0 * $0
    } derivative: {
      3 * $0 * $0
    }
    let prepared = try ComposedFunction([try Layer.sin(count: 1), cube])
      .prepare()
    let found = message { _ = try prepared.hessian(at: [1]) }
    #expect(found.contains("\"cube\""))
    #expect(found.contains("/functions/1"))
  }

  @Test func stepsWithoutSecondDerivative() throws {
    let own = HessianSamples.generic("own", ElementaryOfOne(description: "own"))
    let prepared = try ComposedFunction([own]).prepare()
    #expect(try prepared.gradient(at: [1]) == [1])
    let found = message { _ = try prepared.hessian(at: [1]) }
    #expect(found.contains("own"))
    #expect(found.contains("elemental"))
  }

  @Test func anotherNumberOfEntries() throws {
    let prepared = try ComposedFunction([try Layer.sin(count: 1)]).prepare()
    #expect(
      message {
        _ = try prepared.hessianVectorProduct(at: [1], vector: [1, 2])
      }.contains("/vector"))
    #expect(
      message { _ = try prepared.hessian(at: [.nan]) }.contains("/point/0"))
  }
}
