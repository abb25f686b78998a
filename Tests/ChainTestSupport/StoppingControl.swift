import JacobianChain
import Synchronization

/// A control that lets a search go on for so many questions, then stops it.
package func stopping(after calls: Int) -> SearchControl {
  let counter = Counter()
  return SearchControl(shouldStop: {
    counter.asked.add(1, ordering: .relaxed).oldValue < calls
      ? nil : .interrupted
  })
}

private final class Counter: Sendable {
  let asked = Atomic(0)
}
