import ChainAD
import ChainRandom
import JacobianChain

/// Layers with seeded weights that neither damp nor amplify much.
extension SplitMix64 {
  /// Doubles from −1 up to 1.
  mutating func uniform(_ count: Int) -> [Double] {
    (0..<count).map { _ in uniform() }
  }

  /// `count` rows of n weights.
  private mutating func weights(_ count: Int, _ n: Int) -> [Double] {
    let scale = 1 / Double(n).squareRoot()
    return uniform(count * n).map { $0 * scale }
  }

  mutating func affine(
    _ name: String, _ inputs: Int, _ outputs: Int
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try Layer.affine(
      name: name, inputs: inputs, outputs: outputs,
      weights: weights(outputs, inputs), bias: uniform(outputs))
  }

  mutating func cell(_ units: Int) throws(ChainError) -> some ParametricFunction
    & CurvedFunction
  {
    try Layer.recurrentCell(
      count: units, weights: weights(units, units), bias: uniform(units))
  }

  /// Kernels of three points, as many outputs as inputs a channel.
  mutating func convolution(
    _ inputs: Int, _ outputs: Int, _ length: Int
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try Layer.convolution(
      inputChannels: inputs, outputChannels: outputs, length: length,
      kernel: 3, padding: 1, weights: weights(outputs, inputs * 3),
      bias: uniform(outputs))
  }
}
