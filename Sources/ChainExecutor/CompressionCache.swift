import JacobianChain

/// Colourings of matrix-free steps, kept for the next run of the same plan.
final class CompressionCache: Sendable {
  /// By step, each with the pattern it is for.
  private let kept = Monitor<[Int: [Mode: Compression]]>([:])

  /// The colouring of a step's pattern; made outside the lock, so that steps
  /// of one run are coloured side by side.
  ///
  /// - Complexity: O(1) when it is there, that of the colouring otherwise.
  func compression(
    of pattern: Pattern, _ mode: Mode, step: Int
  ) -> Compression {
    // Equal patterns of one plan share memory: comparing them is O(1).
    if let kept = kept.withLock({ $0[step]?[mode] }), kept.pattern == pattern {
      return kept
    }
    let made = Compression(of: pattern, mode)
    kept.withLock { $0[step, default: [:]][mode] = made }
    return made
  }
}
