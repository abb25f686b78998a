/// The shapes of patterns, each looked at once: what is made by one step is read
/// by another, and by other plans.
struct ValueShapes {
  private var known: [Pattern: ValueShape] = [:]

  /// - Complexity: O(1) when it is known, otherwise O(entries).
  mutating func shape(of pattern: Pattern) -> ValueShape {
    if let shape = known[pattern] { return shape }
    let shape = ValueShape(pattern)
    known[pattern] = shape
    return shape
  }
}
