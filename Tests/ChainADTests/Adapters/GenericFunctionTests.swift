import ChainAD
import JacobianChain
import RealModule
import Testing

@Suite("Generic functions") struct GenericFunctionTests {
  @Test("(x₁ + x₂, x₁ · x₂) at (4, 5)")
  func example() throws {
    let function = Elemental.generic(name: "example", SumAndProduct())
    #expect(function.abilities == [.tangent, .adjoint, .entries])
    #expect(function.costs.tangent == .undeclared)
    for kept in [[], .adjoint, .tangent, .entries] as [Abilities] {
      let place = try Derivatives(function, at: [4, 5], keeping: kept)
      #expect(place.value == [9, 20])
      #expect(try place.byTangents() == [1, 1, 5, 4])
      #expect(try place.byAdjoints() == [1, 1, 5, 4])
      #expect(try place.entries() == [1, 1, 5, 4])
    }
  }

  @Test(
    "⟨ȳ, J·ẋ⟩ = ⟨ȳ·J, ẋ⟩ and all ways agree, for any shape",
    arguments: [(1, 1), (3, 5), (5, 3), (1, 9), (9, 1), (4, 4), (8, 17)])
  func laws(_ m: Int, _ n: Int) throws {
    let function = Elemental.generic(
      name: "mixture", Mixture(inputCount: n, outputCount: m))
    let place = try Derivatives(
      function, at: scattered(n), keeping: [.tangent, .adjoint])
    let (forward, backward) = (try place.byTangents(), try place.byAdjoints())
    #expect(agree(forward, backward, within: 1e-14))
    let entries = try place.entries()
    #expect(entries == forward || entries == backward)
    let (y, x) = (scattered(m, from: 50), scattered(n, from: 90))
    let tangent = try place.tangents(x, width: 1)
    let adjoint = try place.adjoints(y, width: 1)
    #expect(abs(dot(y, tangent) - dot(adjoint, x)) < 1e-13)
  }

  @Test("a block of any width is its columns side by side")
  func widths() throws {
    let function = Elemental.generic(
      name: "mixture", Mixture(inputCount: 3, outputCount: 2))
    let place = try Derivatives(function, at: [0.3, -1, 2])
    for width in 0...9 {
      let seeds = scattered(3 * width)
      let block = try place.tangents(seeds, width: width)
      for column in 0..<width {
        let one = (0..<3).map { seeds[$0 * width + column] }
        let tangent = try place.tangents(one, width: 1)
        #expect(tangent == (0..<2).map { block[$0 * width + column] })
      }
      let rows = scattered(2 * width)
      let adjoints = try place.adjoints(rows, width: width)
      for row in 0..<width {
        let one = Array(rows[row * 2..<row * 2 + 2])
        let adjoint = try place.adjoints(one, width: 1)
        #expect(adjoint == Array(adjoints[row * 3..<row * 3 + 3]))
      }
    }
  }

  @Test("moving on, nothing of the old point is left")
  func moving() throws {
    let function = Elemental.generic(name: "in place", InPlace())
    var place = try Derivatives(function, at: [1, 2, 3], keeping: .adjoint)
    _ = try place.entries()
    try place.move(to: [0, 1, 2])
    let fresh = try Derivatives(function, at: [0, 1, 2])
    #expect(place.value == fresh.value)
    #expect(try place.byAdjoints() == fresh.byAdjoints())
    #expect(try place.byTangents() == fresh.byTangents())
    #expect(
      try place.entries() == [1, 0, 0, .exp(1), 0, 0, .exp(2), 0, 0])
  }

  @Test("functions are values for all threads")
  func threads() async throws {
    let function = Elemental.generic(
      name: "mixture", Mixture(inputCount: 6, outputCount: 6))
    let expected = try Derivatives(function, at: scattered(6)).byAdjoints()
    try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var place = try Derivatives(function, at: scattered(6, from: 9))
          for _ in 0..<20 {
            try place.move(to: scattered(6), keeping: .adjoint)
          }
          return try place.byAdjoints()
        }
      }
      for try await block in group { #expect(block == expected) }
    }
  }

  /// A function that knows nothing of this package.
  static func norm<T: AlgebraicField & ElementaryFunctions>(_ x: [T]) -> T {
    .sqrt(x.reduce(0) { $0 + $1 * $1 })
  }

  struct Norm: ScalarFunction {
    let inputCount = 2
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [GenericFunctionTests.norm(x)]
    }
  }

  @Test("functions over AlgebraicField & ElementaryFunctions are taken")
  func foreign() throws {
    let place = try Derivatives(
      Elemental.generic(name: "norm", Norm()), at: [3, 4])
    #expect(place.value == [5])
    #expect(agree(try place.byTangents(), [0.6, 0.8], within: 1e-15))
    #expect(agree(try place.byAdjoints(), [0.6, 0.8], within: 1e-15))
  }

  @Test func tape() throws {
    // Two inputs, a sum and a product.
    #expect(try SumAndProduct().tapeLength(at: [4, 5]) == 4 * 3)
  }
}
