import ChainAD
import JacobianChain
import Testing

/// Illegal layers can't be built, and the error names layer and part.
@Suite struct LayerRefusalTests {
  @Test func refusalsNameLayerAndPart() {
    refuses("a/weights") {
      _ = try Layer.affine(
        name: "a", inputs: 2, outputs: 2, weights: [1, 2, 3])
    }
    refuses("a/weights") {
      _ = try Layer.affine(name: "a", inputs: .max, outputs: 2, weights: [])
    }
    refuses("a/bias") {
      _ = try Layer.affine(
        name: "a", inputs: 1, outputs: 2, weights: [1, 2], bias: [1])
    }
    refuses("affine/inputs") {
      _ = try Layer.affine(inputs: 0, outputs: 2, weights: [])
    }
    refuses("tanh/count") { _ = try Layer.tanh(count: 0) }
    refuses("softmax/count") { _ = try Layer.softmax(count: -1) }
    refuses("selection/chosen/1") {
      _ = try Layer.selection(from: 2, [0, 2])
    }
    refuses("selection/chosen/count") {
      _ = try Layer.selection(from: 2, [])
    }
    refuses("burgers/diffusion") {
      _ = try Layer.burgers(
        count: 3, viscosity: 1, spacing: 0, timeStep: 1)
    }
    refuses("residual(affine)/inner") {
      _ = try Layer.residual(LayerSamples.affine(2, 3))
    }
    refuses("coupling/shift") {
      _ = try Layer.coupling(
        scale: LayerSamples.affine(2, 3), shift: LayerSamples.affine(3, 2))
    }
    refuses("cell/inputWeights") {
      _ = try Layer.recurrentCell(
        count: 1, weights: [1], inputWeights: [], input: [1], bias: [1])
    }
    refuses("convolution/kernel") {
      _ = try Layer.convolution(
        length: 2, kernel: 3, weights: [1, 2, 3], bias: [0])
    }
    refuses("convolution/padding") {
      _ = try Layer.convolution(
        length: 2, kernel: 1, padding: 1, weights: [1], bias: [0])
    }
    refuses("convolution/weights") {
      _ = try Layer.convolution(length: 2, kernel: 1, weights: [], bias: [0])
    }
  }

  /// Too few and too many, before a half or a block is reached; those that
  /// were there stay.
  @Test func otherNumbersOfParametersAreRefused() throws {
    let generic = Elemental.generic(
      name: "generic", WeightedTanh(inputCount: 2, outputCount: 2))
    for function in try LayerSamples.parametric() + [generic] {
      let place = function.parametricLinearization()
      let point = LayerSamples.draw(function.inputCount, 1)
      var before = [Double](repeating: 0, count: function.outputCount)
      var after = before
      var span = before.mutableSpan
      try place.move(to: point.span, value: &span, keeping: [])
      for change in [-1, 1] {
        let count = function.parameters.count + change
        let parameters = [Double](repeating: 7, count: count)
        let error = #expect(throws: ChainError.self) {
          try place.setParameters(parameters.span)
        }
        #expect(error?.kind == .malformed)
        #expect(error?.found == "\(count)", "\(function.name)")
      }
      var other = after.mutableSpan
      try place.move(to: point.span, value: &other, keeping: [])
      #expect(before == after, "\(function.name)")
    }
  }

  @Test func spansOfAnotherLengthAreRefused() throws {
    let place = try Layer.tanh(count: 2).linearization()
    var doubles = [0.0, 0, 0]
    refuses("tanh/value") {
      var span = doubles.mutableSpan
      try place.move(to: [1.0, 2].span, value: &span, keeping: [])
    }
    refuses("tanh/tangents/seeds") {
      var span = doubles.mutableSpan
      try place.tangents(of: [1.0, 2, 3].span, width: 2, into: &span)
    }
  }

  private func refuses(_ location: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("\(location) was accepted")
    } catch let error as ChainError {
      #expect(error.location == location)
    } catch {
      Issue.record("\(location): \(error)")
    }
  }
}
