import ChainExecutor
import JacobianChain
import Testing

@testable import ChainAD

/// Second derivatives of graphs that are compositions, or nearly so.
@Suite("Hessians of paths") struct PathHessianTests {
  /// Layers, functions with products alone, and one output.
  private static func composition() throws -> ComposedFunction {
    try ComposedFunction([
      Layer.affine(name: "a", inputs: 6, outputs: 3, weights: scattered(18)),
      Layer.tanh(count: 3),
      Elemental.generic(
        name: "mixture", costs: CurvedGraphSample.cost,
        Mixture(inputCount: 3, outputCount: 4)),
      Layer.softmax(count: 4),
      Layer.affine(name: "b", inputs: 4, outputs: 1, weights: scattered(4)),
      Layer.tanh(count: 1),
    ])
  }

  @Test("a composition is the graph that is a path, at the same price")
  func path() throws {
    for limits in [Limits(), Limits(tapePerStep: 4), Limits(tapeTotal: 40)] {
      let function = try Self.composition()
      let (graph, x, y) = FunctionGraph.path(function)
      let (own, other) = (
        try graph.prepare(limits: limits), try function.prepare(limits: limits)
      )
      let vector = scattered(6, from: 9)
      for round in 1...2 {
        let point = scattered(6, from: round)
        let hessian = try own.hessian(of: y, by: x, at: point)
        let expected = try other.hessian(at: point)
        #expect(try hessian.denseEntries() == expected.denseEntries())
        #expect(hessian.pattern == expected.pattern)
        #expect(
          try own.hessianVectorProduct(of: y, at: point, vector: vector)
            == other.hessianVectorProduct(at: point, vector: vector))
        let gradient = try own.gradient(of: y, at: point)
        #expect(
          try agree(gradient, other.gradient(at: point), within: 1e-14))
        let value = try own.valueAndJacobian(of: y, by: x, at: point).value
        #expect(try value == other.valueAndJacobian(at: point).value)
      }
      var compared = 0
      for (request, computation) in other.evaluator.computations
      where !request.curvature.isEmpty {
        let plan = own.evaluator.computations[request]?.solved.plan
        #expect(plan?.fma == computation.solved.plan.fma)
        compared += 1
      }
      #expect(compared == 2)
    }
  }

  /// What terms of a composition have in common is added before it is
  /// multiplied: a block of a graph never costs more than products.
  @Test("sums cost no more than their terms")
  func sums() throws {
    let networks: [[any ElementalFunction]] = [
      try Self.composition().functions,
      [
        try Layer.sin(count: 4),
        try Layer.affine(
          name: "a", inputs: 4, outputs: 3, weights: scattered(12)),
        try Layer.tanh(count: 3),
        try Layer.affine(
          name: "b", inputs: 3, outputs: 5, weights: scattered(15)),
        try Layer.exp(count: 5),
        try Layer.affine(
          name: "c", inputs: 5, outputs: 1, weights: scattered(5)),
      ],
    ]
    for functions in networks {
      let composed = try ComposedFunction(functions).prepare()
      var graph = FunctionGraph()
      let x = try graph.input("x", count: functions[0].inputCount)
      // One more input, and it is no path.
      _ = try graph.input("unused", count: 1)
      var y = x
      for function in functions { y = try graph.apply(function, y) }
      let prepared = try graph.prepare()
      let point = scattered(x.count)
      #expect(
        agree(
          try prepared.hessian(of: y, by: x, at: point + [0]).denseEntries(),
          try composed.hessian(at: point).denseEntries(), within: 1e-12))
      func price(_ evaluator: Evaluator) throws -> UInt128 {
        try #require(
          evaluator.computations.first { !$0.key.curvature.isEmpty }
        ).value.solved.plan.fma
      }
      let (sum, terms) = (
        try price(prepared.evaluator), try price(composed.evaluator)
      )
      #expect(sum <= terms, "\(sum) \(terms)")
    }
  }

  /// From and to values on the way, and mixed ones: those of shorter
  /// compositions, by what is added to the value.
  @Test("parts of a path")
  func parts() throws {
    let function = try Self.composition()
    let (graph, x, y) = FunctionGraph.path(function)
    let prepared = try graph.prepare()
    func value(_ vertex: Int) -> FunctionGraph.Value {
      FunctionGraph.Value(
        vertices: [vertex], sizes: [graph.vertices[vertex].size])
    }
    let point = scattered(6)
    let z = try prepared.value(of: value(2), at: point)
    let upper = try ComposedFunction(Array(function.functions[2...])).prepare()
    let inner = try prepared.hessian(of: y, by: value(2), at: point)
    #expect(
      agree(
        try inner.denseEntries(), try upper.hessian(at: z).denseEntries(),
        within: 1e-13))
    let vector = [0.5, -1, 2]
    #expect(
      agree(
        try prepared.hessianVectorProduct(
          of: y, by: value(2), at: point, vector: vector),
        try upper.hessianVectorProduct(at: z, vector: vector), within: 1e-13))
    // ∂²y/∂z∂x = ∂²y/∂z² · ∂z/∂x.
    let mixed = try prepared.hessian(of: y, by: value(2), and: x, at: point)
    let slope = try prepared.jacobian(of: value(2), by: x, at: point)
    for i in 0..<3 {
      for j in 0..<6 {
        let sum = (0..<3).reduce(0) { $0 + inner[i, $1] * slope[$1, j] }
        #expect(abs(mixed[i, j] - sum) <= 1e-13)
      }
    }
    // Both at once: the blocks side by side.
    let all = graph.concatenate([x, value(2)])
    let whole = try prepared.hessian(of: y, by: all, at: point)
    let outer = try prepared.hessian(of: y, by: x, at: point)
    for i in 0..<3 {
      for j in 0..<6 {
        #expect(abs(whole[6 + i, j] - mixed[i, j]) <= 1e-13)
        #expect(whole[j, 6 + i] == whole[6 + i, j])
      }
      for j in 0..<3 {
        #expect(abs(whole[6 + i, 6 + j] - inner[i, j]) <= 1e-13)
      }
    }
    for i in 0..<6 {
      for j in 0..<6 { #expect(abs(whole[i, j] - outer[i, j]) <= 1e-13) }
    }
    let long = scattered(9, from: 40)
    #expect(
      agree(
        try prepared.hessianVectorProduct(
          of: y, by: all, at: point, vector: long),
        (0..<9).map { i in (0..<9).reduce(0) { $0 + whole[i, $1] * long[$1] } },
        within: 1e-12))
  }
}
