import ChainRandom
import JacobianChain

/// Matrices that products with few rows read one after the other, over and
/// over: what entries take that have left the nearer caches since.
struct ReloadRing {
  private static let (rows, shared, columns) = (4, 64, 256)
  private let matrices: [Matrix]
  private let seeds: Matrix
  private let result: Matrix
  private let kernel: Kernel

  /// Doubles that one turn reads.
  var entries: Int { matrices.count * Self.shared * Self.columns }

  /// - Parameter count: about as many doubles in a turn, at least one matrix.
  /// - Throws: `ChainError` when memory is short.
  init(
    entries count: Int, using draw: inout SplitMix64
  ) throws(ChainError) {
    let (m, k, n) = (Self.rows, Self.shared, Self.columns)
    let pattern = Pattern(denseRows: k, columns: n)
    var matrices: [Matrix] = []
    for _ in 0..<max(1, count / (k * n)) {
      matrices.append(try Matrix.random(pattern, using: &draw))
    }
    self.matrices = matrices
    seeds = try Matrix.random(
      Pattern(denseRows: m, columns: k), using: &draw)
    result = try Matrix(unfilled: Pattern(denseRows: m, columns: n))
    kernel = try Product(
      outer: seeds.pattern, inner: pattern, result: result.pattern
    ).kernel()
  }

  /// One turn.
  func run() {
    for matrix in matrices {
      _ = kernel.fill(
        Kernel.Places(
          outer: seeds.base, inner: matrix.base, result: result.base,
          scratch: Matrix.nowhere, threads: 1))
    }
  }
}
