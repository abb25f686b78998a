import ChainAD
import ChainADTestSupport
import JacobianChain
import Testing

@Suite struct LayerConformanceTests {
  @Test func plainLayersKeepEveryLaw() throws {
    for function in try LayerSamples.plain() {
      try check(function, seed: 1)
    }
  }

  @Test func parametricLayersKeepEveryLaw() throws {
    for function in try LayerSamples.parametric() {
      try check(function, seed: 2)
    }
  }

  private func check(
    _ function: any ElementalFunction, seed: UInt64
  ) throws {
    #expect(
      throws: Never.self,
      "\(function.outputCount) × \(function.inputCount), seed \(seed)"
    ) {
      try AdapterConformance(function).check(
        at: LayerSamples.points(function.inputCount), seed: seed)
    }
  }

  /// Whoever reads the declared structure and whoever reads the pattern must
  /// find the entries in the same order.
  @Test func structuresAreCanonical() throws {
    let parametric = try LayerSamples.parametric()
    for function in try LayerSamples.plain() + parametric {
      let pattern = try Pattern(
        rows: function.outputCount, columns: function.inputCount,
        structure: function.structure, at: "/")
      guard case .banded = function.structure else { continue }
      #expect(pattern.structure == function.structure, "\(function.name)")
    }
  }

  @Test func structuresAreWhatTheFormulasSay() throws {
    let convolution = try LayerSamples.convolution(
      1, 1, length: 12, kernel: 4, padding: 1)
    #expect(convolution.structure == .banded(lower: 1, upper: 2))
    let channels = try LayerSamples.convolution(2, 3, length: 10, kernel: 3)
    #expect(
      channels.parameterStructure
        == .blockDiagonal(count: 3, rows: 8, columns: 7))
    #expect(
      try LayerSamples.affine(4, 9).parameterStructure
        == .blockDiagonal(count: 4, rows: 1, columns: 10))
    #expect(
      try LayerSamples.affine(4, 9, hasBias: false).parameterStructure
        == .blockDiagonal(count: 4, rows: 1, columns: 9))
    #expect(
      try LayerSamples.cell(9, inputs: 5).parameterStructure
        == .blockDiagonal(count: 9, rows: 1, columns: 15))
    #expect(
      try Layer.residual(LayerSamples.burgers(7)).structure
        == .banded(lower: 1, upper: 1))
    #expect(try Layer.residual(Layer.tanh(count: 7)).structure == .diagonal)
    #expect(try Layer.residual(Layer.softmax(count: 7)).structure == .dense)
  }

  /// Affine layers and convolutions are linear in their parameters: the
  /// difference of two values is the column, without a small step.
  @Test func parameterColumnsOfLinearParameters() throws {
    let functions: [any ParametricFunction] = try [
      LayerSamples.affine(4, 6), LayerSamples.affine(4, 6, hasBias: false),
      LayerSamples.convolution(
        2, 3, length: 9, kernel: 4, stride: 2, padding: 2),
      LayerSamples.convolution(1, 1, length: 9, kernel: 3),
    ]
    for function in functions {
      let point = LayerSamples.draw(function.inputCount, 21)
      let place = function.parametricLinearization()
      let start = try place.valueAndEntries(
        function, at: point, parameters: function.parameters)
      let jacobian = start.parameterEntries
      for index in function.parameters.indices {
        var parameters = function.parameters
        parameters[index] += 1
        let moved = try place.valueAndEntries(
          function, at: point, parameters: parameters)
        for row in 0..<function.outputCount {
          let column = jacobian[row * parameters.count + index]
          let difference = moved.value[row] - start.value[row]
          #expect(abs(difference - column) < 1e-13, "\(function.name)")
        }
      }
    }
  }
}

extension ParametricLinearization {
  /// The value and all m · p entries of the parameter Jacobian.
  fileprivate func valueAndEntries(
    _ function: any ParametricFunction, at point: [Double],
    parameters: [Double]
  ) throws -> (value: [Double], parameterEntries: [Double]) {
    var value = [Double](repeating: 0, count: function.outputCount)
    try setParameters(parameters.span)
    var span = value.mutableSpan
    try move(to: point.span, value: &span, keeping: .parameterEntries)
    let pattern = try Pattern(
      rows: function.outputCount, columns: parameters.count,
      structure: function.parameterStructure, at: "/")
    var entries = [Double](repeating: 0, count: Int(pattern.storedEntries))
    var stored = entries.mutableSpan
    try parameterEntries(into: &stored)
    // Neither blocks nor sparse entries are stored in another order than row
    // by row.
    let expanded = try pattern.expanded()
    var dense = [Double](
      repeating: 0, count: function.outputCount * parameters.count)
    for row in 0..<function.outputCount {
      for position in expanded.rowStarts[row]..<expanded.rowStarts[row + 1] {
        dense[row * parameters.count + expanded.columnIndices[position]] =
          entries[position]
      }
    }
    return (value, dense)
  }
}
