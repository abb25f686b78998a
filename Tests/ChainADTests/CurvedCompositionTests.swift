import ChainAD
import ChainADTestSupport
import ChainExecutor
import JacobianChain
import RealModule
import Testing

/// Hessians through closures, pullbacks and coupling layers, against the whole
/// composition as one function over duals on a tape.
@Suite struct CurvedCompositionTests {
  typealias Closures = NeighbourClosures

  private func check(
    _ chain: [Twins], limits: Limits = Limits(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (composed, whole) = try Twins.chain(chain)
    let n = composed.inputCount
    let prepared = try composed.prepare(
      limits: limits, measuringAt: HessianTests.draw(n, seed: 1))
    let expected = try whole.prepare()
    for seed in [1, 2] as [UInt64] {
      let x = HessianTests.draw(n, seed: seed)
      expectClose(
        try composed.value(at: x), try whole.value(at: x),
        sourceLocation: sourceLocation)
      let hessian = try checkRows(
        prepared, at: x, sourceLocation: sourceLocation)
      expectClose(
        hessian, try checkRows(expected, at: x),
        sourceLocation: sourceLocation)
    }
  }

  /// From 1 number.
  private func loss(_ n: Int) -> Twins { .generic(Rosenbrock(inputCount: n)) }

  @Test func closuresWithProducts() throws {
    for tangents in [true, false] {
      let closure = Closures.twins(4, Closures.products, tangents: tangents)
      try check([closure, loss(4)])
      try check([
        try .affine(4, 3, seed: 1), closure, try .pointwise(4, .tanh),
        closure, loss(4),
      ])
      try check(
        [try .pointwise(4, .softmax), closure, try .affine(1, 4, seed: 2)],
        limits: Limits(tapePerStep: tangents ? 3 : 4))
    }
  }

  @Test func closuresWithEntries() throws {
    for hasEntries in [true, false] {
      let closure = Closures.twins(5, Closures.entries, hasEntries: hasEntries)
      try check([closure, loss(5)])
      try check([
        try .affine(5, 2, seed: 1), closure, try .residual(closure),
        try .pointwise(5, .sin), try .affine(1, 5, seed: 2),
      ])
    }
  }

  /// A band stays one, whoever says where C lies.
  @Test func structureOfClosures() throws {
    let functions = [
      Closures.function(9, curvature: Closures.entries),
      Closures.function(9, curvature: Closures.products),
    ]
    for function in functions {
      let sum = try Layer.affine(
        inputs: 9, outputs: 1, weights: [Double](repeating: 1, count: 9))
      let hessian = try ComposedFunction([function, sum]).prepare()
        .hessian(at: HessianTests.draw(9, seed: 1))
      #expect(hessian.pattern.structure == .banded(lower: 1, upper: 1))
    }
  }

  /// The last function of all, with one output and the weight 1.
  @Test func closureAtTheEnd() throws {
    let product = Elemental.closures(
      name: "product", inputCount: 2, outputCount: 1,
      value: { [$0[0] * $0[1]] },
      adjoint: { x, seeds, _ in
        seeds.flatMap { [$0 * x[1], $0 * x[0]] }
      }, costs: ElementalCosts(adjoint: .declared(2)),
      curvature: .entries(structure: .dense) { _, weights in
        [0, weights[0], weights[0], 0]
      })
    let f = try ComposedFunction([product]).prepare()
    #expect(try checkRows(f, at: [3, 4]) == [0, 1, 1, 0])
  }

  @Test func affineClosures() throws {
    let double = Elemental.closures(
      name: "double", inputCount: 4, outputCount: 4,
      value: { $0.map { 2 * $0 } }, entries: { $0.map { _ in 2 } },
      structure: .diagonal, curvature: .zero)
    struct Double: ScalarFunction {
      let inputCount = 4, outputCount = 4
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { x.map { 2 * $0 } }
    }
    try check([Twins(function: double, twin: Double()), loss(4)])
  }

  @Test func pullbacks() throws {
    try check([.waves(4, 3), loss(4)])
    try check([.waves(3, 6), try .pointwise(3, .exp), .waves(1, 3)])
    try check([
      try .affine(5, 2, seed: 3), .waves(5, 5), try .residual(.waves(5, 5)),
      Closures.twins(5, Closures.products), loss(5),
    ])
  }

  /// s and t with a curvature that is zero, has entries, has products beside
  /// them, or products alone; first, last and in between.
  @Test(arguments: 0..<9)
  func couplings(_ which: Int) throws {
    let cell = try Twins.pointwise(
      3, .cell(parameters: HessianTests.draw(12, seed: 4)))
    let affine = try Twins.affine(3, 3, seed: 5)
    let generic = Twins.generic(Mixture(inputCount: 3, outputCount: 3))
    let (tanh, burgers, softmax) = (
      try Twins.pointwise(3, .tanh),
      try Twins.pointwise(3, .burgers(a: 1, r: 1)),
      try Twins.pointwise(3, .softmax)
    )
    let closures = Closures.twins(3, Closures.products, hasEntries: true)
    let band = Closures.twins(3, Closures.entries, hasEntries: true)
    let chosen = try Twins.chosen(3, [2, 0, 0])
    let (s, t) = [
      (affine, affine), (tanh, affine), (chosen, burgers), (cell, generic),
      (generic, tanh), (softmax, cell), (closures, .waves(3, 3)),
      (band, closures), (tanh, chosen),
    ][which]
    let coupling = try Twins.coupling(s, t)
    try check([coupling, loss(6)])
    let swapped = try Twins.chosen(6, [3, 4, 5, 0, 1, 2])
    try check([
      try .affine(6, 4, seed: 1), coupling, swapped, try .coupling(t, s),
      try .pointwise(6, .sin), try .affine(1, 6, seed: 2),
    ])
    try check([
      try .residual(coupling), swapped, try .residual(coupling), loss(6),
    ])
  }

  /// Where C lies and what a product costs, which is measured nowhere.
  @Test func declaredByCouplings() throws {
    func curvature(_ s: Twins, _ t: Twins) throws -> Curvature? {
      (try Twins.coupling(s, t).function as? any CurvedFunction)?.curvature
    }
    let (tanh, affine) = (
      try Twins.pointwise(3, .tanh), try Twins.affine(3, 3, seed: 1)
    )
    // x_a with itself and with x_b; 6 + 9 of the layer, 3 and 3 of the tanh.
    let pairs = try SparsePattern.pairs(3)
    #expect(
      try curvature(tanh, tanh) == .products(.sparse(pairs), product: 21))
    #expect(try curvature(affine, affine) == .products(.dense, product: 27))
    // Twice a tangent and an adjoint of the generic function: 260.
    let generic = Twins.generic(Mixture(inputCount: 3, outputCount: 3))
    #expect(try curvature(affine, generic) == .products(.dense, product: 287))
    let measured = Twins(
      function: Elemental.generic(
        name: "mixture", Mixture(inputCount: 3, outputCount: 3)),
      twin: Mixture(inputCount: 3, outputCount: 3))
    #expect(try curvature(affine, measured) == .products(.dense))
    let x = HessianTests.draw(6, seed: 1)
    let (composed, whole) = try Twins.chain([
      try .coupling(affine, measured), loss(6),
    ])
    expectClose(
      try checkRows(composed.prepare(measuringAt: x), at: x),
      try checkRows(whole.prepare(), at: x))
  }

