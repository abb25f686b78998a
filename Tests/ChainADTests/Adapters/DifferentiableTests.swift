#if canImport(_Differentiation)
  import ChainAD
  import ChainADDifferentiable
  import ChainADTestSupport
  import JacobianChain
  import Testing
  import _Differentiation

  @Suite("Functions that Swift differentiates") struct DifferentiableTests {
    let example: any CurvedFunction = Elemental.differentiable(
      name: "example", inputCount: 2, outputCount: 2,
      of: { x in [x[0] + x[1], x[0] * x[1]] })

    @Test func exampleAtTwoPoints() throws {
      #expect(example.abilities == .adjoint)
      for kept in [[], .adjoint] as [Abilities] {
        var place = try Derivatives(example, at: [1, 1], keeping: kept)
        try place.move(to: [4, 5], keeping: kept)
        #expect(place.value == [9, 20])
        #expect(try place.byAdjoints() == [1, 1, 5, 4])
        #expect(try place.adjoints([2, 3], width: 1) == [17, 14])
      }
    }

    @Test("loops and branches, and an output that doesn't move")
    func flow() throws {
      let function = Elemental.differentiable(
        name: "flow", inputCount: 3, outputCount: 2,
        of: { x in
          var sum = 0.0
          for index in withoutDerivative(at: x.indices) where x[index] > 0 {
            sum += x[index] * x[index]
          }
          return [sum, 1]
        })
      let place = try Derivatives(function, at: [2, -3, 4], keeping: .adjoint)
      #expect(try place.byAdjoints() == [4, 0, 8, 0, 0, 0])
    }

    /// (x₀ · x₁ · x₂, x₀² + x₁ · x₂²), and how its adjoint changes.
    private func bent(_ curvature: GivenCurvature) -> some CurvedFunction {
      Elemental.differentiable(
        name: "bent", inputCount: 3, outputCount: 2,
        costs: ElementalCosts(adjoint: .declared(9)), curvature: curvature,
        of: { x in [x[0] * x[1] * x[2], x[0] * x[0] + x[1] * x[2] * x[2]] })
    }

    private struct Bent: ScalarFunction {
      let inputCount = 3, outputCount = 2
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        [x[0] * x[1] * x[2], x[0] * x[0] + x[1] * x[2] * x[2]]
      }
    }

    private let gradient = GivenCurvature.gradient { x, weights in
      let (first, second) = (weights[0], weights[1])
      return [
        first * x[1] * x[2] + 2 * second * x[0],
        first * x[0] * x[2] + second * x[2] * x[2],
        first * x[0] * x[1] + 2 * second * x[1] * x[2],
      ]
    }

    @Test("Hessians by the pullback of a gradient")
    func curvature() throws {
      let bent = Twins(function: bent(gradient), twin: Bent())
      let chains: [[Twins]] = [
        [bent, .generic(Rosenbrock(inputCount: 2))],
        [
          try .affine(3, 4, seed: 1), bent, try .pointwise(2, .tanh),
          try .affine(3, 2, seed: 2), bent, try .affine(1, 2, seed: 3),
        ],
      ]
      for chain in chains {
        let (composed, whole) = try Twins.chain(chain)
        let x = HessianTests.draw(composed.inputCount, seed: 1)
        expectClose(
          try checkRows(composed.prepare(), at: x),
          try checkRows(whole.prepare(), at: x))
      }
    }

    @Test func lawsOfTheGradient() throws {
      try AdapterConformance(
        bent(gradient), reference: Elemental.generic(name: "bent", Bent())
      ).check(at: [[1, 2, 3], [0.5, -1, 2]])
      // What is the same everywhere is left out by Swift.
      let double = Elemental.differentiable(
        name: "double", inputCount: 2, outputCount: 2,
        curvature: .gradient { _, weights in [weights[0], weights[1]] },
        of: { x in [x[0], x[1]] })
      try AdapterConformance(double).check(at: [[1, 2]])
    }

    @Test("the example of the documentation")
    func documented() throws {
      let function = Elemental.differentiable(
        name: "example", inputCount: 2, outputCount: 2,
        curvature: .gradient { x, weights in
          [weights[0] + weights[1] * x[1], weights[0] + weights[1] * x[0]]
        },
        of: { x in [x[0] + x[1], x[0] * x[1]] })
      try AdapterConformance(
        function, reference: Elemental.generic(name: "twin", SumAndProduct())
      ).check(at: [[4, 5], [-1, 2]])
    }

    @Test func missingCurvature() throws {
      let sum = try Layer.affine(inputs: 2, outputs: 1, weights: [1, 1])
      func refusal(_ curvature: GivenCurvature) throws -> ChainError? {
        let f = try ComposedFunction([bent(curvature), sum]).prepare()
        return #expect(throws: ChainError.self) {
          _ = try f.hessian(at: [1, 2, 3])
        }
      }
      let missing = try #require(try refusal(.unknown))
      #expect(missing.expected == "second derivatives of \"bent\"")
      #expect(missing.advice.contains(".gradient"))
      let short = try #require(try refusal(.gradient { x, _ in [x[0]] }))
      #expect(
        short.kind == .malformed
          && short.expected.contains("\"bent curvature\""))
      #expect(short.found == "1, where 3 entries was expected")
    }

    @Test func refusals() throws {
      let place = try Derivatives(example, at: [4, 5])
      #expect(throws: ChainError.self) { _ = try place.byTangents() }
      #expect(throws: ChainError.self) { _ = try place.entries() }
      #expect(throws: ChainError.self) { _ = try place.adjoints([1], width: 1) }
      #expect(throws: ChainError.self) {
        _ = try Derivatives(example, at: [4, 5, 6])
      }
    }
  }
#endif
