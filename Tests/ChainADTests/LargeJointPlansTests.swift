import ChainAD
import ChainExecutor
import ChainRandom
import JacobianChain
import Testing

/// Functions so long that no joint plan of theirs is proven: they get one.
@Suite struct LargeJointPlansTests {
  /// A hundred layers with parameters: 4.6 million splits. The bias of a layer
  /// goes straight into its output.
  @Test func parametersOfAHundredLayers() throws {
    var generator = SplitMix64(seed: 5)
    let layers = 100
    let f = try ComposedFunction(
      (0..<layers).map { k in
        try Layer.affine(
          name: "layer \(k)", inputs: 2, outputs: 2,
          weights: (0..<4).map { _ in 0.5 + generator.uniform() / 2 },
          bias: [0.1, -0.1])
      })
    let x = PreparedJacobianTests.point(2)
    let prepared = try f.prepare(control: SearchControl(nodeLimit: 8))
    let jacobians = try prepared.parameterJacobians(at: x)
    #expect(jacobians.map(\.function) == Array(0..<layers))
    for k in [0, 49, 98] {
      let above = try prepared.partialJacobian(from: k + 1, to: layers, at: x)
      for i in 0..<2 {
        for row in 0..<2 {
          let bias = jacobians[k].jacobian.entry(i, row * 3 + 2)
          let expected = above.entry(i, row)
          #expect(abs(bias - expected) <= 1e-12 * abs(expected))
        }
      }
    }
  }

  /// Sixty curved layers: sixty terms Sᵀ·C·S, 4.5 million splits.
  @Test func hessianOfSixtyCurvedLayers() throws {
    let count = 2
    var functions: [any ElementalFunction] = []
    for k in 0..<60 {
      if k.isMultiple(of: 20) {
        functions.append(
          try Layer.affine(
            name: "mix \(k)", inputs: count, outputs: count,
            weights: [0.9, 0.4, -0.3, 1.1], bias: [0.2, -0.1]))
      }
      functions.append(try Layer.sin(count: count))
    }
    functions.append(
      try Layer.affine(
        name: "sum", inputs: count, outputs: 1, weights: [1, -2], bias: [0]))
    let prepared = try ComposedFunction(functions).prepare(
      control: SearchControl(nodeLimit: 5))
    try checkRows(prepared, at: [0.7, -0.4])
  }
}
