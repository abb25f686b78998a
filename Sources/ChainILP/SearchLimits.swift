/// Limits of a branch and bound search; nil means unlimited.
public struct SearchLimits: Hashable, Sendable {
  /// The most subproblems looked at.
  public var nodes: Int?
  /// The search ends when (upper − lower) / upper is at most this.
  public var relativeGap: Double

  /// Creates limits; the default asks for a proof.
  public init(nodes: Int? = nil, relativeGap: Double = 0) {
    self.nodes = nodes
    self.relativeGap = relativeGap
  }
}
