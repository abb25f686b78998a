/// The failing seed, and what went wrong with it.
package struct SeedFailure: Error, CustomStringConvertible {
  /// The seed that reproduces the failure.
  package let seed: UInt64
  /// The error that the body threw.
  package let underlying: any Error

  /// Both on one line.
  package var description: String { "seed \(seed): \(underlying)" }
}

/// Runs `body` with each seed. What it throws comes back with the seed in
/// front; so use `try #require(…)` inside, or put the seed into the comment
/// of an `#expect`.
package func withSeeds(
  _ seeds: some Sequence<UInt64>, _ body: (UInt64) throws -> Void
) throws {
  for seed in seeds {
    do {
      try body(seed)
    } catch {
      throw SeedFailure(seed: seed, underlying: error)
    }
  }
}
