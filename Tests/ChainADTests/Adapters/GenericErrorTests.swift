import ChainAD
import JacobianChain
import Testing

@Suite("What adapters refuse") struct GenericErrorTests {
  private func refusal(_ body: () throws -> Void) -> ChainError? {
    do { try body() } catch { return error as? ChainError }
    return nil
  }

  @Test(
    "another number of outputs than declared",
    arguments: [
      [], .adjoint,
    ] as [Abilities])
  func outputs(_ kept: Abilities) {
    let function = Elemental.generic(name: "valve", Unruly())
    let error = refusal {
      _ = try Derivatives(function, at: [1, 2], keeping: kept)
    }
    #expect(error?.kind == .malformed)
    #expect(error?.location == "function valve")
    #expect(error?.expected == "2 outputs" && error?.found == "3")
  }

  @Test func thrownByTheFunction() {
    let function = Elemental.generic(name: "valve", Unruly(throwing: true))
    #expect(throws: Unruly.Refused.self) {
      _ = try Derivatives(function, at: [1, 2])
    }
  }

  @Test func counts() throws {
    let function = Elemental.generic(name: "example", SumAndProduct())
    let place = try Derivatives(function, at: [4, 5])
    #expect(
      refusal { _ = try Derivatives(function, at: [4]) }?.expected
        == "2 inputs")
    #expect(
      refusal { _ = try place.tangents([1], width: 1) }?.expected == "2 seeds")
    #expect(
      refusal { _ = try place.adjoints([1], width: 1) }?.expected == "2 seeds")
    #expect(
      refusal { _ = try place.entries(count: 3) }?.expected == "4 entries")
  }

  @Test func noPoint() {
    let function = Elemental.generic(name: "example", SumAndProduct())
    let place = Derivatives(function, function.linearization())
    for error in [
      refusal { _ = try place.byTangents() },
      refusal { _ = try place.byAdjoints() },
      refusal { _ = try place.entries() },
    ] {
      #expect(error?.expected == "a point to linearise at")
    }
  }

  @Test("a structure that doesn't fit the shape")
  func structure() throws {
    let function = Elemental.generic(
      name: "valve", structure: .diagonal,
      Mixture(inputCount: 3, outputCount: 2))
    let place = try Derivatives(function, at: [1, 2, 3])
    let error = refusal { _ = try place.entries() }
    #expect(error?.location == "function valve/structure")
  }
}
