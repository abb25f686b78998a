import ChainExecutor
import JacobianChain
import Testing

@testable import ChainAD

/// Second derivatives of graphs of functions.
@Suite("Hessians of graphs") struct GraphHessianTests {
  private func block(
    _ hessian: [Double], _ n: Int, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> [Double] {
    rows.flatMap { i in columns.map { hessian[i * n + $0] } }
  }

  @Test("dense second-order propagation", arguments: 0..<10)
  func propagation(batch: Int) throws {
    var curved = 0
    for seed in batch * 20..<(batch + 1) * 20 {
      let sample = try CurvedGraphSample(seed: seed)
      let (graph, y, n) = (
        sample.graph, sample.output, sample.graph.inputCount
      )
      let objective: Objective =
        seed.isMultiple(of: 5) ? .time(.builtIn) : .fma
      // What is searched for long is no better a test of derivatives.
      let prepared = try graph.prepare(
        objective: objective, threads: 1,
        control: SearchControl(nodeLimit: seed.isMultiple(of: 20) ? 1100 : 1))
      for round in 0..<2 {
        let point = scattered(n, from: seed + round)
        let jet = sample.jet(at: point)
        let whole = try prepared.hessian(of: y, at: point)
        let entries = try whole.denseEntries()
        #expect(agree(entries, jet.hessian, within: 1e-11), "seed \(seed)")
        if entries.contains(where: { $0 != 0 }) { curved += 1 }
        for i in 0..<n {
          for j in 0..<i { #expect(whole[i, j] == whole[j, i]) }
        }
        #expect(
          try agree(
            prepared.gradient(of: y, at: point), jet.gradient, within: 1e-11),
          "seed \(seed)")
        let both = try prepared.valueAndJacobian(
          of: y, by: sample.inputs[0], at: point)
        #expect(agree(both.value, [jet.value], within: 1e-12))
        #expect(
          try both.jacobian.denseEntries()
            == prepared.gradient(of: y, by: sample.inputs[0], at: point))
        let vector = scattered(n, from: 3 * seed + round)
        let product = try prepared.hessianVectorProduct(
          of: y, at: point, vector: vector)
        let expected = (0..<n).map { i in
          dot(Array(jet.hessian[i * n..<(i + 1) * n]), vector)
        }
        #expect(agree(product, expected, within: 1e-11), "seed \(seed), H·v")
        guard seed.isMultiple(of: 3) else { continue }
        try blocks(sample, prepared, jet.hessian, at: point, "seed \(seed)")
      }
      guard objective == .fma else { continue }
      // What the kernels count is what plans are priced at.
      for computation in prepared.evaluator.computations.values {
        #expect(
          computation.count?.fma == computation.solved.plan.fma,
          "seed \(seed)")
      }
    }
    #expect(curved > 20)
  }

  /// By one input, and by two of them.
  private func blocks(
    _ sample: CurvedGraphSample, _ prepared: PreparedGraph,
    _ expected: [Double], at point: [Double], _ comment: Comment
  ) throws {
    let n = point.count
    let last = sample.inputs.last!
    let own = try prepared.hessian(of: sample.output, by: last, at: point)
    let places = sample.places(last)
    #expect(
      agree(
        try own.denseEntries(), block(expected, n, places, places),
        within: 1e-11), comment)
    let vector = scattered(last.count)
    let product = try prepared.hessianVectorProduct(
      of: sample.output, by: last, at: point, vector: vector)
    let rows = try own.denseEntries()
    #expect(
      agree(
        product,
        (0..<last.count).map { i in
          dot(
            Array(rows[i * last.count..<(i + 1) * last.count]), vector)
        }, within: 1e-11), comment)
    for (a, b) in [(sample.inputs[0], last), (last, sample.inputs[0])] {
      let mixed = try prepared.hessian(
        of: sample.output, by: a, and: b, at: point)
      #expect(
        agree(
          try mixed.denseEntries(),
          block(expected, n, sample.places(a), sample.places(b)),
          within: 1e-11), comment)
    }
  }

  @Test("structure is kept by one input")
  func structure() throws {
    let n = 400
    var graph = FunctionGraph()
    let x = try graph.input("x", count: n)
    let h = try graph.apply(Layer.sin(count: n), x)
    let s = try graph.add(h, x)
    let y = try graph.apply(
      Layer.affine(
        inputs: n, outputs: 1, weights: [Double](repeating: 1, count: n)),
      try graph.apply(Layer.tanh(count: n), s))
    let hessian = try graph.prepare().hessian(of: y, by: x, at: scattered(n))
    #expect(hessian.pattern.structure == .diagonal)
  }

  /// A product with a joint function's curvature takes one call of it, not one
  /// for each input.
  @Test("products with several inputs aren't taken apart")
  func jointProducts() throws {
    let n = 60
    let cost = ElementalCosts(
      tangent: .declared(1000), adjoint: .declared(1000))
    var graph = FunctionGraph()
    let (a, b) = (
      try graph.input("a", count: n), try graph.input("b", count: n)
    )
    let y = try graph.apply(
      Elemental.generic(
        name: "loss", costs: cost, Mixture(inputCount: 2 * n, outputCount: 1)),
      graph.concatenate([a, b]))
    let prepared = try graph.prepare()
    let point = scattered(2 * n)
    let vector = scattered(2 * n, from: 5)
    let product = try prepared.hessianVectorProduct(
      of: y, at: point, vector: vector)
    let terms = try #require(
      prepared.evaluator.computations.first {
        !$0.key.curvature.isEmpty
      }?.value)
    // 4 000 for C · v, 120 for bringing the parts of v together.
    #expect(terms.solved.plan.fma == 4_120)
    let whole = try ComposedFunction([
      Elemental.generic(
        name: "loss", costs: cost, Mixture(inputCount: 2 * n, outputCount: 1))
    ]).prepare()
    #expect(
      agree(
        product, try whole.hessianVectorProduct(at: point, vector: vector),
        within: 1e-13))
    #expect(
      agree(
        try prepared.hessian(of: y, at: point).denseEntries(),
        try whole.hessian(at: point).denseEntries(), within: 1e-13))
  }

  /// What a function of several inputs leaves undeclared is counted at a point,
  /// as that of one with a single input.
  @Test("products with several inputs have their price")
  func countedProducts() throws {
    let loss = Elemental.generic(
      name: "loss", Mixture(inputCount: 4, outputCount: 1))
    let point = scattered(4)
    var graph = FunctionGraph()
    let (a, b) = (
      try graph.input("a", count: 1), try graph.input("b", count: 3)
    )
    _ = try graph.apply(loss, graph.concatenate([a, b]))
    let counted = try graph.prepare(measuringAt: point)
    let whole = try ComposedFunction([loss]).prepare(measuringAt: point)
    let known = try whole.evaluator.table.curvature(of: 0)
    let found = try counted.evaluator.table.curvature(of: 0)
    #expect(found.tangentCost == known.tangentCost)
    #expect(found.adjointCost == known.adjointCost)
    // Twice a tangent and an adjoint, each as an entry of four.
    let blind = try graph.prepare().evaluator.table.curvature(of: 0)
    #expect(blind.tangentCost == 16)
    #expect(found.tangentCost != blind.tangentCost)
  }

  @Test("nothing where nothing bends, or no path leads")
  func trivial() throws {
    var graph = FunctionGraph()
    let (x, w) = (
      try graph.input("x", count: 2), try graph.input("w", count: 1)
    )
    let y = try graph.apply(
      Layer.affine(inputs: 2, outputs: 1, weights: [1, 2]),
      try graph.apply(Layer.exp(count: 2), x))
    let flat = try graph.add(w, w)
    let prepared = try graph.prepare()
    let point = [0.0, 1, 5]
    let e = 2.718281828459045
    let whole = try prepared.hessian(of: y, at: point).denseEntries()
    #expect(agree(whole, [1, 0, 0, 0, 2 * e, 0, 0, 0, 0], within: 1e-15))
    let zero = [Double](repeating: 0, count: 2)
    #expect(
      try prepared.hessian(of: y, by: w, and: x, at: point).denseEntries()
        == zero)
    #expect(try prepared.gradient(of: y, by: w, at: point) == [0])
    #expect(
      try prepared.hessian(of: flat, at: point).denseEntries()
        == [Double](repeating: 0, count: 9))
    #expect(
      try prepared.hessianVectorProduct(
        of: flat, at: point, vector: [1, 2, 3]) == [0, 0, 0])
    #expect(try prepared.gradient(of: w, at: point) == [0, 0, 1])
    #expect(try prepared.hessian(of: w, by: w, at: point)[0, 0] == 0)
    let both = try prepared.valueAndJacobian(
      of: graph.concatenate([w, y]), by: w, at: point)
    #expect(agree(both.value, [5, 1 + 2 * e], within: 1e-15))
    #expect(try both.jacobian.denseEntries() == [1, 0])
  }

  @Test("what was asked for once is ready for other points and threads")
  func steady() throws {
    let sample = try CurvedGraphSample(seed: 11)
    let prepared = try sample.graph.prepare(threads: 1)
    let n = sample.graph.inputCount
    func answers(_ prepared: PreparedGraph, _ first: Int) throws -> [Double] {
      let point = scattered(n, from: first)
      return try prepared.hessian(of: sample.output, at: point).denseEntries()
        + prepared.hessianVectorProduct(
          of: sample.output, at: point, vector: point)
    }
    let known = try (0..<3).map { try answers(prepared, $0) }
    let count = prepared.evaluator.computations.count
    for first in [2, 0, 1] {
      #expect(try answers(prepared, first) == known[first])
      #expect(try answers(prepared.shared.evaluator(), first) == known[first])
    }
    #expect(prepared.evaluator.computations.count == count)
  }

  @Test("other parameters, from the next point on")
  func parameters() throws {
    func graph(
      _ weights: [Double]
    ) throws -> (PreparedGraph, FunctionGraph.Value) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: 2)
      let h = try graph.apply(
        Layer.affine(name: "a", inputs: 2, outputs: 2, weights: weights), x)
      let s = try graph.add(try graph.apply(Layer.tanh(count: 2), h), x)
      let y = try graph.apply(
        Elemental.generic(
          name: "loss", costs: CurvedGraphSample.cost,
          Mixture(inputCount: 2, outputCount: 1)), s)
      return (try graph.prepare(), y)
    }
    let point = [0.2, -0.7]
    let (prepared, y) = try graph(scattered(4))
    let before = try prepared.hessian(of: y, at: point).denseEntries()
    let (weights, other) = (scattered(4, from: 30), try graph(scattered(4)))
    try prepared.setParameters(weights, ofFunction: 0)
    let after = try prepared.hessian(of: y, at: point).denseEntries()
    let (fresh, output) = try graph(weights)
    #expect(
      agree(
        after, try fresh.hessian(of: output, at: point).denseEntries(),
        within: 1e-13))
    #expect(after != before)
    #expect(
      try other.0.hessian(of: other.1, at: point).denseEntries() == before)
  }
}
