import ChainExecutor
import ChainRandom
import JacobianChain
import Testing

@testable import ChainAD

/// Functions joined by values: Jacobians are those of dense propagation.
@Suite("Function graphs") struct FunctionGraphTests {
  /// Dense Jacobians of all values by all inputs, function by function.
  private struct Propagation {
    let values: [[Double]]
    /// By vertex: size × all inputs, row by row.
    let jacobians: [[Double]]

    init(_ graph: FunctionGraph, at point: [Double]) throws {
      let n = graph.inputCount
      var values = graph.vertices.map { [Double](repeating: 0, count: $0.size) }
      var jacobians = graph.vertices.map {
        [Double](repeating: 0, count: $0.size * n)
      }
      var first = 0
      for vertex in graph.inputs {
        let size = graph.vertices[vertex].size
        for i in 0..<size {
          values[vertex][i] = point[first + i]
          jacobians[vertex][i * n + first + i] = 1
        }
        first += size
      }
      for node in graph.nodes {
        switch node {
        case .sum(let a, let b, let isDifference, let output):
          let sign = isDifference ? -1.0 : 1
          values[output] = zip(values[a], values[b]).map { $0 + sign * $1 }
          jacobians[output] = zip(jacobians[a], jacobians[b]).map {
            $0 + sign * $1
          }
        case .function(let function, let inputs, let outputs):
          let x = inputs.flatMap { values[$0] }
          let inner = inputs.flatMap { jacobians[$0] }
          let whole = try ComposedFunction([function])
          let y = try whole.value(at: x)
          let own = try whole.jacobian(at: x).denseEntries()
          var outer = [Double](repeating: 0, count: y.count * n)
          for i in 0..<y.count {
            for k in 0..<x.count {
              for j in 0..<n {
                outer[i * n + j] += own[i * x.count + k] * inner[k * n + j]
              }
            }
          }
          var row = 0
          for output in outputs {
            let size = graph.vertices[output].size
            values[output] = Array(y[row..<row + size])
            jacobians[output] = Array(outer[row * n..<(row + size) * n])
            row += size
          }
        }
      }
      (self.values, self.jacobians) = (values, jacobians)
    }

    /// ∂y/∂x for x an input (or inputs), row by row.
    func block(
      _ graph: FunctionGraph, _ y: FunctionGraph.Value,
      _ x: FunctionGraph.Value
    ) -> [Double] {
      let n = graph.inputCount
      var columns: [Int] = []
      for vertex in x.vertices {
        let place = graph.inputs.firstIndex(of: vertex)!
        let first = graph.inputs[..<place].reduce(0) {
          $0 + graph.vertices[$1].size
        }
        columns += first..<first + graph.vertices[vertex].size
      }
      return y.vertices.flatMap { vertex in
        (0..<graph.vertices[vertex].size).flatMap { row in
          columns.map { jacobians[vertex][row * n + $0] }
        }
      }
    }
  }

  /// A graph with skips, values used twice, several inputs and outputs.
  private struct Sample {
    var graph = FunctionGraph()
    var inputs: [FunctionGraph.Value] = []
    var values: [FunctionGraph.Value] = []

    init(seed: Int) throws {
      var random = SplitMix64(seed: UInt64(seed))
      func number(_ range: ClosedRange<Int>) -> Int {
        random.integer(in: range)
      }
      for k in 0..<number(1...3) {
        inputs.append(try graph.input("x\(k)", count: number(1...4)))
      }
      values = inputs
      let cost = ElementalCosts(tangent: .declared(9), adjoint: .declared(7))
      for step in 0..<number(3...9) {
        let x = values[number(0...values.count - 1)]
        let m = number(1...4)
        switch number(0...6) {
        case 0:
          values.append(
            try graph.apply(
              Layer.affine(
                name: "affine", inputs: x.count, outputs: m,
                weights: scattered(m * x.count, from: 100 * seed + step)), x))
        case 1:
          values.append(
            try graph.apply(Layer.tanh(count: x.count), x))
        case 2:
          let same = values.filter { $0.sizes == x.sizes }
          let other = same[number(0...same.count - 1)]
          values.append(
            number(0...1) == 0
              ? try graph.add(x, other) : try graph.subtract(x, other))
        case 3:
          values.append(
            try graph.apply(
              Layer.selection(
                name: "chosen", from: x.count,
                (0..<m).map { _ in number(0...x.count - 1) }), x))
        case 4:
          values.append(
            try graph.apply(
              Elemental.generic(
                name: "mixture", costs: cost,
                Mixture(inputCount: x.count, outputCount: m)), x))
        case 5:
          let both = graph.concatenate([
            x, values[number(0...values.count - 1)],
          ])
          values.append(
            try graph.apply(
              Elemental.generic(
                name: "joint", costs: cost,
                Mixture(inputCount: both.count, outputCount: m + 2)), both,
              outputs: [m, 2]))
        default:
          let both = graph.concatenate([
            values[number(0...values.count - 1)], x,
          ])
          values.append(
            try graph.apply(Layer.tanh(count: both.count), both))
        }
      }
    }
  }

