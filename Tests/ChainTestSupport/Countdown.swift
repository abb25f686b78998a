import JacobianChain
import Synchronization

/// Asks a search to stop after a number of questions: a limit without a clock.
public final class Countdown: Sendable {
  private let left: Atomic<Int>

  /// Stops at the question after `questions` of them.
  public init(_ questions: Int) { left = Atomic(questions) }

  /// `nodeLimit` when the count is used up.
  public func next() -> StopReason? {
    let before = left.subtract(1, ordering: .relaxed).oldValue
    return before > 0 ? nil : .nodeLimit
  }
}