  /// What couples 3 000 inputs in pairs has 4 500 second derivatives.
  @Test func largeCouplingsStaySparse() throws {
    let n = 1500
    let (tanh, sin) = (
      try Twins.pointwise(n, .tanh), try Twins.pointwise(n, .sin)
    )
    let sum = try Layer.affine(
      inputs: 2 * n, outputs: 1, weights: [Double](repeating: 1, count: 2 * n))
    let f = try ComposedFunction([
      try Twins.coupling(tanh, sin).function, sum,
    ]).prepare()
    let x = HessianTests.draw(2 * n, seed: 1)
    let hessian = try f.hessian(at: x)
    let pairs = try SparsePattern.pairs(n)
    #expect(hessian.pattern.structure == .sparse(pairs))
    var unit = [Double](repeating: 0, count: 2 * n)
    unit[7] = 1
    let row = try f.hessianVectorProduct(at: x, vector: unit)
    expectClose(row, (0..<2 * n).map { hessian.entry(7, $0) })
    // y = x₁ · exp(tanh x₀) + sin x₀, by hand.
    let (y, slope) = (
      Double.tanh(x[7]), 1 - Double.tanh(x[7]) * Double.tanh(x[7])
    )
    let bend = slope * slope - 2 * y * slope
    let own = x[n + 7] * .exp(y) * bend - .sin(x[7])
    expectClose([row[7], row[n + 7]], [own, .exp(y) * slope])
  }

