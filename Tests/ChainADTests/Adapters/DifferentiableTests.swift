#if canImport(_Differentiation)
  import ChainAD
  import ChainADDifferentiable
  import JacobianChain
  import Testing
  import _Differentiation

  @Suite("Functions that Swift differentiates") struct DifferentiableTests {
    let example = DifferentiableFunction(
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
      let function = DifferentiableFunction(
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
