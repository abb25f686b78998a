import JacobianChain

extension Layer {
  /// A convolution along one dimension, as networks mean it (no kernel is
  /// turned round), with padding by zeros:
  ///
  ///     y[o, t] = b[o] + Σ_c Σ_k w[o, c, k] · x[c, t · stride + k − padding]
  ///
  /// Channels lie one after the other: x is channels × length, y is
  /// channels × ⌊(length + 2 · padding − kernel) / stride⌋ + 1.
  ///
  /// With one channel in and out and stride 1 the Jacobian is banded,
  /// `padding` diagonals below and kernel − 1 − padding above the main one;
  /// otherwise it is sparse, and the pattern exact. It is the same at every
  /// point: nothing is kept for an adjoint.
  ///
  /// The parameters go output channel by output channel, (w[o, 0, 0] …, b[o]).
  /// Row (o, t) of the parameter Jacobian has the x that the kernel sees there,
  /// and 1: without padding it is exactly block diagonal, with padding sparse.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - inputChannels: channels of x.
  ///   - outputChannels: channels of y.
  ///   - length: points of a channel of x.
  ///   - kernel: points that a kernel sees.
  ///   - stride: points of x from one of y to the next.
  ///   - padding: zeros on either side of x, fewer than the kernel has points.
  ///   - weights: w, output channels × input channels × kernel.
  ///   - bias: one double per output channel.
  /// - Throws: `ChainError` when a count is below 1, a list has another
  ///   length, the padding isn't below the kernel or the kernel longer than
  ///   the padded input.
  /// - Complexity: O(entries of the Jacobians).
  public static func convolution(
    name: String = "convolution", inputChannels: Int = 1,
    outputChannels: Int = 1, length: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, weights: [Double], bias: [Double]
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    for (count, part) in [
      (inputChannels, "inputChannels"), (outputChannels, "outputChannels"),
      (length, "length"), (kernel, "kernel"), (stride, "stride"),
    ] {
      try ChainError.guardPositive(count, name, part)
      guard count <= SparsePattern.entryLimit else {
        throw ChainError(
          .tooLarge, at: "\(name)/\(part)",
          expected: "at most \(SparsePattern.entryLimit)", found: "\(count)",
          advice: "its pattern is listed entry by entry; split the layer")
      }
    }
    guard padding >= 0, padding < kernel else {
      throw .layer(
        name, "padding", expected: "from 0 to \(kernel - 1)",
        found: "\(padding)",
        advice: "with more, outputs at the ends would see zeros only")
    }
    guard length + 2 * padding >= kernel else {
      throw .layer(
        name, "kernel", expected: "at most \(length + 2 * padding) points",
        found: "\(kernel)", advice: "shorten the kernel or pad the input")
    }
    let perChannel = inputChannels * kernel
    let size = perChannel.multipliedReportingOverflow(by: outputChannels)
    try ChainError.guardCount(
      weights.count, size.overflow ? .max : size.partialValue, name, "weights",
      "give \(outputChannels) × \(inputChannels) × \(kernel) of them")
    try ChainError.guardCount(
      bias.count, outputChannels, name, "bias",
      "give one double per output channel")
    let outputLength = (length + 2 * padding - kernel) / stride + 1
    let parameters = (0..<outputChannels).flatMap { o in
      weights[o * perChannel..<(o + 1) * perChannel] + [bias[o]]
    }
    let patterns = try ConvolutionPatterns(
      name, inputChannels, outputChannels, length, outputLength, kernel,
      stride, padding)
    return Convolution1D(
      name: name, inputChannels: inputChannels, outputChannels: outputChannels,
      length: length, outputLength: outputLength, kernel: kernel,
      stride: stride, padding: padding, parameters: parameters,
      structure: patterns.state.structure,
      parameterStructure: patterns.parameters.structure,
      storedEntries: Int(patterns.state.storedEntries),
      storedParameterEntries: Int(patterns.parameters.storedEntries))
  }
}

/// What `Layer.convolution` makes.
struct Convolution1D: ParametricFunction, CurvedFunction {
  let name: String
  /// Channels of x.
  let inputChannels: Int
  /// Channels of y.
  let outputChannels: Int
  /// Points of a channel of x.
  let length: Int
  /// Points of a channel of y.
  let outputLength: Int
  /// Points that a kernel sees.
  let kernel: Int
  /// Points of x from one of y to the next.
  let stride: Int
  /// Zeros on either side of x, fewer than the kernel has points.
  let padding: Int
  /// (w[o, 0, 0] …, b[o]) for each output channel o.
  let parameters: [Double]
  /// That of the Jacobian, in canonical form.
  let structure: Structure
  /// That of the parameter Jacobian, in canonical form.
  let parameterStructure: Structure
  let storedEntries: Int
  let storedParameterEntries: Int

  /// Input channels × length.
  var inputCount: Int { inputChannels * length }
  /// Output channels × output length.
  var outputCount: Int { outputChannels * outputLength }

  /// Zero.
  var curvature: Curvature { .zero }

  /// Everything.
  var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }

  /// They are the weights.
  var hasConstantEntries: Bool { true }

  /// One fma a nonzero either way, no tape.
  var costs: ElementalCosts { ElementalCosts() }

  /// A place for both derivatives: 2 · p + n doubles.
  func parametricLinearization() -> any ParametricLinearization {
    ConvolutionLinearization(
      self,
      LayerShape(
        name: name, rows: outputCount, columns: inputCount,
        entries: storedEntries, parameters: parameters.count,
        parameterEntries: storedParameterEntries))
  }

  /// The outputs t whose kernel point k lies on x, not on the padding.
  @inline(__always)
  func outputs(seeing k: Int) -> Range<Int> {
    // 0 ≤ t · stride + k − padding < length.
    let first = max(0, padding - k + stride - 1) / stride
    let end = min(outputLength, (length + padding - k + stride - 1) / stride)
    return first..<max(first, end)
  }
}
