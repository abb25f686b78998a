import JacobianChain
import RealModule

extension Layer {
  /// h′ = tanh(W · h + U · u + b) for a fixed input u: one step of an Elman
  /// network, as a function of the hidden state h, ℝⁿ → ℝⁿ.
  ///
  /// The n × n Jacobian is dense, diag(1 / cosh² z) · W where h′ = tanh z. The
  /// parameters go unit by unit, (w_i1 … w_in, u_i1 … u_ik, b_i): so the
  /// parameter Jacobian is exactly block diagonal, n blocks of 1 × (n + k + 1),
  /// each (1 / cosh² z_i) · (h, u, 1).
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - count: n, the units.
  ///   - weights: W, n × n, row by row.
  ///   - inputWeights: U, n × k, row by row.
  ///   - input: u, k doubles; none for a cell without input.
  ///   - bias: b, n doubles.
  /// - Throws: `ChainError` when the count is below 1 or a list has another
  ///   length.
  public static func recurrentCell(
    name: String = "cell", count: Int, weights: [Double],
    inputWeights: [Double] = [], input: [Double] = [], bias: [Double]
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try ChainError.guardPositive(count, name, "count")
    let k = input.count
    for (list, width, part) in [
      (weights, count, "weights"), (inputWeights, k, "inputWeights"),
      (bias, 1, "bias"),
    ] {
      let size = count.multipliedReportingOverflow(by: width)
      try ChainError.guardCount(
        list.count, size.overflow ? .max : size.partialValue, name, part,
        "give it row by row, \(count) × \(width)")
    }
    var parameters: [Double] = []
    parameters.reserveCapacity(count * (count + k + 1))
    for i in 0..<count {
      parameters += weights[i * count..<(i + 1) * count]
      parameters += inputWeights[i * k..<(i + 1) * k]
      parameters.append(bias[i])
    }
    return RecurrentCell(
      name: name, count: count, input: input, parameters: parameters)
  }
}

/// What `Layer.recurrentCell` makes.
struct RecurrentCell: ParametricFunction, CurvedFunction {
  let name: String
  /// n, the units: inputs and outputs.
  let count: Int
  /// u, k doubles; none for a cell without input.
  let input: [Double]
  /// (w_i1 … w_in, u_i1 … u_ik, b_i) for each unit i; n · (n + k + 1) doubles.
  let parameters: [Double]

  var inputCount: Int { count }
  var outputCount: Int { count }

  /// Everything.
  var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }

  /// n · n fma for W and n for the slopes; the n slopes for an adjoint.
  var costs: ElementalCosts {
    let product = ElementalCosts.Cost.declared(count * count + count)
    return ElementalCosts(tangent: product, adjoint: product, tape: count)
  }

  /// n blocks of 1 × (n + k + 1).
  var parameterStructure: Structure {
    .blockDiagonal(count: count, rows: 1, columns: count + input.count + 1)
  }

  /// Dense, Wᵀ · diag(λ ⊙ tanh″) · W; a product needs only W, 2 n² + n fma.
  var curvature: Curvature {
    .entries(.dense, product: 2 * count * count + count)
  }

  /// A place for both derivatives: 2 · p + 3 · n + k doubles.
  func parametricLinearization() -> any ParametricLinearization {
    CellLinearization(self)
  }
}

private final class CellLinearization: ParametricLayerLinearization,
  CurvedLayerLinearization, LayeredLinearization
{
  let shape: LayerShape
  private let stride: Int
  private let parameters: ParameterStore
  private let slopes: Doubles
  /// tanh″ of each unit.
  private let bends: Doubles
  /// (h, u, 1): what multiplies the parameters of every unit.
  private let extended: Doubles

  init(_ cell: RecurrentCell) {
    let n = cell.count
    shape = LayerShape(
      name: cell.name, rows: n, columns: n, entries: n * n,
      parameters: cell.parameters.count,
      parameterEntries: cell.parameters.count)
    stride = n + cell.input.count + 1
    parameters = ParameterStore(cell.parameters)
    slopes = Doubles(count: n)
    bends = Doubles(count: n)
    extended = Doubles([Double](repeating: 0, count: n) + cell.input + [1])
  }

  func take(_ parameters: Span<Double>) {
    self.parameters.take(parameters)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    parameters.settle()
    extended.base.update(from: x, count: shape.columns)
    for i in 0..<shape.rows {
      let z = DenseLoops.dot(
        stride, parameters.base + i * stride, extended.base)
      y[i] = .tanh(z)
      guard !kept.isEmpty else { continue }
      slopes.base[i] = Slopes.tanh(z)
      bends.base[i] = -2 * y[i] * slopes.base[i]
    }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    DenseLoops.tangents(
      shape.rows, shape.columns, parameters.base, stride: stride,
      scale: slopes.base, seeds, width, into: block)
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    DenseLoops.adjoints(
      shape.rows, shape.columns, parameters.base, stride: stride,
      scale: slopes.base, seeds, width, into: block)
  }

  func writeEntries(into entries: Output) {
    let n = shape.columns
    for i in 0..<n {
      let (slope, row) = (slopes.base[i], entries + i * n)
      let weights = parameters.base + i * stride
      for j in 0..<n { row[j] = slope * weights[j] }
    }
  }

  var exactFactor: ExactFactor? {
    ExactFactor(rows: shape.rows, columns: shape.columns) { i, j in
      Wide(slopes.base[i]) * Wide(parameters.base[i * stride + j])
    }
  }

  /// An adjoint is multiplied by the slope, which is below 1, then by W.
  var gainInside: Double {
    UnsafeBufferPointer(start: parameters.base, count: shape.parameters).gain
  }

  func writeParameterEntries(into entries: Output) {
    for i in 0..<shape.rows {
      let (slope, row) = (slopes.base[i], entries + i * stride)
      for q in 0..<stride { row[q] = slope * extended.base[q] }
    }
  }

  var curvatureEntries: Int { shape.entries }

  func writeCurvature(_ weights: Input, into entries: Output) {
    let n = shape.columns
    entries.update(repeating: 0, count: n * n)
    for k in 0..<n {
      let row = parameters.base + k * stride
      let bend = weights[k] * bends.base[k]
      for i in 0..<n {
        DenseLoops.add(n, bend * row[i], row, to: entries + i * n)
      }
    }
  }

  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) {
    let n = shape.columns
    block.update(repeating: 0, count: n * width)
    for k in 0..<n {
      let own = parameters.base + k * stride
      let bend = weights[k] * bends.base[k]
      for c in 0..<width {
        var sum = 0.0
        for j in 0..<n { sum += own[j] * seeds[j * width + c] }
        sum *= bend
        for i in 0..<n { block[i * width + c] += own[i] * sum }
      }
    }
  }
}
