import ChainRandom
import JacobianChain

/// A chain whose products of patterns take a while.
package enum LargePatterns {
  /// Three given factors 3 000 × 3 000 with 30 nonzeros a row, at random places.
  package static func chain(machines: Int? = nil) throws -> Problem {
    let n = 3000
    var random = SplitMix64(seed: 7)
    let factors = try (0..<3).map { place in
      let entries = (0..<n * 30).map {
        (row: $0 % n, column: random.integer(in: 0...n - 1))
      }
      return Factor(
        name: "f\(place)", rows: n, columns: n,
        structure: .sparse(
          try SparsePattern(
            rows: n, columns: n, rowIndices: entries.map(\.row),
            columnIndices: entries.map(\.column))))
    }
    return try Problem(factors: factors, limits: Limits(machines: machines))
  }
}
