import ChainADTestSupport
import ChainExecutor
import JacobianChain
import Testing

@testable import ChainAD

@Suite("Closures") struct ClosureTests {
  /// J = [[1, 1], [x₂, x₁]].
  private func product(
    tangent: Bool = true, adjoint: Bool = true, entries: Bool = true
  ) -> some CurvedFunction {
    let tangents: ClosureProduct = { x, seeds, width in
      let (first, second) = (seeds.prefix(width), seeds.suffix(width))
      return zip(first, second).map { $0 + $1 }
        + zip(first, second).map { x[1] * $0 + x[0] * $1 }
    }
    let adjoints: ClosureProduct = { x, seeds, width in
      (0..<width).flatMap { row -> [Double] in
        let (first, second) = (seeds[2 * row], seeds[2 * row + 1])
        return [first + x[1] * second, first + x[0] * second]
      }
    }
    let all: ClosureAtPoint = { [1, 1, $0[1], $0[0]] }
    return Elemental.closures(
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
    #expect(pullback.costs.adjoint == .undeclared)
  }

  @Test("the squares of the documentation bend")
  func squares() throws {
    let square = Elemental.closures(
      name: "square", inputCount: 3, outputCount: 3,
      value: { x in x.map { $0 * $0 } },
      entries: { x in x.map { 2 * $0 } }, structure: .diagonal,
      curvature: .entries(structure: .diagonal) { x, weights in
        weights.map { 2 * $0 }
      })
    try AdapterConformance(square).check(at: [[1, 2, 3], [-1, 0, 4]])
    let weights = try Layer.affine(
      inputs: 3, outputs: 1, weights: [1, 10, 100])
    let hessian = try ComposedFunction([square, weights]).prepare()
      .hessian(at: [1, 2, 3])
    #expect(hessian.pattern.structure == .diagonal)
    #expect(
      try hessian.denseEntries() == [2, 0, 0, 0, 20, 0, 0, 0, 200])
  }

  @Test("what is declared of the curvature")
  func curvature() throws {
    func closure(
      _ structure: Structure, _ curvature: GivenCurvature
    ) -> some CurvedFunction {
      Elemental.closures(
        name: "closure", inputCount: 5, outputCount: 5, value: { $0 },
        entries: { $0 }, structure: structure, curvature: curvature)
    }
    let band = Structure.banded(lower: 0, upper: 1)
    #expect(closure(band, .unknown).curvature == .unknown)
    #expect(closure(band, .zero).curvature == .zero)
    // Two inputs of one output are neighbours.
    #expect(
      closure(band, .products(cost: 7) { _, _, seeds, _ in seeds }).curvature
        == .products(.banded(lower: 1, upper: 1), product: 7))
    #expect(
      closure(band, .products(structure: .dense) { _, _, seeds, _ in seeds })
        .curvature
        == .products(.dense))
    #expect(
      closure(band, .entries(structure: .diagonal) { _, _ in [] }).curvature
        == .entries(.diagonal))
    #expect(closure(.identity, .unknown).curvature == .zero)
    #expect(
      closure(.identity, .products { _, _, seeds, _ in seeds }).curvature
        == .zero)
  }

  /// Both kinds of price, in the problem that plans are made of.
  @Test("a declared cost of the curvature is its price")
  func price() throws {
    func price(_ cost: Int?) throws -> Int? {
      let closure = NeighbourClosures.function(
        5, curvature: .products(cost: cost) { _, _, seeds, _ in seeds })
      let table = try FactorTable(
        try ComposedFunction([closure]).graph, costsOn: nil, at: .fma,
        eliminates: false)
      let factor = try table.curvature(of: 0)
      #expect(factor.tangentCost == factor.adjointCost && !factor.isGiven)
      return factor.tangentCost
    }
    #expect(try price(7) == 7)
    // Twice a tangent and an adjoint of ten each.
    #expect(try price(nil) == 40)
  }

  @Test("a block of another size than documented")
  func sizes() throws {
    let function = Elemental.closures(
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