  @Test("dense propagation", arguments: 1...240)
  func propagation(seed: Int) throws {
    let sample = try Sample(seed: seed)
    let graph = sample.graph
    let objective: Objective =
      seed.isMultiple(of: 3) ? .time(.builtIn) : .fma
    let prepared = try graph.prepare(objective: objective, threads: 1)
    #expect(prepared.objective == objective)
    for round in 0..<2 {
      let point = scattered(graph.inputCount, from: seed + round)
      let expected = try Propagation(graph, at: point)
      let pairs = sample.values.suffix(2).flatMap { y in
        sample.inputs.map { (of: y, by: $0) }
      }
      let found = try prepared.jacobians(pairs, at: point)
      for (pair, matrix) in zip(pairs, found) {
        #expect(
          agree(
            try matrix.denseEntries(),
            expected.block(graph, pair.of, pair.by), within: 1e-12),
          "seed \(seed)")
        let alone = try prepared.jacobian(of: pair.of, by: pair.by, at: point)
        #expect(
          agree(
            try alone.denseEntries(), try matrix.denseEntries(),
            within: 1e-12))
      }
      let y = sample.values.last!
      #expect(
        try agree(
          prepared.value(of: y, at: point),
          y.vertices.flatMap { expected.values[$0] }, within: 1e-14))
      let n = graph.inputCount
      let whole = expected.block(graph, y, graph.concatenate(sample.inputs))
      let columns = try prepared.jvp(
        of: y, at: point, tangents: unit(n), width: n)
      #expect(agree(columns, whole, within: 1e-12), "seed \(seed), jvp")
      let rows = try prepared.vjp(
        of: y, at: point, cotangents: unit(y.count), width: y.count)
      #expect(agree(rows, whole, within: 1e-12), "seed \(seed), vjp")
    }
    // What the kernels count is what plans are priced at.
    for computation in prepared.evaluator.computations.values {
      #expect(
        computation.count?.fma == computation.solved.plan.fma,
        "seed \(seed)")
    }
  }

  @Test("a composition is the graph that is a path")
  func path() throws {
    let layers: [any ElementalFunction] = [
      try Layer.affine(
        name: "a", inputs: 6, outputs: 2, weights: scattered(12)),
      try Layer.tanh(count: 2),
      try Layer.affine(
        name: "b", inputs: 2, outputs: 5, weights: scattered(10)),
    ]
    let function = try ComposedFunction(layers)
    let (graph, x, y) = FunctionGraph.path(function)
    let point = scattered(6)
    let (own, other) = (try graph.prepare(), try function.prepare())
    let jacobian = try own.jacobian(of: y, by: x, at: point)
    let expected = try other.jacobian(at: point)
    #expect(
      agree(
        try jacobian.denseEntries(), try expected.denseEntries(),
        within: 1e-15))
    let solved = try #require(try own.solved(of: y, by: x))
    #expect(solved.plan.fma == other.plan.fma)
    let parameters = try own.parameterJacobians(of: y, at: point)
    let known = try other.parameterJacobians(at: point)
    #expect(parameters.map(\.function) == known.map(\.function))
    for (a, b) in zip(parameters, known) {
      #expect(
        agree(
          try a.jacobian.denseEntries(), try b.jacobian.denseEntries(),
          within: 1e-14))
    }
    var weights = scattered(10, from: 70)
    weights[0] = 3
    try own.setParameters(weights, ofFunction: 2)
    try other.setParameters(weights, ofFunction: 2)
    #expect(
      agree(
        try own.jacobian(of: y, by: x, at: point).denseEntries(),
        try other.jacobian(at: point).denseEntries(), within: 1e-14))
    #expect(throws: ChainError.self) {
      try own.setParameters([1], ofFunction: 2)
    }
    #expect(throws: ChainError.self) {
      try own.setParameters([1], ofFunction: 1)
    }
  }

  @Test("a residual block costs no more than its layer")
  func residual() throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 4)
    let h = try graph.apply(
      Layer.affine(
        name: "layer", inputs: 4, outputs: 4, weights: scattered(16)), x)
    let y = try graph.add(h, x)
    let prepared = try graph.prepare()
    #expect(try prepared.solved(of: y, by: x)?.plan.fma == 0)
    let jacobian = try prepared.jacobian(of: y, by: x, at: [1, 2, 3, 4])
    let weights = scattered(16)
    for i in 0..<4 {
      for j in 0..<4 {
        #expect(jacobian[i, j] == weights[i * 4 + j] + (i == j ? 1 : 0))
      }
    }
  }

  @Test("nothing where no path leads, one by itself")
  func trivial() throws {
    var graph = FunctionGraph()
    let (x, w) = (
      try graph.input("x", count: 2), try graph.input("w", count: 3)
    )
    let y = try graph.apply(Layer.tanh(count: 2), x)
    let prepared = try graph.prepare()
    let point = [0.5, 1, 1, 2, 3]
    let none = try prepared.jacobian(of: y, by: w, at: point)
    #expect(try none.denseEntries() == [Double](repeating: 0, count: 6))
    let own = try prepared.jacobian(of: y, by: y, at: point)
    #expect(try own.denseEntries() == [1, 0, 0, 1])
    #expect(try prepared.solved(of: y, by: w) == nil)
    #expect(
      try prepared.vjp(of: y, at: point, cotangents: [0, 0])
        == [0, 0, 0, 0, 0])
    #expect(throws: ChainError.self) {
      try prepared.parameterJacobians(of: y, at: point)
    }
  }

  @Test("what doesn't fit is refused with its place")
  func refusals() throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 2)
    let y = try graph.input("y", count: 3)
    func refused(_ body: () throws(ChainError) -> Void) -> ChainError? {
      do {
        try body()
        return nil
      } catch {
        return error
      }
    }
    var other = FunctionGraph()
    _ = try other.input("z", count: 1)
    let foreign = try other.input("z", count: 9)
    let errors = [
      refused { () throws(ChainError) in
        _ = try graph.input("none", count: 0)
      },
      refused { () throws(ChainError) in
        _ = try graph.apply(Layer.tanh(count: 3), x)
      },
      refused { () throws(ChainError) in
        _ = try graph.apply(Layer.tanh(count: 2), x, outputs: [1, 2])
      },
      refused { () throws(ChainError) in _ = try graph.add(x, y) },
      refused { () throws(ChainError) in
        _ = try graph.apply(Layer.tanh(count: 9), foreign)
      },
      refused { () throws(ChainError) in
        _ = try graph.prepare().value(of: x, at: [1, 2])
      },
      refused { () throws(ChainError) in
        _ = try graph.prepare().jvp(
          of: x, at: [1, 2, 3, 4, 5], tangents: [1])
      },
    ]
    #expect(errors.allSatisfy { $0?.kind == .malformed })
    let unmeasured = try graph.apply(
      Elemental.generic(
        name: "mixture", Mixture(inputCount: 2, outputCount: 1)), x)
    #expect(throws: ChainError.self) { try graph.prepare() }
    let point = scattered(5)
    let prepared = try graph.prepare(measuringAt: point)
    #expect(
      try prepared.jacobian(of: unmeasured, by: x, at: point).columns == 2)
  }

  @Test("a pole is an error, not a number")
  func poles() throws {
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 1)
    let cost = ElementalCosts(tangent: .declared(1), adjoint: .declared(1))
    let root = try graph.apply(
      Elemental.generic(name: "root", costs: cost, Root()), x)
    let y = try graph.add(root, x)
    let prepared = try graph.prepare()
    #expect(try prepared.jacobian(of: y, by: x, at: [4])[0, 0] == 1.25)
    let pole = #expect(throws: ChainError.self) {
      try prepared.jacobian(of: y, by: x, at: [0])
    }
    #expect(pole?.location == "/functions/0")
    #expect(
      pole?.found
        == "∂(output 0)/∂(input 0) is inf at input 0 = 0.0 of (0.0)")
    let value = #expect(throws: ChainError.self) {
      try prepared.value(of: y, at: [-1])
    }
    #expect(value?.found == "output 0 is nan at input (-1.0)")
    // What nothing leads to has no part in an answer.
    let other = try graph.input("other", count: 1)
    let apart = try graph.prepare()
    #expect(
      try apart.jacobian(of: y, by: other, at: [0, 1]).denseEntries() == [0])
  }

  private struct Root: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [.sqrt(x[0])] }
  }
}
