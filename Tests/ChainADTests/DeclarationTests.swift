import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// What functions say of themselves, and what callers ask of them.
@Suite struct DeclarationTests {
  private func affine(
    _ name: String, _ inputs: Int, _ outputs: Int
  ) throws -> some ParametricFunction & CurvedFunction {
    try Layer.affine(
      name: name, inputs: inputs, outputs: outputs,
      weights: (0..<inputs * outputs).map { Double($0 + 1) })
  }

  /// Entries that are made of sweeps aren't free because a layer is around
  /// them: a gradient takes one adjoint.
  @Test func wrappedFunctionsDeclareNoFreeEntries() throws {
    let inner = Elemental.generic(
      name: "inner", Mixture(inputCount: 30, outputCount: 30))
    let residual = try Layer.residual(inner)
    #expect(!residual.hasFreeEntries)
    #expect(residual.costs.adjoint == .undeclared)
    let coupling = try Layer.coupling(scale: inner, shift: inner)
    #expect(!coupling.hasFreeEntries)
    #expect(coupling.costs.tangent == .undeclared)
    let point = (0..<30).map { 0.1 + Double($0) / 40 }
    let function = try ComposedFunction([residual, affine("out", 30, 1)])
    let prepared = try function.prepare(measuringAt: point)
    #expect(
      prepared.plan.plan.steps.contains { step in
        if case .eliminate(_, .adjoint, _) = step { true } else { false }
      })
    let declared = Elemental.closures(
      name: "dear", inputCount: 1, outputCount: 1, value: { $0 },
      costs: ElementalCosts(tangent: .declared(.max)))
    #expect(try Layer.residual(declared).costs.tangent == .declared(.max))
  }

  /// Factors of seeds and parameters have names, too.
  @Test func functionsMayHaveAnyName() throws {
    let function = try ComposedFunction([
      affine("tangents", 2, 2), affine("adjoints", 2, 2), affine("a", 2, 2),
      affine("a parameters", 2, 2),
    ])
    let prepared = try function.prepare()
    let x = [1.0, 2]
    let jacobian = try prepared.jacobian(at: x).denseEntries()
    let column = try prepared.jvp(at: x, tangents: [1, 0], width: 1)
    let row = try prepared.vjp(at: x, cotangents: [1, 0], width: 1)
    #expect(column == [jacobian[0], jacobian[2]])
    #expect(row == [jacobian[0], jacobian[1]])
    #expect(try prepared.parameterJacobians(at: x).count == 4)
  }

  @Test func secondDerivativesAreNoUnits() throws {
    let square = Elemental.closures(
      name: "square", inputCount: 2, outputCount: 2,
      value: { [$0[0] * $0[0], $0[1]] }, entries: { [2 * $0[0], 1] },
      structure: .diagonal,
      curvature: .entries(structure: .identity) { _, _ in [] })
    let prepared = try ComposedFunction([square, affine("sum", 2, 1)]).prepare()
    let error = #expect(throws: ChainError.self) {
      try prepared.hessian(at: [1, 2])
    }
    #expect(error?.location == "/functions/0/curvature")
    #expect(error?.expected.contains("\"square\"") == true)
  }

  @Test func seedsAndThreadsAreLookedAt() throws {
    let function = try ComposedFunction([affine("a", 2, 2)])
    for threads in [0, -1, .max] {
      let error = #expect(throws: ChainError.self) {
        try function.prepare(threads: threads)
      }
      #expect(error?.location == "/threads")
    }
    let prepared = try function.prepare()
    for width in [0, -1, 2, .max] {
      #expect(throws: ChainError.self) {
        try prepared.jvp(at: [1, 2], tangents: [1, 2], width: width)
      }
    }
    let error = #expect(throws: ChainError.self) {
      try prepared.jvp(at: [1, 2], tangents: [1, .nan], width: 1)
    }
    #expect(error?.expected == "finite seeds")
    #expect(error?.found == "entry 1 is nan")
    let curved = try ComposedFunction([
      try Layer.softplus(count: 2), affine("sum", 2, 1),
    ]).prepare()
    let other = #expect(throws: ChainError.self) {
      try curved.hessianVectorProduct(at: [1, 2], vector: [1, .nan])
    }
    #expect(other?.expected == "finite seeds")
    #expect(other?.found == "entry 1 is nan")
  }

  @Test func countsAreAtLeastOne() throws {
    let error = #expect(throws: ChainError.self) {
      try ComposedFunction([
        Elemental.closures(
          name: "none", inputCount: -1, outputCount: 2, value: { $0 })
      ])
    }
    #expect(error?.location == "/functions/0")
    #expect(error?.found == "-1 inputs and 2 outputs")
  }
}
