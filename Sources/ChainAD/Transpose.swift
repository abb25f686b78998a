import JacobianChain

/// The transpose of a Jacobian from what its function gives: entries in
/// another order, blocks transposed before and after. All memory is kept.
final class Transpose {
  private let rows: Int
  private let columns: Int
  /// The value of all entries where it is known.
  private let unit: Double
  /// For each stored entry of Jᵀ the one of J; empty when those are known.
  private let sources: [Int]
  private let entries: Doubles
  private var seeds = Doubles(count: 0)
  private var block = Doubles(count: 0)

  /// - Parameter pattern: of J, m × n.
  /// - Complexity: that of `placesOfTranspose`.
  init(of pattern: Pattern) throws(ChainError) {
    (rows, columns) = (pattern.rows, pattern.columns)
    unit = pattern.structure.unit ?? 0
    sources = pattern.structure.isUnit ? [] : try pattern.placesOfTranspose()
    entries = Doubles(count: sources.count)
  }

  /// Writes the entries of Jᵀ.
  func fill(
    _ transposed: inout MutableSpan<Double>,
    from linearization: any Linearization
  ) throws {
    guard !sources.isEmpty else {
      // A transposed selection is stored as entries, all of them known.
      for i in transposed.indices { transposed[i] = unit }
      return
    }
    let own = entries.base
    var span = MutableSpan(_unsafeStart: own, count: entries.count)
    try linearization.entries(into: &span)
    for i in transposed.indices { transposed[i] = own[sources[i]] }
  }

  /// Jᵀ · S by adjoints, or S · Jᵀ by tangents.
  ///
  /// - Parameter mode: of Jᵀ.
  func apply(
    _ mode: Mode, _ linearization: any Linearization, seeds: Span<Double>,
    width: Int, into block: inout MutableSpan<Double>
  ) throws {
    if width == 1 {
      return try sweep(mode, linearization, seeds, 1, &block)
    }
    let (inner, outer) = mode == .tangent ? (rows, columns) : (columns, rows)
    let turned = Doubles.grow(&self.seeds, inner * width)
    let swept = Doubles.grow(&self.block, outer * width)
    for i in 0..<inner {
      for c in 0..<width {
        if mode == .tangent {
          turned[c * inner + i] = seeds[i * width + c]
        } else {
          turned[i * width + c] = seeds[c * inner + i]
        }
      }
    }
    var span = MutableSpan(_unsafeStart: swept, count: outer * width)
    try sweep(
      mode, linearization,
      Span(_unsafeStart: Input(turned), count: inner * width), width, &span)
    for i in 0..<outer {
      for c in 0..<width {
        if mode == .tangent {
          block[i * width + c] = swept[c * outer + i]
        } else {
          block[c * outer + i] = swept[i * width + c]
        }
      }
    }
  }

  private func sweep(
    _ mode: Mode, _ linearization: any Linearization, _ seeds: Span<Double>,
    _ width: Int, _ block: inout MutableSpan<Double>
  ) throws {
    try linearization.apply(
      mode == .tangent ? .adjoint : .tangent, to: seeds, width: width,
      into: &block)
  }
}
