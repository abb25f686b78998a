import ChainAD
import ChainExecutor
import JacobianChain

/// Rows of a Hessian in both ways.
enum SecondDerivatives {
  static let examples = [
    Example(
      name: "hessian",
      title: "rows forward over reverse, and reverse over reverse"
    ) {
      let x = [0.3, -0.7, 1.1]
      let f = try ComposedFunction([Elemental.generic(name: "f", Function())])
        .prepare(measuringAt: x)
      let gradient = try ComposedFunction([
        Elemental.generic(name: "∇f", Gradient())
      ]).prepare(measuringAt: x)
      let hessian = try f.hessian(at: x).denseEntries()
      var lines: [String] = []
      for i in 0..<3 {
        var unit = [0.0, 0, 0]
        unit[i] = 1
        let row = Array(hessian[3 * i..<3 * i + 3])
        // Tangents of the adjoints.
        try difference(
          f.hessianVectorProduct(at: x, vector: unit), row, atMost: 1e-13)
        // Adjoints of the adjoints.
        try difference(
          gradient.vjp(at: x, cotangents: unit), row, atMost: 1e-13)
        lines.append(words(row))
      }
      return lines
    }
  ]
}

/// tanh(x₀ · x₁ + sin x₂).
private struct Function: ScalarFunction {
  let inputCount = 3, outputCount = 1

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    [.tanh(x[0] * x[1] + .sin(x[2]))]
  }
}

/// Its reverse sweep, written down as a function.
private struct Gradient: ScalarFunction {
  let inputCount = 3, outputCount = 3

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    // Not 1 − tanh², which has no digits left where tanh is near ±1.
    let secant = 1 / T.cosh(x[0] * x[1] + .sin(x[2]))
    let adjoint = secant * secant
    return [adjoint * x[1], adjoint * x[0], adjoint * .cos(x[2])]
  }
}
