import ChainAD
import ChainExecutor
import ChainRandom
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

/// What a user asks of a composed function.
@Suite struct PreparedJacobianTests {
  static func affine(
    _ inputs: Int, _ outputs: Int, _ generator: inout SplitMix64,
    scale: Double = 0.5, name: String = "affine"
  ) throws -> some ParametricFunction & CurvedFunction {
    func draw(_ count: Int) -> [Double] {
      (0..<count).map { _ in
        scale * (Double(generator.next() >> 11) * 0x1p-52 - 1)
      }
    }
    return try Layer.affine(
      name: name, inputs: inputs, outputs: outputs,
      weights: draw(inputs * outputs), bias: draw(outputs))
  }

  /// Affine layers with an activation after each but the last.
  static func network(
    _ sizes: [Int], seed: UInt64 = 1,
    _ activation: (Int) throws -> any ElementalFunction = {
      try Layer.tanh(count: $0)
    }
  ) throws -> ComposedFunction {
    var generator = SplitMix64(seed: seed)
    var functions: [any ElementalFunction] = []
    for (n, m) in zip(sizes, sizes.dropFirst()) {
      if !functions.isEmpty { functions.append(try activation(n)) }
      functions.append(
        try affine(n, m, &generator, scale: 1 / Double(n).squareRoot()))
    }
    return try ComposedFunction(functions)
  }

