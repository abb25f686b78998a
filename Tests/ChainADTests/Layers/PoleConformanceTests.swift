import ChainAD
import ChainADTestSupport
import JacobianChain
import Testing

/// The law of poles holds for every way in, and the suite finds who breaks it.
@Suite struct PoleConformanceTests {
  private struct Roots: ScalarFunction {
    let inputCount = 3
    let outputCount = 3
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [.sqrt(x[0]) + x[1], x[1] * x[2], .log(1 + x[2])]
    }
  }

  private struct RootsByPullback: Pullback {
    let inputCount = 2
    let outputCount = 2
    func value(at x: [Double]) -> [Double] {
      [x[0].squareRoot(), x[0] + x[1]]
    }
    func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
      [v[0] * T(0.5 / x[0].squareRoot()) + v[1], v[1]]
    }
  }

  private static func layer(_ count: Int) throws -> some CurvedFunction {
    try Layer.pointwise(
      name: "roots", count: count, value: { $0.squareRoot() },
      derivative: { 0.5 / $0.squareRoot() })
  }

  @Test func everyWayInKeepsTheLaw() throws {
    let generic = Elemental.generic(name: "roots", Roots())
    try AdapterConformance(generic).check(
      atPoles: [[0, 1, 2], [4, 1, 2], [0, 0, 0]])
    let sparse = Elemental.generic(
      name: "roots",
      structure: .sparse(
        try SparsePattern(
          rows: 3, columns: 3, rowIndices: [0, 0, 1, 1, 2],
          columnIndices: [0, 1, 1, 2, 2])), Roots())
    try AdapterConformance(sparse).check(atPoles: [[0, 1, 2]])
    try AdapterConformance(Self.layer(3)).check(atPoles: [
      [1, 0, 4], [0, 0, 1],
    ])
    try AdapterConformance(Layer.residual(generic)).check(atPoles: [[0, 1, 2]])
    try AdapterConformance(Layer.residual(Self.layer(2))).check(atPoles: [
      [0, 1]
    ])
    try AdapterConformance(
      Elemental.pullback(name: "roots", RootsByPullback())
    ).check(atPoles: [[0, 1], [1, 0]])
    try AdapterConformance(
      Layer.coupling(
        scale: Elemental.generic(name: "s", OneRoot()), shift: Self.layer(1))
    ).check(atPoles: [[0, 1], [0, 0]])
  }

  private struct OneRoot: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [.sqrt(x[0])] }
  }

  @Test("who leaves zeros out is found", arguments: ["tangents", "adjoints"])
  func zerosLeftOut(_ side: String) throws {
    @Sendable func product(
      _ x: [Double], _ seeds: [Double], _ leavesOut: Bool
    ) -> [Double] {
      seeds.map { leavesOut && $0 == 0 ? 0 : $0 * 0.5 / x[0].squareRoot() }
    }
    func function(_ broken: String?) -> some CurvedFunction {
      Elemental.closures(
        name: "root", inputCount: 1, outputCount: 1,
        value: { [$0[0].squareRoot()] },
        tangent: { x, seeds, _ in product(x, seeds, broken == "tangents") },
        adjoint: { x, seeds, _ in product(x, seeds, broken == "adjoints") })
    }
    try AdapterConformance(function(nil)).check(atPoles: [[0]])
    let error = #expect(throws: ChainError.self) {
      try AdapterConformance(function(side)).check(atPoles: [[0]])
    }
    #expect(error?.location == "root/poles/\(side) of 0")
  }

  @Test("entries that forget a pole are found")
  func forgottenPole() {
    let function = Elemental.closures(
      name: "root", inputCount: 1, outputCount: 1,
      value: { [$0[0].squareRoot()] },
      tangent: { x, seeds, _ in seeds.map { $0 * 0.5 / x[0].squareRoot() } },
      entries: { x in [x[0] == 0 ? 0 : 0.5 / x[0].squareRoot()] })
    let error = #expect(throws: ChainError.self) {
      try AdapterConformance(function).check(atPoles: [[0]])
    }
    #expect(error?.location == "root/poles/tangents")
  }
}
