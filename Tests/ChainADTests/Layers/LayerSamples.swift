import ChainAD
import ChainADTestSupport
import ChainRandom
import JacobianChain

/// Seeded layers of several sizes.
enum LayerSamples {
  static func draw(_ count: Int, _ seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in generator.uniform() }
  }

  static func affine(
    _ outputs: Int, _ inputs: Int, hasBias: Bool = true, seed: UInt64 = 1
  ) throws -> some ParametricFunction & CurvedFunction {
    try Layer.affine(
      inputs: inputs, outputs: outputs,
      weights: draw(outputs * inputs, seed),
      bias: hasBias ? draw(outputs, seed + 1) : nil)
  }

  static func cell(_ count: Int, inputs: Int) throws -> some ParametricFunction
    & CurvedFunction
  {
    try Layer.recurrentCell(
      count: count, weights: draw(count * count, 3),
      inputWeights: draw(count * inputs, 4), input: draw(inputs, 5),
      bias: draw(count, 6))
  }

  static func convolution(
    _ inputs: Int, _ outputs: Int, length: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0
  ) throws -> some ParametricFunction & CurvedFunction {
    try Layer.convolution(
      inputChannels: inputs, outputChannels: outputs, length: length,
      kernel: kernel, stride: stride, padding: padding,
      weights: draw(inputs * outputs * kernel, 7), bias: draw(outputs, 8))
  }

  static func pointwise(_ n: Int) throws -> [any ElementalFunction] {
    try [
      Layer.tanh(count: n), Layer.sigmoid(count: n), Layer.relu(count: n),
      Layer.softplus(count: n), Layer.sin(count: n), Layer.exp(count: n),
      Layer.pointwise(name: "cube", count: n) {
        $0 * $0 * $0
      } derivative: {
        3 * $0 * $0
      },
    ]
  }

  static func burgers(_ n: Int) throws -> some CurvedFunction {
    try Layer.burgers(
      count: n, viscosity: 0.1, spacing: 0.5, timeStep: 0.25, left: 1,
      right: -0.5)
  }

  /// Functions without parameters.
  static func plain() throws -> [any ElementalFunction] {
    var all: [any ElementalFunction] = []
    for n in [1, 2, 7, 40] {
      all += try pointwise(n)
      all += try [
        Layer.softmax(count: n),
        Layer.heat(count: n, diffusion: 0.25, left: 2),
        burgers(n), Layer.residual(Layer.tanh(count: n)),
        Layer.residual(burgers(n)), Layer.residual(Layer.softmax(count: n)),
        Layer.selection(from: n, (0..<n).map { n - 1 - $0 }),
        Layer.selection(from: n, [n / 2, 0, n - 1, 0]),
        Layer.residual(Layer.selection(from: n, (0..<n).map { $0 / 2 })),
        Layer.residual(Layer.residual(Layer.selection(from: n, Array(0..<n)))),
      ]
    }
    all += try [
      Layer.coupling(scale: affine(6, 6), shift: burgers(6)),
      Layer.coupling(scale: burgers(6), shift: Layer.tanh(count: 6)),
      Layer.coupling(
        scale: Layer.tanh(count: 4),
        shift: Layer.selection(from: 4, [3, 3, 0, 1])),
      Layer.residual(
        Layer.coupling(scale: Layer.sin(count: 5), shift: burgers(5))),
      Layer.coupling(
        scale: Elemental.generic(
          name: "mixture", Mixture(inputCount: 4, outputCount: 3)),
        shift: affine(3, 4)),
      Layer.coupling(
        scale: Layer.softmax(count: 5),
        shift: NeighbourClosures.function(
          5, curvature: NeighbourClosures.products, hasEntries: true)),
    ]
    return all
  }

  /// Functions with parameters.
  static func parametric() throws -> [any ParametricFunction] {
    try [
      affine(1, 1), affine(1, 1, hasBias: false), affine(1, 5), affine(5, 1),
      affine(4, 9), affine(9, 4, hasBias: false), affine(33, 31),
      affine(5, 600), cell(1, inputs: 0), cell(6, inputs: 0),
      cell(9, inputs: 5), Layer.residual(affine(6, 6)),
      Layer.residual(cell(5, inputs: 2)),
      convolution(1, 1, length: 1, kernel: 1),
      convolution(1, 1, length: 12, kernel: 1),
      convolution(1, 1, length: 12, kernel: 3),
      convolution(1, 1, length: 12, kernel: 3, padding: 1),
      convolution(1, 1, length: 12, kernel: 5, padding: 4),
      convolution(1, 1, length: 3, kernel: 5, padding: 2),
      convolution(1, 1, length: 2, kernel: 5, padding: 4),
      convolution(1, 1, length: 13, kernel: 3, stride: 2, padding: 1),
      convolution(2, 3, length: 10, kernel: 3, padding: 1),
      convolution(3, 2, length: 11, kernel: 4, stride: 3),
      convolution(2, 2, length: 9, kernel: 4, stride: 5, padding: 3),
      Layer.residual(convolution(1, 1, length: 8, kernel: 3, padding: 1)),
      Layer.residual(convolution(2, 2, length: 8, kernel: 3, padding: 1)),
      Layer.coupling(scale: affine(3, 4), shift: affine(3, 4, seed: 9)),
      Layer.coupling(scale: affine(1, 1), shift: affine(1, 1, seed: 9)),
      Layer.coupling(scale: cell(4, inputs: 2), shift: affine(4, 4)),
      Layer.coupling(
        scale: convolution(1, 1, length: 6, kernel: 3, padding: 1),
        shift: Layer.residual(affine(6, 6))),
    ]
  }

  /// Two points away from the kink of ReLU.
  static func points(_ count: Int) -> [[Double]] {
    [11, 12].map { seed in
      draw(count, seed).map { abs($0) < 1e-3 ? 0.5 : $0 }
    }
  }
}