  /// Every pair of twins keeps the laws, and agrees.
  @Test func lawsOfTwins() throws {
    let affine = try Twins.affine(3, 3, seed: 5)
    let tanh = try Twins.pointwise(3, .tanh)
    let all: [Twins] = [
      Closures.twins(5, Closures.products),
      Closures.twins(5, Closures.products, tangents: false),
      Closures.twins(5, Closures.entries, hasEntries: true), .waves(4, 3),
      try .residual(.waves(3, 3)), try .coupling(tanh, affine),
      try .coupling(
        affine, Closures.twins(3, Closures.entries, hasEntries: true)),
      try .coupling(.waves(3, 3), .waves(3, 3)),
    ]
    for twins in all {
      let n = twins.function.inputCount
      let twin = Elemental.generic(
        name: "twin", Chained(functions: [twins.twin]))
      #expect(throws: Never.self, "\(twins.function.name)") {
        try AdapterConformance(twins.function, reference: twin).check(
          at: LayerSamples.points(n))
      }
    }
  }

  /// Another shape, and one coupling layer in another.
  @Test func otherCouplings() throws {
    let scale = try Twins.affine(2, 4, seed: 1)
    try check([
      try .coupling(scale, .waves(2, 4)), try .affine(1, 6, seed: 7),
      try .pointwise(1, .exp),
    ])
    let inner = try Twins.coupling(
      try .pointwise(2, .tanh), try .pointwise(2, .sin))
    try check([try .coupling(inner, .waves(4, 4)), loss(8)])
  }

  /// Parameters of both halves, and their second derivatives at the new ones.
  @Test func otherParameters() throws {
    func affine(_ seed: UInt64) throws -> Twins {
      try .affine(3, 2, seed: seed)
    }
    let before = try Twins.coupling(try affine(1), try affine(2))
    let after = try Twins.coupling(try affine(3), try affine(4))
    let head = try Twins.pointwise(5, .softplus)
    let end = try Twins.affine(1, 5, seed: 5)
    let prepared = try Twins.chain([before, head, end]).composed.prepare()
    let x = HessianTests.draw(5, seed: 1)
    let old = try prepared.hessian(at: x).denseEntries()
    let parameters = try #require(after.function as? any ParametricFunction)
      .parameters
    try prepared.setParameters(parameters, ofFunction: 0)
    let expected = try Twins.chain([after, head, end]).whole.prepare()
      .hessian(at: x).denseEntries()
    expectClose(try checkRows(prepared, at: x), expected)
    #expect(old != expected)
  }

  /// A Jacobian that is the same at every point needs no declaration.
  @Test func constantEntries() throws {
    struct Twice: ElementalFunction {
      let name = "twice"
      let inputCount = 4, outputCount = 4
      let inner: any ParametricFunction
      var abilities: Abilities {
        inner.abilities.subtracting(.parameterEntries)
      }
      var hasConstantEntries: Bool { true }
      var costs: ElementalCosts { inner.costs }
      func linearization() -> any Linearization { inner.linearization() }
    }
    let twin = try Twins.affine(4, 4, seed: 8)
    let inner = try #require(twin.function as? any ParametricFunction)
    let twice = Twins(function: Twice(inner: inner), twin: twin.twin)
    try check([twice, loss(4)])
    try check([try .residual(twice), loss(4)])
  }
}

extension SparsePattern {
  /// i with i and with n + i, for i < n.
  fileprivate static func pairs(_ n: Int) throws -> SparsePattern {
    let (low, high) = (Array(0..<n), Array(n..<2 * n))
    return try SparsePattern(
      rows: 2 * n, columns: 2 * n, rowIndices: low + low + high,
      columnIndices: low + high + low)
  }
}
