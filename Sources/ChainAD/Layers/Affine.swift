import JacobianChain

extension Layer {
  /// y = W · x + b, ℝⁿ → ℝᵐ.
  ///
  /// The Jacobian is W, dense, the same at every point: nothing is kept for an
  /// adjoint. The parameters go output by output, (w_i1 … w_in, b_i): so the
  /// parameter Jacobian is exactly block diagonal, m blocks of 1 × (n + 1), each
  /// (x₁ … x_n, 1); without a bias 1 × n.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - inputs: n.
  ///   - outputs: m.
  ///   - weights: W, m × n, row by row.
  ///   - bias: b, m doubles; nil for a map without one.
  /// - Throws: `ChainError` when a count is below 1 or the weights or the
  ///   bias have another length.
  /// - Complexity: O(m · n).
  public static func affine(
    name: String = "affine", inputs: Int, outputs: Int, weights: [Double],
    bias: [Double]? = nil
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try ChainError.guardPositive(inputs, name, "inputs")
    try ChainError.guardPositive(outputs, name, "outputs")
    let size = outputs.multipliedReportingOverflow(by: inputs)
    try ChainError.guardCount(
      weights.count, size.overflow ? .max : size.partialValue, name, "weights",
      "give W row by row, \(outputs) × \(inputs)")
    if let bias {
      try ChainError.guardCount(
        bias.count, outputs, name, "bias", "give one double per output")
    }
    var parameters: [Double] = []
    parameters.reserveCapacity(weights.count + (bias?.count ?? 0))
    for i in 0..<outputs {
      parameters += weights[i * inputs..<(i + 1) * inputs]
      if let bias { parameters.append(bias[i]) }
    }
    return Affine(
      name: name, inputCount: inputs, outputCount: outputs,
      hasBias: bias != nil, parameters: parameters)
  }
}

/// What `Layer.affine` makes.
struct Affine: ParametricFunction, CurvedFunction {
  let name: String
  let inputCount: Int
  let outputCount: Int
  /// Whether there is a b.
  let hasBias: Bool
  /// (w_i1 … w_in, b_i) for each output i; m · (n + 1), or m · n doubles.
  let parameters: [Double]

  /// Zero.
  var curvature: Curvature { .zero }

  /// Everything.
  var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }

  /// They are W.
  var hasConstantEntries: Bool { true }

  /// m · n fma either way, no tape.
  var costs: ElementalCosts { ElementalCosts() }

  /// m blocks of 1 × (n + 1), or 1 × n.
  var parameterStructure: Structure {
    .blockDiagonal(count: outputCount, rows: 1, columns: stride)
  }

  /// Parameters of one output.
  private var stride: Int { inputCount + (hasBias ? 1 : 0) }

  /// A place for both derivatives: 2 · p + n doubles.
  func parametricLinearization() -> any ParametricLinearization {
    AffineLinearization(
      LayerShape(
        name: name, rows: outputCount, columns: inputCount,
        entries: outputCount * inputCount, parameters: parameters.count,
        parameterEntries: parameters.count), stride, parameters)
  }
}

private final class AffineLinearization: ParametricLayerLinearization {
  let shape: LayerShape
  private let stride: Int
  private let parameters: ParameterStore
  private let point: Doubles

  init(_ shape: LayerShape, _ stride: Int, _ parameters: [Double]) {
    self.shape = shape
    self.stride = stride
    self.parameters = ParameterStore(parameters)
    point = Doubles(count: shape.columns)
  }

  func take(_ parameters: Span<Double>) {
    self.parameters.take(parameters)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    parameters.settle()
    let (weights, n) = (parameters.base, shape.columns)
    for i in 0..<shape.rows {
      let row = weights + i * stride
      y[i] = DenseLoops.dot(n, row, x) + (stride > n ? row[n] : 0)
    }
    if kept.contains(.parameterEntries) {
      point.base.update(from: x, count: n)
    }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    DenseLoops.tangents(
      shape.rows, shape.columns, parameters.base, stride: stride, seeds, width,
      into: block)
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    DenseLoops.adjoints(
      shape.rows, shape.columns, parameters.base, stride: stride, seeds, width,
      into: block)
  }

  func writeEntries(into entries: Output) {
    for i in 0..<shape.rows {
      (entries + i * shape.columns).update(
        from: parameters.base + i * stride, count: shape.columns)
    }
  }

  func writeParameterEntries(into entries: Output) {
    for i in 0..<shape.rows {
      let row = entries + i * stride
      row.update(from: point.base, count: shape.columns)
      if stride > shape.columns { row[shape.columns] = 1 }
    }
  }
}
