import ChainAD
import RealModule
import Testing

/// y = tanh(A·x + b), A row by row, then b.
struct WeightedTanh: ParametricScalarFunction {
  var inputCount: Int
  var outputCount: Int
  var parameters: [Double] { scattered((inputCount + 1) * outputCount) }
  func callAsFunction<T: Scalar>(_ x: [T], _ w: [T]) -> [T] {
    (0..<outputCount).map { row in
      var sum = w[inputCount * outputCount + row]
      for column in x.indices {
        sum += w[row * inputCount + column] * x[column]
      }
      return .tanh(sum)
    }
  }
}

@Suite("Parameters") struct ParametricTests {
  @Test(arguments: [(2, 3), (7, 1), (1, 7)])
  func layer(_ m: Int, _ n: Int) throws {
    let layer = WeightedTanh(inputCount: n, outputCount: m)
    let function = Elemental.generic(name: "layer", layer)
    let place = function.parametricLinearization()
    let x = scattered(n, from: 30)
    for shift in [0.0, 0.5] {
      let w = layer.parameters.map { $0 + shift }
      try place.setParameters(w.span)
      let derivatives = try {
        var derivatives = Derivatives(function, place)
        try derivatives.move(to: x, keeping: [.adjoint, .parameterEntries])
        return derivatives
      }()
      #expect(derivatives.value == layer(x, w))
      let slopes = derivatives.value.map { 1 - $0 * $0 }
      let inputs = (0..<m * n).map { slopes[$0 / n] * w[$0] }
      #expect(agree(try derivatives.entries(), inputs, within: 1e-14))
      var entries = [Double](repeating: .nan, count: m * w.count)
      var span = entries.mutableSpan
      try place.parameterEntries(into: &span)
      let expected = (0..<m).flatMap { row in
        w.indices.map { index in
          if index >= m * n { return index - m * n == row ? slopes[row] : 0 }
          return index / n == row ? slopes[row] * x[index % n] : 0
        }
      }
      #expect(agree(entries, expected, within: 1e-14))
      // The other Jacobian again, after parameters were the inputs.
      #expect(agree(try derivatives.byAdjoints(), inputs, within: 1e-14))
      #expect(agree(try derivatives.byTangents(), inputs, within: 1e-14))
    }
  }

  @Test("new parameters count from the next move on")
  func pending() throws {
    let layer = WeightedTanh(inputCount: 2, outputCount: 2)
    let function = Elemental.generic(name: "layer", layer)
    let place = function.parametricLinearization()
    var derivatives = Derivatives(function, place)
    try derivatives.move(to: [1, 2])
    let before = try derivatives.byTangents()
    try place.setParameters([Double](repeating: 0, count: 6).span)
    #expect(try derivatives.byTangents() == before)
    #expect(agree(try derivatives.byAdjoints(), before, within: 1e-14))
    try derivatives.move(to: [1, 2])
    #expect(try derivatives.byTangents() == [0, 0, 0, 0])
  }
}
