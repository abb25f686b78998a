import JacobianChain
import RealModule

extension Layer {
  /// p_i = e^(x_i) / Σ e^(x_j), ℝⁿ → ℝⁿ.
  ///
  /// The n × n Jacobian is dense, diag(p) − p · pᵀ, and symmetric, but a
  /// product needs only p: J · v = p ⊙ (v − p · v), 2 n fma.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - count: n.
  /// - Throws: `ChainError` when the count is below 1.
  public static func softmax(
    name: String = "softmax", count: Int
  ) throws(ChainError) -> some CurvedFunction {
    try ChainError.guardPositive(count, name, "count")
    return Softmax(name: name, count: count)
  }
}

/// What `Layer.softmax` makes. Where one p_m is above ½, v_m is taken from v
/// first, so that 1 − p_m, the sum of all others, keeps its digits.
struct Softmax: CurvedFunction {
  let name: String
  /// n, inputs and outputs.
  let count: Int

  var inputCount: Int { count }
  var outputCount: Int { count }

  /// Products and entries.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// 2 n fma either way; p, n doubles, for an adjoint.
  var costs: ElementalCosts {
    ElementalCosts(
      tangent: .declared(2 * count), adjoint: .declared(2 * count),
      tape: count)
  }

  /// Dense: with g = p ⊙ (λ − λ · p), diag(g) − g · pᵀ − p · gᵀ; a product
  /// needs only p and g, 4 n fma.
  var curvature: Curvature { .entries(.dense, product: 4 * count) }

  /// A place for the derivative: n doubles.
  func linearization() -> any Linearization {
    SoftmaxLinearization(
      LayerShape(
        name: name, rows: count, columns: count, entries: count * count))
  }
}

private final class SoftmaxLinearization: CurvedLayerLinearization,
  LayeredLinearization
{
  let shape: LayerShape
  private let probabilities: Doubles
  /// m, the one probability above ½ if there is one, and 1 − p_m.
  private var dominant: (index: Int, rest: Double)?
  /// Zeros, what is taken from seeds where no probability is above ½.
  private var nothing = Doubles(count: 0)
  /// Of second derivatives: n doubles each.
  private let centred: (weights: Doubles, seeds: Doubles)

  init(_ shape: LayerShape) {
    self.shape = shape
    probabilities = Doubles(count: shape.rows)
    centred = (Doubles(count: shape.rows), Doubles(count: shape.rows))
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
    guard !kept.isEmpty else { return }
    probabilities.base.update(from: y, count: n)
    dominant = nil
    if let m = (0..<n).first(where: { y[$0] > 0.5 }) {
      var rest = 0.0
      for i in 0..<n where i != m { rest += y[i] }
      dominant = (m, rest)
    }
  }

  /// out = v − p · v, for the n numbers v that lie `stride` apart.
  private func centre(_ v: Input, stride: Int = 1, into out: Output) {
    let n = shape.rows
    let shift = dominant.map { v[$0.index * stride] } ?? 0
    for i in 0..<n { out[i] = v[i * stride] - shift }
    let mean = DenseLoops.dot(n, probabilities.base, out)
    for i in 0..<n { out[i] -= mean }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    // J is symmetric, and a row of n is faster than n rows of one.
    guard width > 1 else { return pullBack(seeds, 1, into: block) }
    let (p, n) = (probabilities.base, shape.rows)
    // The means p · v wait in the first row, which is written last.
    block.update(repeating: 0, count: width)
    if dominant == nil { _ = Doubles.grow(&nothing, width) }
    let shift = dominant.map { seeds + $0.index * width } ?? Input(nothing.base)
    for i in 0..<n {
      let (factor, seed) = (p[i], seeds + i * width)
      for c in 0..<width { block[c] += factor * (seed[c] - shift[c]) }
    }
    var i = n - 1
    while i >= 0 {
      let (factor, seed, row) = (p[i], seeds + i * width, block + i * width)
      for c in 0..<width { row[c] = factor * (seed[c] - shift[c] - block[c]) }
      i -= 1
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      guard dominant == nil else {
        centre(seed, into: row)
        for i in 0..<n { row[i] *= p[i] }
        continue
      }
      let mean = DenseLoops.dot(n, p, seed)
      for i in 0..<n { row[i] = p[i] * (seed[i] - mean) }
    }
  }

  func writeEntries(into entries: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    for i in 0..<n {
      let row = entries + i * n
      for j in 0..<n { row[j] = -p[i] * p[j] }
      row[i] = p[i] * (1 - p[i])
    }
    if let (m, rest) = dominant { entries[m * n + m] = p[m] * rest }
  }

  var exactFactor: ExactFactor? {
    ExactFactor(rows: shape.rows, columns: shape.columns) { i, j in
      let p = probabilities.base[i]
      if i != j { return Wide(-p) * Wide(probabilities.base[j]) }
      return Wide(p) * Wide(dominant?.index == i ? dominant!.rest : 1 - p)
    }
  }

  /// Probabilities are below 1.
  var gainInside: Double { 0 }

  var curvatureEntries: Int { shape.entries }

  func writeCurvature(_ weights: Input, into entries: Output) {
    let (p, n) = (probabilities.base, shape.rows)
    let c = centred.weights.base
    centre(weights, into: c)
    for i in 0..<n {
      let row = entries + i * n
      for j in 0..<n { row[j] = -p[i] * p[j] * (c[i] + c[j]) }
      row[i] += p[i] * c[i]
    }
  }

  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) {
    let (p, n) = (probabilities.base, shape.rows)
    // C · v = J · (λ′ ⊙ v′) with λ′ = λ − p · λ and v′ = v − p · v.
    let (own, moved) = (centred.weights.base, centred.seeds.base)
    centre(weights, into: own)
    for c in 0..<width {
      centre(seeds + c, stride: width, into: moved)
      for i in 0..<n { moved[i] *= own[i] }
      centre(moved, into: moved)
      for i in 0..<n { block[i * width + c] = p[i] * moved[i] }
    }
  }
}
