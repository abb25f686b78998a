import JacobianChain

/// What a method for shared products has found out about a graph.
package struct SharedOutcome: Sendable {
  /// The best choice known, an operation per value; nil when none is known
  /// that keeps to the total tape.
  package var chosen: [Int]?
  /// fma of `chosen`; `Int.max` without one.
  package var upper: Int
  /// No plan within the limits costs less; proven in integers.
  package var lower: Int
  /// For each operation, whether a plan cheaper than `upper` may contain it.
  package var isOpen: [Bool]
  /// Iterations, states or points looked at.
  package var explored: Int

  /// Whether `chosen` is proven optimal.
  package var isProven: Bool { chosen != nil && lower >= upper }

  /// The same for whoever watches.
  package var progress: SearchProgress {
    SearchProgress(
      incumbent: chosen == nil ? nil : UInt128(upper),
      bound: UInt128(lower), explored: explored)
  }

  /// Nothing is known yet.
  package init(of graph: ProductGraph) {
    chosen = nil
    upper = .max
    lower = 0
    isOpen = [Bool](repeating: true, count: graph.operations.count)
    explored = 0
  }
}
