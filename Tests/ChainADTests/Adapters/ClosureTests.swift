import ChainAD
import JacobianChain
import Testing

@Suite("Closures") struct ClosureTests {
  /// J = [[1, 1], [x₂, x₁]].
  private func product(
    tangent: Bool = true, adjoint: Bool = true, entries: Bool = true
  ) -> ClosureFunction {
    let tangents: ClosureFunction.Product = { x, seeds, width in
      let (first, second) = (seeds.prefix(width), seeds.suffix(width))
      return zip(first, second).map { $0 + $1 }
        + zip(first, second).map { x[1] * $0 + x[0] * $1 }
    }
    let adjoints: ClosureFunction.Product = { x, seeds, width in
      (0..<width).flatMap { row -> [Double] in
        let (first, second) = (seeds[2 * row], seeds[2 * row + 1])
        return [first + x[1] * second, first + x[0] * second]
      }
    }
    let all: ClosureFunction.AtPoint = { [1, 1, $0[1], $0[0]] }
    return ClosureFunction(
      name: "product", inputCount: 2, outputCount: 2,
      value: { [$0[0] + $0[1], $0[0] * $0[1]] },
      tangent: tangent ? tangents : nil, adjoint: adjoint ? adjoints : nil,
      entries: entries ? all : nil)
  }

  @Test func allThree() throws {
    var place = try Derivatives(product(), at: [1, 1])
    try place.move(to: [4, 5])
    #expect(place.value == [9, 20])
    #expect(try place.byTangents() == [1, 1, 5, 4])
    #expect(try place.byAdjoints() == [1, 1, 5, 4])
    #expect(try place.entries() == [1, 1, 5, 4])
    #expect(try place.tangents([1, 2], width: 1) == [3, 13])
  }

  @Test("abilities and costs follow from the closures")
  func abilities() throws {
    #expect(product().abilities == [.tangent, .adjoint, .entries])
    let bare = product(tangent: false, adjoint: false, entries: false)
    #expect(bare.abilities == [])
    let place = try Derivatives(bare, at: [4, 5])
    #expect(throws: ChainError.self) { _ = try place.byTangents() }
    #expect(throws: ChainError.self) { _ = try place.byAdjoints() }
    #expect(throws: ChainError.self) { _ = try place.entries() }
    let pullback = product(tangent: false, entries: false)
    #expect(pullback.abilities == .adjoint)
    #expect(pullback.costs.tangent == .counted)
    #expect(pullback.costs.adjoint == .measured)
  }

  @Test("a block of another size than documented")
  func sizes() throws {
    let function = ClosureFunction(
      name: "short", inputCount: 2, outputCount: 1, value: { [$0[0]] },
      tangent: { _, _, _ in [] })
    let place = try Derivatives(function, at: [4, 5])
    do {
      _ = try place.byTangents()
      Issue.record("accepted")
    } catch let error as ChainError {
      #expect(error.location == "function short")
      #expect(error.expected == "2 tangents" && error.found == "0")
    }
  }
}
