import ChainAD
import ChainADReports
import ChainExecutor
import ChainReports
import JacobianChain

/// (x₁ + x₂, x₁ · x₂), written once for every kind of number.
struct SumAndProduct: ScalarFunction {
  let inputCount = 2, outputCount = 2

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    [x[0] + x[1], x[0] * x[1]]
  }
}

extension SumAndProduct {
  static let examples = [
    Example(
      name: "sum-and-product",
      title: "the Jacobian of (x₁ + x₂, x₁ · x₂) at (4, 5)"
    ) {
      let f = try ComposedFunction([
        Elemental.generic(name: "sum and product", SumAndProduct())
      ])
      let jacobian = try f.jacobian(at: [4, 5]).denseEntries()
      try difference(jacobian, [1, 1, 5, 4], atMost: 0)
      return [words(Array(jacobian[..<2])), words(Array(jacobian[2...]))]
    },
    Example(
      name: "graph",
      title: "the graph of a composition, with the order marked in it"
    ) {
      let layers: [any ElementalFunction] = [
        try Layer.exp(count: 2),
        Elemental.generic(
          name: "sum and product",
          costs: ElementalCosts(
            tangent: .declared(2), adjoint: .declared(2), tape: 2),
          SumAndProduct()),
        try Layer.affine(inputs: 2, outputs: 1, weights: [3, 7]),
      ]
      let prepared = try ComposedFunction(layers).prepare()
      let report = try prepared.report(at: [0, 1])
      return report.rendered(as: .dot).split(separator: "\n").map(String.init)
    },
  ]
}
