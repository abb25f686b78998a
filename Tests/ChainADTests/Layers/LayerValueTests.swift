import ChainAD
import JacobianChain
import Testing

/// Small cases worked out by hand.
@Suite struct LayerValueTests {
  @Test func affine() throws {
    let layer = try Layer.affine(
      inputs: 2, outputs: 2, weights: [1, 2, 3, 4], bias: [10, 20])
    #expect(layer.parameters == [1, 2, 10, 3, 4, 20])
    let found = try layer.evaluated(at: [5, 6])
    #expect(found.value == [27, 59])
    #expect(found.entries == [1, 2, 3, 4])
  }

  @Test func pointwise() throws {
    let relu = try Layer.relu(count: 3).evaluated(at: [-1, 0, 2])
    #expect(relu.value == [0, 0, 2])
    #expect(relu.entries == [0, 0, 1])
    let sigmoid = try Layer.sigmoid(count: 3).evaluated(at: [-800, 0, 800])
    #expect(sigmoid.value == [0, 0.5, 1])
    #expect(sigmoid.entries == [0, 0.25, 0])
    let softplus = try Layer.softplus(count: 3)
      .evaluated(at: [-800, 0, 800])
    #expect(softplus.value == [0, 0.6931471805599453, 800])
    #expect(softplus.entries == [0, 0.5, 1])
    // e^−40 and its neighbours, which 1 − φ(x) and ln(1 + e^x) would lose.
    let tail = try Layer.sigmoid(count: 1).evaluated(at: [40])
    #expect(abs(tail.entries[0] / 4.248354255291589e-18 - 1) < 1e-15)
    let small = try Layer.softplus(count: 1).evaluated(at: [-40])
    #expect(abs(small.value[0] / 4.248354255291589e-18 - 1) < 1e-15)
  }

  @Test func softmaxOfEqualsAndOfLargeInputs() throws {
    let equal = try Layer.softmax(count: 2).evaluated(at: [3, 3])
    #expect(equal.value == [0.5, 0.5])
    #expect(equal.entries == [0.25, -0.25, -0.25, 0.25])
    let large = try Layer.softmax(count: 2).evaluated(at: [1e300, -1e300])
    #expect(large.value == [1, 0])
  }

  @Test func selection() throws {
    let found = try Layer.selection(from: 3, [2, 0])
      .evaluated(at: [5, 6, 7])
    #expect(found.value == [7, 5])
    #expect(found.entries.isEmpty)
  }

  @Test func heat() throws {
    let layer = try Layer.heat(
      count: 3, diffusion: 0.25, left: 4, right: 8)
    let found = try layer.evaluated(at: [0, 4, 0])
    #expect(found.value == [2, 2, 3])
    // Below, on and above the diagonal.
    #expect(found.entries == [0.25, 0.25, 0.5, 0.5, 0.5, 0.25, 0.25])
  }

  @Test func burgers() throws {
    // r = 1/4, a = 1/4.
    let layer = try Layer.burgers(
      count: 3, viscosity: 0.25, spacing: 1, timeStep: 1)
    let found = try layer.evaluated(at: [1, 2, 3])
    #expect(found.value == [0, 0, 3])
    #expect(found.entries == [0.75, 1.25, 0.5, 0.5, 0.5, -0.75, -1.25])
  }

  @Test func residual() throws {
    let layer = try Layer.residual(
      Layer.affine(inputs: 2, outputs: 2, weights: [1, 2, 3, 4]))
    let found = try layer.evaluated(at: [1, 1])
    #expect(found.value == [4, 8])
    #expect(found.entries == [2, 2, 3, 5])
  }

  @Test func coupling() throws {
    // s = 0 everywhere, with slope 1 at x_a = 2; t = 3 x_a.
    let layer = try Layer.coupling(
      scale: Layer.affine(inputs: 1, outputs: 1, weights: [1], bias: [-2]),
      shift: Layer.affine(inputs: 1, outputs: 1, weights: [3]))
    let found = try layer.evaluated(at: [2, 5])
    #expect(found.value == [2, 11])
    // (1, 0; x_b · 1 + 3, 1).
    #expect(found.entries == [1, 8, 1])
  }

  @Test func recurrentCell() throws {
    let layer = try Layer.recurrentCell(
      count: 1, weights: [2], inputWeights: [3], input: [4], bias: [-14])
    // 2 · 1 + 3 · 4 − 14 = 0.
    let found = try layer.evaluated(at: [1])
    #expect(found.value == [0])
    #expect(found.entries == [2])
  }

  @Test func convolution() throws {
    let layer = try Layer.convolution(
      length: 3, kernel: 3, padding: 1, weights: [1, 2, 3], bias: [10])
    let found = try layer.evaluated(at: [1, 10, 100])
    // 2·1 + 3·10, 1·1 + 2·10 + 3·100, 1·10 + 2·100, and 10 each.
    #expect(found.value == [42, 331, 220])
    #expect(found.entries == [1, 1, 2, 2, 2, 3, 3])
    let channels = try Layer.convolution(
      inputChannels: 2, length: 4, kernel: 2, stride: 2,
      weights: [1, 2, 3, 4], bias: [0])
    let both = try channels.evaluated(at: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(both.value == [44, 64])
    #expect(both.entries == [1, 2, 3, 4, 1, 2, 3, 4])
  }
}

extension ElementalFunction {
  fileprivate func evaluated(
    at point: [Double]
  ) throws -> (value: [Double], entries: [Double]) {
    let place = linearization()
    var value = [Double](repeating: .nan, count: outputCount)
    var span = value.mutableSpan
    try place.move(to: point.span, value: &span, keeping: .entries)
    let pattern = try Pattern(
      rows: outputCount, columns: inputCount, structure: structure, at: name)
    var entries = [Double](
      repeating: .nan, count: Int(pattern.storedEntries))
    var stored = entries.mutableSpan
    try place.entries(into: &stored)
    return (value, entries)
  }
}
