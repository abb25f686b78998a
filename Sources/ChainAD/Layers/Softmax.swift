import JacobianChain
import RealModule

/// p_i = e^(x_i) / Σ e^(x_j).
///
/// The Jacobian is dense, diag(p) − p · pᵀ, but a product needs only p:
/// J · v = p ⊙ (v − p · v), 2 n fma; and J is symmetric.
public struct Softmax: CurvedFunction {
  /// The name that reports and errors refer to.
  public let name: String
  /// n, inputs and outputs.
  public let count: Int

  /// Creates the layer.
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public init(name: String = "softmax", count: Int) throws(ChainError) {
    try ChainError.guardPositive(count, name, "count")
    self.name = name
    self.count = count
  }

  /// n.
  public var inputCount: Int { count }
  /// n.
  public var outputCount: Int { count }

  /// Products and entries.
  public var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// 2 n fma either way; p, n doubles, for an adjoint.
  public var costs: ElementalCosts {
    ElementalCosts(
      tangent: .declared(2 * count), adjoint: .declared(2 * count),
      tape: count)
  }

  /// Dense: with g = p ⊙ (λ − λ · p), diag(g) − g · pᵀ − p · gᵀ; a product
  /// needs only p and g, 4 n fma.
  public var curvature: Curvature { .entries(.dense, product: 4 * count) }

  /// A place for the derivative: n doubles.
  public func linearization() -> any Linearization {
    SoftmaxLinearization(
      LayerShape(
        name: name, rows: count, columns: count, entries: count * count))
  }
}

private final class SoftmaxLinearization: CurvedLayerLinearization {
  let shape: LayerShape
  private let probabilities: Doubles

  init(_ shape: LayerShape) {
    self.shape = shape
    probabilities = Doubles(count: shape.rows)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    let n = shape.rows
    // The largest exponent becomes 0: nothing overflows, the sum is ≥ 1.
    var largest = x[0]
    for i in 1..<n { largest = max(largest, x[i]) }
    var sum = 0.0
    for i in 0..<n {
      y[i] = .exp(x[i] - largest)
      sum += y[i]
    }
    for i in 0..<n { y[i] /= sum }
    if !kept.isEmpty { probabilities.base.update(from: y, count: n) }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    // J is symmetric, and a row of n is faster than n rows of one.
    guard width > 1 else { return pullBack(seeds, 1, into: block) }
    let (p, n) = (probabilities.base, shape.rows)
    // The means p · v wait in the first row, which is written last.
    block.update(repeating: 0, count: width)
    for i in 0..<n {
      DenseLoops.add(width, p[i], seeds + i * width, to: block)
    }
    var i = n - 1
    while i >= 0 {
      let (factor, seed, row) = (p[i], seeds + i * width, block + i * width)
      for c in 0..<width { row[c] = factor * (seed[c] - block[c]) }
      i -= 1
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      let mean = DenseLoops.dot(n, p, seed)
      for i in 0..<n { row[i] = p[i] * (seed[i] - mean) }
    }
  }

  func writeEntries(into entries: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    for i in 0..<n {
      let row = entries + i * n
      for j in 0..<n { row[j] = -p[i] * p[j] }
      row[i] += p[i]
    }
  }

  var curvatureEntries: Int { shape.entries }

  func writeCurvature(_ weights: Input, into entries: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    let mean = DenseLoops.dot(n, p, weights)
    for i in 0..<n {
      let (row, own) = (entries + i * n, p[i] * (weights[i] - mean))
      for j in 0..<n {
        row[j] = -p[j] * (own + p[i] * (weights[j] - mean))
      }
      row[i] += own
    }
  }

  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) {
    let (p, n) = (probabilities.base, shape.rows)
    let mean = DenseLoops.dot(n, p, weights)
    for c in 0..<width {
      var (drift, pull) = (0.0, 0.0)
      for i in 0..<n {
        let part = p[i] * seeds[i * width + c]
        drift += part
        pull += part * (weights[i] - mean)
      }
      for i in 0..<n {
        block[i * width + c] =
          p[i] * ((weights[i] - mean) * (seeds[i * width + c] - drift) - pull)
      }
    }
  }
}
