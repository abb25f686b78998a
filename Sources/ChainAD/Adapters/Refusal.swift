import JacobianChain

/// What the adapters refuse, in words that name the function.
package enum Refusal {
  /// `found` numbers where there should be `expected`.
  @inline(__always)
  package static func check(
    _ found: Int, _ expected: Int, _ what: @autoclosure () -> String,
    of name: String
  ) throws(ChainError) {
    if found != expected { throw miscount(found, expected, what(), name) }
  }

  /// A derivative is asked for before the point is known.
  @inline(__always)
  package static func checkPoint(
    _ hasPoint: Bool, _ name: String
  ) throws(ChainError) {
    if !hasPoint { throw noPoint(name) }
  }

  static func fullTape(_ name: String) -> ChainError {
    ChainError(
      .tooLarge, at: "function \(name)",
      expected: "at most \(Tape.stepLimit) steps on one tape",
      found: "more", advice: "split the function, or use tangents")
  }

  static func missing(_ ability: String, _ name: String) -> ChainError {
    ChainError(
      .unsupported, at: "function \(name)",
      expected: "a function with \(ability)", found: "one without",
      advice: "ask for what its abilities name, or give it \(ability)")
  }

  private static func miscount(
    _ found: Int, _ expected: Int, _ what: String, _ name: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "function \(name)", expected: "\(expected) \(what)",
      found: "\(found)",
      advice: "make the counts that \(name) declares and its code agree")
  }

  private static func noPoint(_ name: String) -> ChainError {
    ChainError(
      .malformed, at: "function \(name)",
      expected: "a point to linearise at", found: "none yet",
      advice: "move(to:value:keeping:) comes first")
  }
}
