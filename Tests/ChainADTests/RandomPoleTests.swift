import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import Testing

/// Seeded compositions with poles, kinks, constants and slopes of 0: every way
/// to every function gives the same Jacobian, or the same error.
@Suite("Random poles") struct RandomPoleTests {
  /// A few operations on earlier numbers, the last ones being the outputs.
  struct Program: ScalarFunction {
    enum Operation {
      case sum(Int, Int), product(Int, Int), root(Int), inverse(Int)
      case square(Int), ramp(Int), constant(Double), scaled(Double, Int)
      case angle(Int)
    }

    let inputCount: Int
    let outputCount: Int
    private var operations: [Operation] = []

    init(
      _ inputs: Int, _ outputs: Int, scales: [Double],
      _ random: inout SplitMix64
    ) {
      (inputCount, outputCount) = (inputs, outputs)
      for step in 0..<outputs + 3 {
        func any() -> Int { random.integer(in: 0...inputs + step - 1) }
        let operation: Operation =
          switch random.integer(in: 0...8) {
          case 0: .sum(any(), any())
          case 1: .product(any(), any())
          case 2: .root(any())
          case 3: .inverse(any())
          case 4: .square(any())
          case 5: .ramp(any())
          case 6: .constant(Double(random.integer(in: 0...2)))
          case 7:
            .scaled(scales[random.integer(in: 0...3)], any())
          default: .angle(any())
          }
        operations.append(operation)
      }
    }

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      var numbers = x
      for operation in operations {
        switch operation {
        case .sum(let a, let b): numbers.append(numbers[a] + numbers[b])
        case .product(let a, let b): numbers.append(numbers[a] * numbers[b])
        case .root(let a): numbers.append(.sqrt(abs(numbers[a])))
        case .inverse(let a): numbers.append(1 / numbers[a])
        case .square(let a): numbers.append(numbers[a] * numbers[a])
        case .ramp(let a): numbers.append(max(numbers[a], 0))
        case .constant(let a): numbers.append(T(a))
        case .scaled(let a, let b): numbers.append(T(a) * numbers[b])
        case .angle(let a): numbers.append(.atan(numbers[a]))
        }
      }
      return Array(numbers.suffix(outputCount))
    }
  }

  /// What became of a Jacobian.
  enum Outcome: Equatable {
    case entries([Double])
    case error(ChainError)

    func agrees(with other: Outcome) -> Bool {
      switch (self, other) {
      case (.entries(let a), .entries(let b)):
        agree(a, b, within: 1e-12)
      case (.error(let a), .error(let b)): a == b
      case (.entries, .error), (.error, .entries): false
      }
    }

    init(_ jacobian: () throws(ChainError) -> Matrix) {
      do {
        self = .entries(try jacobian().denseEntries())
      } catch {
        self = .error(error)
      }
    }
  }

  /// Three functions and a point of zeros and small numbers.
  private struct Draw {
    let functions: [any ElementalFunction]
    let point: [Double]

    init(
      seed: Int, outputs: Int? = nil, scales: [Double] = [0, -1, 1e150, 1e-200]
    ) {
      var random = SplitMix64(seed: UInt64(seed))
      var sizes = (0..<4).map { _ in random.integer(in: 1...3) }
      sizes[3] = outputs ?? sizes[3]
      functions = (0..<3).map { k in
        Elemental.generic(
          name: "F\(k)",
          Program(sizes[k], sizes[k + 1], scales: scales, &random))
      }
      point = (0..<sizes[0]).map { _ in
        [0, 0, 1, -1, 4, 0.5][random.integer(in: 0...5)]
      }
    }
  }

  @Test(arguments: 1...200)
  func oneAnswer(seed: Int) throws {
    let draw = Draw(seed: seed)
    var first: Outcome?
    for way in PoleTests.everyWay(draw.functions) {
      let outcome = Outcome { () throws(ChainError) in
        try ComposedFunction(way).prepare().jacobian(at: draw.point)
      }
      let expected = first ?? outcome
      first = expected
      #expect(
        outcome.agrees(with: expected),
        "seed \(seed): \(outcome), \(expected)")
    }
  }

  /// Second derivatives too, and products with them where those are finite.
  /// (Without 1e150: of large terms that cancel, what is left is their rounding.)
  /// One way in eight is tried with each seed, others with the next.
  @Test(arguments: 1...60)
  func oneHessian(seed: Int) throws {
    let draw = Draw(seed: seed, outputs: 1, scales: [0, -1, 2, 0.5])
    let units = draw.point.indices.map { unit in
      draw.point.indices.map { $0 == unit ? 1.0 : 0 }
    }
    let dense = Pattern(denseRows: units.count, columns: units.count)
    var first: Outcome?
    let ways = PoleTests.everyWay(draw.functions)
    for index in stride(from: seed % 8, to: ways.count, by: 8) {
      let way = ways[index]
      let prepared = try ComposedFunction(way).prepare()
      let outcome = Outcome { () throws(ChainError) in
        try prepared.hessian(at: draw.point)
      }
      let expected = first ?? outcome
      first = expected
      #expect(
        outcome.agrees(with: expected),
        "seed \(seed): \(outcome), \(expected)")
      let products = Outcome { () throws(ChainError) in
        var rows: [Double] = []
        for unit in units {
          rows += try prepared.hessianVectorProduct(
            at: draw.point, vector: unit)
        }
        return try Matrix(pattern: dense, denseEntries: rows)
      }
      if case .entries = outcome {
        #expect(
          products.agrees(with: outcome),
          "seed \(seed): \(products), \(outcome)")
      } else if case .entries(let found) = products {
        Issue.record("seed \(seed): \(found), \(outcome)")
      }
    }
  }

  /// Values that are taken apart and joined again: Jacobians are sums over many
  /// paths, whose poles are those of the composition.
  @Test(arguments: 1...40)
  func oneAnswerOfGraphs(seed: Int) throws {
    let draw = Draw(seed: seed)
    for way in PoleTests.everyWay(draw.functions) {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: draw.point.count)
      var y = x
      for function in way {
        y = try graph.apply(
          function, y,
          outputs: [Int](repeating: 1, count: function.outputCount))
      }
      let expected = Outcome { () throws(ChainError) in
        try ComposedFunction(way).prepare().jacobian(at: draw.point)
      }
      let outcome = Outcome { () throws(ChainError) in
        try graph.prepare().jacobian(of: y, by: x, at: draw.point)
      }
      #expect(
        outcome.agrees(with: expected),
        "seed \(seed): \(outcome), \(expected)")
    }
  }
}
