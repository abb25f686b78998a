import ChainRandom
import JacobianChain

extension Matrix {
  /// Seeded random entries of a pattern.
  ///
  /// Uniform on (−1, 1) times √(3 / mean nonzeros per row): an entry then has
  /// the variance that keeps the length of a vector on average, so that
  /// products of long chains neither overflow nor vanish.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  /// - Complexity: O(m + stored entries).
  package static func random(
    _ pattern: Pattern, using generator: inout SplitMix64
  ) throws(ChainError) -> Matrix {
    let perRow = Double(pattern.nonzeros) / Double(pattern.rows)
    let scale = (3 / Swift.max(perRow, 0.01)).squareRoot()
    let matrix = try Matrix(unfilled: pattern)
    // In storage order: the numbers don't depend on how a walk is written.
    for position in 0..<matrix.storedCount {
      matrix.base[position] = generator.uniform() * scale
    }
    return matrix
  }
}
