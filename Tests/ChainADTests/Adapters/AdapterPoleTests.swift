import ChainAD
import ChainADDifferentiable
import ChainExecutor
import JacobianChain
import Testing

/// Whatever wraps a function, poles are those of the function.
@Suite("Poles by every kind of adapter") struct AdapterPoleTests {
  @Test("adapters have the same law")
  func adapters() throws {
    func closure(_ abilities: Abilities) -> any ElementalFunction {
      let slope: ClosureAtPoint = { [0.5 / $0[0].squareRoot()] }
      let product: ClosureProduct = { x, seeds, _ in
        seeds.map { $0 * 0.5 / x[0].squareRoot() }
      }
      return Elemental.closures(
        name: "root", inputCount: 1, outputCount: 1,
        value: { [$0[0].squareRoot()] },
        tangent: abilities.contains(.tangent) ? product : nil,
        adjoint: abilities.contains(.adjoint) ? product : nil,
        entries: abilities.contains(.entries) ? slope : nil,
        costs: .init(tangent: .declared(1), adjoint: .declared(1)))
    }
    struct Root: Pullback {
      let inputCount = 1
      let outputCount = 1
      func value(at x: [Double]) -> [Double] { [x[0].squareRoot()] }
      func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
        [v[0] * T(0.5 / x[0].squareRoot())]
      }
    }
    let roots: [any ElementalFunction] = [
      closure(.tangent), closure(.adjoint), closure(.entries),
      Elemental.pullback(
        name: "root",
        costs: .init(tangent: .declared(1), adjoint: .declared(1)), Root()),
      PoleTests.generic(.root), try PoleTests.root(1),
    ]
    for root in roots {
      for square in [
        PoleTests.generic(.square),
        try Layer.pointwise(
          name: "square", count: 1, value: { $0 * $0 },
          derivative: { 2 * $0 }),
      ] {
        let prepared = try ComposedFunction([root, square]).prepare()
        let error = #expect(throws: ChainError.self) {
          try prepared.jacobian(at: [0])
        }
        #expect(error?.location == "/functions/0")
        #expect(
          error?.found
            == "∂(output 0)/∂(input 0) is inf at input 0 = 0.0 of (0.0)")
        #expect(
          agree(try prepared.gradient(at: [4]), [1], within: 1e-15))
      }
    }
  }

  #if canImport(_Differentiation)
    @Test("so have functions that Swift differentiates")
    func differentiable() throws {
      let root = Elemental.differentiable(
        name: "root", inputCount: 1, outputCount: 1,
        costs: .init(adjoint: .declared(1))
      ) { x in [x[0].squareRoot()] }
      let prepared = try ComposedFunction([root, PoleTests.generic(.square)])
        .prepare()
      let error = #expect(throws: ChainError.self) {
        try prepared.jacobian(at: [0])
      }
      #expect(error?.location == "/functions/0")
      #expect(agree(try prepared.gradient(at: [4]), [1], within: 1e-15))
    }
  #endif

  @Test("more lanes than one sweep has, by every way")
  func lanes() throws {
    let point = [1, 4, 1, 0, 1, 1.0]
    for structure in [Structure.dense, .banded(lower: 0, upper: 1)] {
      let function = Elemental.generic(
        name: "band", structure: structure, PoleTests.Step.band)
      var ways = try Derivatives(function, at: point, keeping: .adjoint)
      let entries = try ways.entries(
        count: structure == .dense ? 36 : 11)
      // One entry alone; what isn't there is 0, not 0 · ∞.
      #expect(entries.filter { !$0.isFinite } == [.infinity])
      #expect(entries.filter { $0 != 0 }.count == 11)
      let byTangents = try ways.byTangents()
      let byAdjoints = try ways.byAdjoints()
      for row in 0..<6 {
        for column in 0..<6 {
          // Unit vectors are numbers: the row, or the column, is NaN.
          #expect(byTangents[row * 6 + column].isFinite == (row != 3))
          #expect(byAdjoints[row * 6 + column].isFinite == (column != 3))
        }
      }
      try ways.move(to: [1, 4, 1, 9, 1, 1])
      #expect(try ways.byTangents() == ways.byAdjoints())
    }
  }
}
