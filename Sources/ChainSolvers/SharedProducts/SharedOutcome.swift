import JacobianChain

/// What a method for shared products has found out about a graph.
package struct SharedOutcome: Sendable {
  /// The best choice known, an operation per value.
  package var chosen: [Int]
  /// fma of `chosen`.
  package var upper: Int
  /// No plan within the limits costs less; proven in integers.
  package var lower: Int
  /// For each operation, whether a plan cheaper than `upper` may contain it.
  package var isOpen: [Bool]
  /// Iterations, states or points looked at.
  package var explored: Int

  /// Whether `chosen` is proven optimal.
  package var isProven: Bool { lower >= upper }

  /// The same for whoever watches.
  package var progress: SearchProgress {
    SearchProgress(
      incumbent: UInt128(upper), bound: UInt128(lower), explored: explored)
  }

  /// Nothing is known yet but one choice that keeps to the total tape, by
  /// default the one with the least tape.
  package init(of graph: ProductGraph, chosen: [Int]? = nil) {
    self.chosen = chosen ?? graph.leastTape()
    upper = graph.price(self.chosen).fma
    lower = 0
    isOpen = [Bool](repeating: true, count: graph.operations.count)
    explored = 0
  }
}
