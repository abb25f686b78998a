import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import Testing

/// Poles in graphs of functions: every way to get at the functions, and so
/// every order, has the same Jacobian or the same error.
@Suite("Poles in graphs") struct GraphPoleTests {
  enum Step: ScalarFunction, CaseIterable {
    case root, square, inverse, angle, ramp, product, scaled, both, logarithm
    case grow, shrink

    var inputCount: Int { self == .product || self == .both ? 2 : 1 }
    var outputCount: Int { self == .both ? 2 : 1 }

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      switch self {
      case .root: [.sqrt(x[0])]
      case .square: [x[0] * x[0]]
      case .inverse: [1 / x[0]]
      case .angle: [.atan(x[0])]
      case .ramp: [max(-x[0], 0)]
      case .product: [x[0] * x[1]]
      case .scaled: [-1e20 * x[0]]
      case .both: [.sqrt(abs(x[0])), x[0] * x[1]]
      case .logarithm: [.log(x[0])]
      case .grow: [1e200 * x[0]]
      case .shrink: [1e-300 * x[0]]
      }
    }

    func function(_ abilities: Abilities) -> any ElementalFunction {
      PoleTests.Only(
        inner: Elemental.generic(
          name: "\(self)",
          costs: .init(tangent: .declared(7), adjoint: .declared(7)), self),
        abilities: abilities)
    }
  }

  static let ways: [Abilities] = [
    .tangent, .adjoint, .entries, [.tangent, .adjoint],
  ]

  enum Outcome {
    case entries([Double])
    case error(ChainError)

    init(_ body: () throws -> Matrix) throws {
      do {
        self = .entries(try body().denseEntries())
      } catch let error as ChainError {
        self = .error(error)
      }
    }

    func agrees(with other: Outcome) -> Bool {
      switch (self, other) {
      case (.entries(let a), .entries(let b)):
        a.allSatisfy(\.isFinite) && agree(a, b, within: 1e-12)
      case (.error(let a), .error(let b)): a == b
      case (.entries, .error), (.error, .entries): false
      }
    }
  }

  /// A graph drawn from a seed; `abilities` are asked for each function.
  private func outcome(
    _ seed: UInt64, at point: [Double], _ abilities: () -> Abilities
  ) throws -> Outcome {
    var random = SplitMix64(seed: seed)
    var graph = FunctionGraph()
    let x = try graph.input("x", count: 2)
    var values = try (0..<2).map {
      try graph.apply(Layer.selection(from: 2, [$0]), x)
    }
    for _ in 0..<5 {
      func any() -> FunctionGraph.Value {
        values[random.integer(in: 0...values.count - 1)]
      }
      let (a, b) = (any(), any())
      let choice = random.integer(in: 0...Step.allCases.count)
      guard choice < Step.allCases.count else {
        values.append(
          try random.oneIn(2) ? graph.add(a, b) : graph.subtract(a, b))
        continue
      }
      let step = Step.allCases[choice]
      let function = step.function(abilities())
      switch step {
      case .product:
        values.append(try graph.apply(function, graph.concatenate([a, b])))
      case .both:
        let made = try graph.apply(
          function, graph.concatenate([a, b]), outputs: [1, 1])
        values += made.parts
      default: values.append(try graph.apply(function, a))
      }
    }
    let y = graph.concatenate(Array(values.suffix(2)))
    let prepared = try graph.prepare()
    return try Outcome { try prepared.jacobian(of: y, by: x, at: point) }
  }

  @Test("the same answer in every way", arguments: 0..<8 as Range<UInt64>)
  func drawn(batch: UInt64) throws {
    var (finite, errors) = (0, 0)
    for seed in batch * 40..<(batch + 1) * 40 {
      for point in [[0, 4], [0, 0], [-0.0, 1], [2, 3], [1e-40, -3]] {
        let first = try outcome(seed, at: point) { .tangent }
        if case .error = first { errors += 1 } else { finite += 1 }
        var random = SplitMix64(seed: seed + 1)
        let others: [() -> Abilities] = [
          { .adjoint }, { .entries },
          { Self.ways[random.integer(in: 0...3)] },
          { Self.ways[random.integer(in: 0...3)] },
        ]
        for abilities in others {
          let other = try outcome(seed, at: point, abilities)
          #expect(
            first.agrees(with: other),
            "seed \(seed), \(point): \(first), \(other)"
          )
        }
      }
    }
    #expect(finite > 20 && errors > 20)
  }

  /// A path of steps from one input, beside a skip of −1, in every way.
  private func outcomes(
    _ steps: [Step], at x: Double, skip: Bool = false
  ) throws -> [Outcome] {
    var found: [Outcome] = []
    for number in 0..<1 << (2 * steps.count) {
      var graph = FunctionGraph()
      let input = try graph.input("x", count: 1)
      var value = input
      for (index, step) in steps.enumerated() {
        value = try graph.apply(
          step.function(Self.ways[number >> (2 * index) & 3]), value)
      }
      if skip { value = try graph.subtract(value, input) }
      let prepared = try graph.prepare()
      found.append(
        try Outcome { try prepared.jacobian(of: value, by: input, at: [x]) })
      let products = try Outcome {
        let tangent = try prepared.jvp(of: value, at: [x], tangents: [1])
        let adjoint = try prepared.vjp(of: value, at: [x], cotangents: [1])
        #expect(agree(tangent, adjoint, within: 1e-12))
        return try Matrix(
          pattern: Pattern(denseRows: 1, columns: 1), denseEntries: tangent)
      }
      found.append(products)
    }
    return found
  }

  @Test("what overflows on the way comes back")
  func overflow() throws {
    for skip in [false, true] {
      let grown = try outcomes([.grow, .grow, .shrink], at: 1e-300, skip: skip)
      let cut = try outcomes([.shrink, .inverse, .ramp], at: 4, skip: skip)
      #expect(grown.allSatisfy { $0.agrees(with: .entries([1e100])) })
      #expect(
        cut.allSatisfy { $0.agrees(with: .entries([skip ? -1 : 0])) }, "\(cut)")
    }
  }

  @Test("a pole has one error, which names it")
  func pole() throws {
    for skip in [false, true] {
      let found = try outcomes([.root, .square], at: 0, skip: skip)
      #expect(found.allSatisfy { $0.agrees(with: found[0]) }, "\(found)")
      guard case .error(let error)? = found.first else {
        Issue.record("\(found)")
        return
      }
      #expect(error.location == "/functions/0")
      #expect(error.expected == "a finite derivative of \"root\"")
      #expect(
        error.found
          == "∂(output 0)/∂(input 0) is inf at input 0 = 0.0 of (0.0)")
      #expect(error.advice.contains("by tangents and by adjoints"))
    }
  }

  @Test("a pole by one of several inputs, for one of several outputs")
  func parts() throws {
    for abilities in Self.ways {
      var graph = FunctionGraph()
      let x = try graph.input("x", count: 1)
      let y = try graph.input("y", count: 1)
      let made = try graph.apply(
        Step.both.function(abilities), graph.concatenate([x, y]),
        outputs: [1, 1])
      let prepared = try graph.prepare()
      let (root, product) = (made.parts[0], made.parts[1])
      // |x| has the slope 0 at 0, and √ a pole.
      let error = #expect(throws: ChainError.self) {
        try prepared.jacobian(of: root, by: x, at: [0, 3])
      }
      #expect(error?.location == "/functions/0")
      #expect(error?.found.contains("∂(output 0)/∂(input 0)") == true)
      let right = try prepared.jacobian(of: product, by: x, at: [0, 3])
      #expect(try right.denseEntries() == [3])
    }
  }
}
