import ChainExecutor
import ChainTestSupport
import JacobianChain
import RealModule
import Testing

@testable import ChainAD

/// What Hessians of graphs refuse, in the words of compositions, and what they
/// take.
@Suite("Hessians of graphs that are refused")
struct GraphHessianRefusalTests {
  private enum Step: ScalarFunction {
    case root, square, hypotenuse

    var inputCount: Int { self == .hypotenuse ? 2 : 1 }
    var outputCount: Int { 1 }

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      switch self {
      case .root: [.sqrt(x[0])]
      case .square: [x[0] * x[0]]
      case .hypotenuse: [.hypot(x[0], x[1])]
      }
    }

    var function: some CurvedFunction {
      HessianSamples.generic("\(self)", self)
    }
  }

  private func refusal<R>(_ body: () throws -> R) throws -> ChainError {
    try #require(#expect(throws: ChainError.self) { _ = try body() })
  }

  /// A Hessian and its products say the same of a graph as of a composition.
  private func compare(
    _ steps: [Step], at point: [Double], skip: Bool,
    _ expected: (ChainError) -> Bool
  ) throws {
    let functions = steps.map(\.function)
    let composed = try ComposedFunction(functions).prepare()
    let known = try refusal { try composed.hessian(at: point) }
    #expect(expected(known), "\(known)")
    var graph = FunctionGraph()
    let x = try graph.input("x", count: point.count)
    var y = x
    for function in functions { y = try graph.apply(function, y) }
    if skip {
      let sum = try graph.apply(
        Layer.affine(
          inputs: point.count, outputs: 1,
          weights: [Double](repeating: 1, count: point.count)), x)
      y = try graph.add(y, sum)
    }
    let prepared = try graph.prepare()
    #expect(try refusal { try prepared.hessian(of: y, at: point) } == known)
    let vector = point.map { _ in 1.0 }
    #expect(
      try refusal {
        try composed.hessianVectorProduct(at: point, vector: vector)
      } == known)
    #expect(
      try refusal {
        try prepared.hessianVectorProduct(of: y, at: point, vector: vector)
      } == known)
  }

  @Test("infinite slopes and bends", arguments: [false, true])
  func poles(skip: Bool) throws {
    try compare([.root], at: [0], skip: skip) {
      $0.location == "/functions/0"
        && $0.expected == "a finite second derivative of \"root\""
    }
    try compare([.square, .root], at: [0], skip: skip) {
      $0.location == "/functions/1"
    }
    try compare([.root, .square], at: [0], skip: skip) {
      $0.location == "/functions/0"
    }
    try compare([.hypotenuse], at: [0, 0], skip: skip) {
      $0.location == "/functions/0"
    }
  }

  /// The places of a function with several inputs are those of all of them
  /// side by side.
  @Test("a pole by the second of two inputs")
  func poleOfAPart() throws {
    let root = Elemental.closures(
      name: "roots", inputCount: 2, outputCount: 1,
      value: { [$0[0] * $0[0] + $0[1].squareRoot()] },
      adjoint: { x, seeds, _ in
        seeds.flatMap { [2 * $0 * x[0], 0.5 * $0 / x[1].squareRoot()] }
      }, costs: ElementalCosts(adjoint: .declared(2)),
      curvature: .entries(structure: .diagonal) { x, weights in
        [
          2 * weights[0],
          -0.25 * weights[0] / (x[1] * x[1].squareRoot()),
        ]
      })
    var graph = FunctionGraph()
    let (a, b) = (
      try graph.input("a", count: 1), try graph.input("b", count: 1)
    )
    let y = try graph.apply(root, graph.concatenate([a, b]))
    let prepared = try graph.prepare()
    let error = try refusal { try prepared.hessian(of: y, at: [3, 0]) }
    #expect(error.location == "/functions/0")
    #expect(error.found.contains("∂²/∂(input 1)∂(input 1) is -inf"))
    #expect(error.found.contains("input 1 = 0.0"))
    // What isn't asked for has no part in the answer.
    #expect(try prepared.hessian(of: y, by: a, at: [3, 0])[0, 0] == 2)
    #expect(
      try prepared.hessian(of: y, by: a, and: b, at: [3, 0])
        .denseEntries() == [0])
    #expect(
      agree(
        try prepared.hessian(of: y, at: [3, 4]).denseEntries(),
        [2, 0, 0, -1.0 / 32], within: 1e-15))
  }

  @Test("an infinite slope on the way to one of two inputs")
  func poleOnTheWay() throws {
    var graph = FunctionGraph()
    let (a, b) = (
      try graph.input("a", count: 1), try graph.input("b", count: 1)
    )
    let root = try graph.apply(Step.root.function, a)
    let square = try graph.apply(Step.square.function, b)
    let sum = try graph.add(root, square)
    let y = try graph.apply(Step.square.function, sum)
    let prepared = try graph.prepare()
    let error = try refusal { try prepared.hessian(of: y, at: [0, 1]) }
    #expect(error.location == "/functions/0")
    #expect(error.expected.contains("\"root\""))
    #expect(error.found.contains("input 0 = 0.0"))
    // y = (√a + b²)² has ∂²y/∂b² = 4 √a + 12 b².
    #expect(try prepared.hessian(of: y, by: b, at: [0, 1])[0, 0] == 12)
    // ∂²y/∂a∂b = 2 b / √a.
    let mixed = try refusal {
      try prepared.hessian(of: y, by: a, and: b, at: [0, 1])
    }
    #expect(mixed.location == "/functions/0")
    #expect(
      try prepared.hessian(of: y, by: a, and: b, at: [4, 3])[0, 0] == 3)
  }

  @Test("functions without second derivatives")
  func unknown() throws {
    let unknown = NeighbourClosures.function(3, curvature: .unknown)
    let sum = try Layer.affine(inputs: 3, outputs: 1, weights: [1, 1, 1])
    let composed = try ComposedFunction([unknown, sum]).prepare()
    let known = try refusal { try composed.hessian(at: [1, 2, 3]) }
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 3)
    let other = try graph.input("other", count: 3)
    let h = try graph.apply(unknown, x)
    let y = try graph.apply(sum, try graph.add(h, x))
    let free = try graph.apply(
      sum, try graph.apply(Layer.exp(count: 3), other))
    let both = try graph.add(y, free)
    let prepared = try graph.prepare()
    let point: [Double] = [1, 2, 3, 0, 0, 0]
    for value in [y, both] {
      #expect(
        try refusal { try prepared.hessian(of: value, at: point) } == known)
      #expect(
        try refusal {
          try prepared.hessianVectorProduct(
            of: value, at: point, vector: point)
        } == known)
    }
    // It bends nothing by the other input.
    #expect(
      try prepared.hessian(of: both, by: other, at: point).denseEntries()
        == unit(3))
    #expect(
      try prepared.hessian(of: both, by: x, and: other, at: point)
        .denseEntries() == [Double](repeating: 0, count: 9))
  }

  @Test("several components, another graph, another number of entries")
  func misuse() throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 2)
    let h = try graph.apply(Layer.sin(count: 2), x)
    let y = try graph.apply(
      Layer.affine(inputs: 2, outputs: 1, weights: [1, 1]), h)
    let prepared = try graph.prepare()
    let composed = try ComposedFunction([Layer.sin(count: 2)]).prepare()
    #expect(
      try refusal { try prepared.hessian(of: h, at: [1, 2]) }
        == refusal { try composed.hessian(at: [1, 2]) })
    #expect(
      try refusal { try prepared.gradient(of: h, at: [1, 2]) }
        == refusal { try composed.gradient(at: [1, 2]) })
    #expect(
      try refusal {
        try prepared.hessianVectorProduct(of: y, at: [1, 2], vector: [1])
      }.location == "/vector")
    #expect(
      try refusal { try prepared.hessian(of: y, at: [.nan, 1]) }.location
        == "/point/0")
    var larger = FunctionGraph()
    for k in 0..<9 { _ = try larger.input("x\(k)", count: 1) }
    let foreign = try larger.input("z", count: 1)
    #expect(
      try refusal { try prepared.hessian(of: foreign, at: [1, 2]) }.location
        == "/values")
    #expect(
      try refusal {
        try prepared.hessian(of: y, by: foreign, at: [1, 2])
      }.location == "/values")
  }

  @Test("a limit on bytes, and more than there is")
  func memory() throws {
    func prepared(
      _ n: Int, _ limits: Limits = Limits()
    ) throws -> (PreparedGraph, FunctionGraph.Value) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: n)
      let sum = try Layer.affine(
        inputs: n, outputs: 1, weights: [Double](repeating: 1, count: n))
      let s = try graph.add(try graph.apply(Layer.tanh(count: n), x), x)
      let y = try graph.apply(
        HessianSamples.generic("square", Step.square),
        try graph.apply(sum, s))
      return (try graph.prepare(limits: limits), y)
    }
    let (small, y) = try prepared(20, Limits(memory: 8 * 20 * 20 - 1))
    let error = try refusal { try small.hessian(of: y, at: scattered(20)) }
    #expect(error.kind == .infeasible)
    #expect(error.location == "/limits/memory")
    let (fitting, z) = try prepared(20, Limits(memory: 8 * 20 * 20 * 4))
    let (free, w) = try prepared(20)
    #expect(
      agree(
        try fitting.hessian(of: z, at: scattered(20)).denseEntries(),
        try free.hessian(of: w, at: scattered(20)).denseEntries(),
        within: 1e-13))
    // 720 GB; a product with it is no more than other vectors.
    let n = 300_000
    let (large, v) = try prepared(n)
    let point = [Double](repeating: 0.1, count: n)
    let tooLarge = try refusal { try large.hessian(of: v, at: point) }
    #expect(tooLarge.kind == .tooLarge)
    let product = try large.hessianVectorProduct(
      of: v, at: point, vector: point)
    let (t, slope) = (Double.tanh(0.1), 2 - .tanh(0.1) * .tanh(0.1))
    // y = (Σ tanh x + x)².
    let expected =
      2 * slope * Double(n) * slope * 0.1
      + 2 * Double(n) * (t + 0.1) * (-2 * t * (1 - t * t)) * 0.1
    #expect(abs(product[77] - expected) <= 1e-9 * abs(expected))
  }

  #if canImport(Glibc)
    /// The way to the point, λ, curvature, and products.
    @Test(.enabled(if: AllocationProbe.judgesIterators))
    func nothingButTheResultIsAllocated() throws {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: 4)
      let h = try graph.apply(Layer.tanh(count: 4), x)
      let joint = try graph.apply(
        Layer.tanh(count: 8), graph.concatenate([h, x]))
      let y = try graph.apply(
        Layer.affine(inputs: 8, outputs: 1, weights: scattered(8)),
        try graph.apply(Layer.softmax(count: 8), joint))
      let prepared = try graph.prepare(threads: 1)
      let point = scattered(4)
      _ = try prepared.hessian(of: y, at: point)
      let evaluator = prepared.evaluator
      let all = evaluator.computations.values.sorted {
        $0.request.curvature.count < $1.request.curvature.count
      }
      #expect(all.count == 2)
      let isSilent = AllocationProbe.isSilent {
        try? evaluator.trajectory.move(to: point)
        for computation in all {
          try? computation.run(whereItStands: evaluator.trajectory)
        }
      }
      #expect(isSilent)
    }
  #endif
}
