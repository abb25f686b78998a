/// Patterns of the spans of one word, kept for whoever derives them again, as
/// far as memory allows.
struct SpanPatterns {
  /// The most stored entries of all patterns together: 128 MiB.
  private static let entryLimit = 1 << 24

  private var known: [Range<Int>: Pattern] = [:]
  private var entries = 0

  /// The pattern of a span, as the product of two parts of it. It depends on
  /// the span only, not on the parts.
  ///
  /// - Throws: `ChainError`, `tooLarge` when the product can't be held, or when
  ///   `control` stops it.
  /// - Complexity: O(1) when it is known, otherwise that of the product.
  mutating func product(
    _ outer: Pattern, _ inner: Pattern, span: Range<Int>,
    _ control: SearchControl
  ) throws(ChainError) -> Pattern {
    if !known.isEmpty, let pattern = known[span] { return pattern }
    let pattern = try Pattern.product(outer, inner, control: control)
    // What has a closed form is as fast derived again.
    if case .sparse(let sparse) = pattern.structure,
      entries + sparse.entries <= Self.entryLimit
    {
      known[span] = pattern
      entries += sparse.entries
    }
    return pattern
  }
}