  static func point(_ count: Int, seed: UInt64 = 7) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Double(generator.next() >> 11) * 0x1p-52 - 1
    }
  }

  private func close(
    _ a: [Double], _ b: [Double], _ tolerance: Double = 1e-10
  ) -> Bool {
    let scale = max(1, a.map(\.magnitude).max() ?? 0)
    return a.count == b.count && scale.isFinite
      && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * scale }
  }

  /// Column by column from one-hot tangents, row by row from one-hot adjoints,
  /// and optimised: the same.
  @Test(arguments: [[3, 5, 2], [8, 2, 8], [1, 4, 1], [6, 40, 3, 40, 6]])
  func columnsAndRowsAndTheOptimum(_ sizes: [Int]) throws {
    let f = try Self.network(sizes)
    let (n, m) = (f.inputCount, f.outputCount)
    let x = Self.point(n)
    let prepared = try f.prepare()
    let jacobian = try prepared.jacobian(at: x).denseEntries()
    var columns = [Double](repeating: 0, count: m * n)
    for j in 0..<n {
      var seed = [Double](repeating: 0, count: n)
      seed[j] = 1
      let column = try prepared.jvp(at: x, tangents: seed)
      for i in 0..<m { columns[i * n + j] = column[i] }
    }
    var rows: [Double] = []
    for i in 0..<m {
      var seed = [Double](repeating: 0, count: m)
      seed[i] = 1
      rows += try prepared.vjp(at: x, cotangents: seed)
    }
    #expect(close(jacobian, columns))
    #expect(close(jacobian, rows))
    #expect(close(jacobian, try f.jacobian(at: x).denseEntries()))
    if m == 1 { #expect(close(jacobian, try prepared.gradient(at: x))) }
  }

  @Test func blocksOfSeeds() throws {
    let f = try Self.network([5, 9, 4])
    let prepared = try f.prepare()
    let x = Self.point(5)
    let jacobian = try prepared.jacobian(at: x).denseEntries()
    let identity = (0..<25).map { $0 % 6 == 0 ? 1.0 : 0 }
    #expect(
      close(jacobian, try prepared.jvp(at: x, tangents: identity, width: 5)))
    let units = (0..<16).map { $0 % 5 == 0 ? 1.0 : 0 }
    #expect(
      close(jacobian, try prepared.vjp(at: x, cotangents: units, width: 4)))
  }

  /// ∂z_j/∂z_i of every span multiply up to the whole.
  @Test func partsMultiplyUp() throws {
    let f = try Self.network([4, 6, 3, 5])
    let prepared = try f.prepare()
    let x = Self.point(4)
    let q = f.functions.count
    let whole = try prepared.jacobian(at: x).denseEntries()
    for middle in 1..<q {
      let inner = try prepared.partialJacobian(from: 0, to: middle, at: x)
      let outer = try prepared.partialJacobian(from: middle, to: q, at: x)
      var product = [Double](repeating: 0, count: outer.rows * inner.columns)
      for i in 0..<outer.rows {
        for k in 0..<outer.columns {
          for j in 0..<inner.columns {
            product[i * inner.columns + j] +=
              outer.entry(i, k) * inner.entry(k, j)
          }
        }
      }
      #expect(close(product, whole))
    }
  }

  /// The Jacobian of a composition of bands is a band, and stored as one.
  @Test func resultsKeepTheirStructure() throws {
    let stencil = try Layer.burgers(
      count: 50, viscosity: 0.01, spacing: 0.1, timeStep: 0.01, left: 0,
      right: 0)
    let f = try ComposedFunction([stencil, stencil, stencil])
    let jacobian = try f.jacobian(at: Self.point(50))
    #expect(jacobian.pattern.structure == .banded(lower: 3, upper: 3))
    #expect(jacobian.storedBytes < 50 * 8 * 8)
  }

  /// A dense Jacobian of this function would take eight terabytes.
  @Test func aMillionSigmoids() throws {
    let f = try ComposedFunction([
      try Layer.sigmoid(count: 1_000_000), try Layer.tanh(count: 1_000_000),
    ])
    let jacobian = try f.jacobian(at: Self.point(1_000_000))
    #expect(jacobian.pattern.structure == .diagonal)
    #expect(jacobian.storedBytes == 8_000_000)
  }

  /// 600-60-40-10 with ReLU: both Jacobians of every module; those of the
  /// parameters are products of the state Jacobians of the modules above.
  @Test func bothJacobiansOfEveryModule() throws {
    let f = try Self.network([600, 60, 40, 10]) {
      try Layer.relu(count: $0)
    }
    let prepared = try f.prepare()
    let x = Self.point(600)
    let states = try (1...f.functions.count).map {
      try prepared.partialJacobian(from: $0 - 1, to: $0, at: x)
    }
    #expect(states.map(\.rows) == [60, 60, 40, 40, 10])
    let parameters = try prepared.parameterJacobians(at: x)
    #expect(parameters.map(\.function) == [0, 2, 4])
    #expect(
      parameters.map(\.jacobian.columns) == [60 * 601, 40 * 61, 10 * 41])
    // One parameter of the first layer, by hand: w_(7, 3).
    let above = try prepared.partialJacobian(from: 1, to: 5, at: x)
    for i in 0..<10 {
      let entry = parameters[0].jacobian.entry(i, 7 * 601 + 3)
      #expect(abs(entry - above.entry(i, 7) * x[3]) < 1e-12)
    }
  }

  /// Wrappers have the parameters of what they wrap, and take others.
  @Test func parametersInsideOthers() throws {
    let affine = try Layer.affine(
      inputs: 1, outputs: 1, weights: [2], bias: [-1])
    func check(
      _ function: any ElementalFunction, at x: [Double],
      _ parameters: [Double], _ value: [Double], _ expected: [Double]
    ) throws {
      let prepared = try ComposedFunction([function]).prepare()
      try prepared.setParameters(parameters, ofFunction: 0)
      let found = try prepared.parameterJacobians(at: x)
      #expect(found.map(\.function) == [0])
      #expect(close(try found[0].jacobian.denseEntries(), expected))
      #expect(close(try prepared.value(at: x), value))
    }
    // 4 · x + 3 + x, by 4 and 3.
    try check(try Layer.residual(affine), at: [5], [4, 3], [28], [5, 1])
    // x₁ · exp(w x₀ + c) + v x₀ + d, by w, c, v and d.
    let slope = 3 * exp(0.5 * 2 - 1.5)
    try check(
      try Layer.coupling(scale: affine, shift: affine), at: [2, 3],
      [0.5, -1.5, 4, 7], [2, slope + 15],
      [0, 0, 0, 0, 2 * slope, slope, 2, 1])
  }

  /// Two nodes and seven parameters, trained until the loss has fallen.
  @Test func gradientDescentLowersTheLoss() throws {
    var generator = SplitMix64(seed: 3)
    let first = try Self.affine(1, 2, &generator, name: "hidden")
    let second = try Self.affine(2, 1, &generator, name: "output")
    let f = try ComposedFunction([first, Layer.tanh(count: 2), second])
    let prepared = try f.prepare()
    var parameters = [0: first.parameters, 2: second.parameters]
    #expect(parameters.values.map(\.count).reduce(0, +) == 7)
    let samples = (-4...4).map { Double($0) / 4 }
    var losses: [Double] = []
    for _ in 0..<200 {
      var loss = 0.0
      var steps = parameters.mapValues { $0.map { _ in 0.0 } }
      for x in samples {
        let error = try prepared.value(at: [x])[0] - x * x
        loss += error * error
        for (k, jacobian) in try prepared.parameterJacobians(at: [x]) {
          for j in 0..<jacobian.columns {
            steps[k]![j] += 2 * error * jacobian.entry(0, j)
          }
        }
      }
      losses.append(loss)
      for (k, step) in steps {
        for j in step.indices { parameters[k]![j] -= 0.05 * step[j] }
        try prepared.setParameters(parameters[k]!, ofFunction: k)
      }
    }
    #expect(losses.last! < 0.2 * losses[0])
  }

  @Test func limitsAreKept() throws {
    let f = try ComposedFunction([
      ClosureLayer(count: 6, tape: 100), ClosureLayer(count: 6, tape: 100),
    ])
    let free = try f.prepare()
    let tight = try f.prepare(limits: Limits(tapePerStep: 50))
    let x = Self.point(6)
    #expect(
      close(
        try free.jacobian(at: x).denseEntries(),
        try tight.jacobian(at: x).denseEntries()))
    #expect(
      !tight.plan.plan.steps.contains {
        switch $0 {
        case .accumulate(_, .adjoint), .eliminate(_, .adjoint, _): true
        default: false
        }
      })
  }

  /// Only what a plan's adjoints need is recorded.
  @Test func nothingIsKeptInVain() throws {
    let layer = ClosureLayer(count: 4, tape: 1)
    let f = try ComposedFunction([layer, layer])
    let prepared = try f.prepare(limits: Limits(tapePerStep: 1))
    layer.log.removeAll()
    _ = try prepared.jvp(at: Self.point(4), tangents: [1, 0, 0, 0])
    #expect(layer.log.all.allSatisfy { !$0.contains(.adjoint) })
    #expect(layer.log.all.count == 2)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let f = try Self.network([3, 4, 2])
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    let prepared = try f.prepare()
    #expect(
      message { _ = try prepared.jacobian(at: [1, 2]) }.contains("3 inputs"))
    #expect(
      message { _ = try prepared.jacobian(at: [1, .nan, 2]) }
        .contains("/point/1"))
    #expect(
      message { _ = try prepared.jvp(at: [1, 2, 3], tangents: [1]) }
        .contains("3 × 1"))
    #expect(
      message {
        _ = try prepared.partialJacobian(from: 2, to: 2, at: [1, 2, 3])
      }.contains("from 2 to 2"))
    #expect(message { _ = try prepared.gradient(at: [1, 2, 3]) }.contains("2"))
    let misfit = try Layer.tanh(count: 5)
    #expect(
      message { _ = try ComposedFunction([f.functions[0], misfit]) }
        .contains("\"tanh\" with 4 inputs"))
    let pole = try Layer.pointwise(name: "pole", count: 2) {
      1 / $0
    } derivative: {
      -1 / ($0 * $0)
    }
    let g = try ComposedFunction([pole, Layer.sin(count: 2)])
    #expect(
      message { _ = try g.jacobian(at: [1, 0]) }.contains("\"pole\""))
  }

  /// Equal shapes are planned once, and prepared values don't share points.
  @Test func preparedTwice() throws {
    let f = try Self.network([5, 3, 5])
    let (a, b) = (try f.prepare(), try f.prepare())
    #expect(a.plan == b.plan)
    let x = Self.point(5)
    #expect(
      try a.jacobian(at: x).denseEntries()
        == b.jacobian(at: x).denseEntries())
  }
}

/// Functions that are written once, as layers of a composition.
@Suite struct ComposedGenericTests {
  struct SumAndProduct: ScalarFunction {
    let inputCount = 2
    let outputCount = 2
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [x[0] + x[1], x[0] * x[1]]
    }
  }

  @Test func sumAndProduct() throws {
    let f = try ComposedFunction([
      Elemental.generic(name: "sum and product", SumAndProduct())
    ])
    let jacobian = try f.jacobian(at: [4, 5])
    #expect(try jacobian.denseEntries() == [1, 1, 5, 4])
  }

  /// Operations are counted at a point.
  @Test func countingNeedsAPoint() throws {
    let f = try ComposedFunction([
      Elemental.generic(name: "sum and product", SumAndProduct())
    ])
    #expect(throws: ChainError.self) { try f.prepare() }
    let prepared = try f.prepare(measuringAt: [1, 2])
    #expect(prepared.problem.factors[0].tangentCost == 4)
    // Two products are cheaper than any sweep.
    #expect(prepared.compiledFunctions == [0])
    #expect(prepared.problem.factors[0].isGiven)
  }
}
