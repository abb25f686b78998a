import JacobianChain

/// How long a writer waits for those who read: until an interruption comes
/// meanwhile.
///
/// One that came before has ended a search, whose best plan is what is written
/// now. The next signal of its kind ends the process.
struct WritingPatience {
  private let control: SearchControl
  private let wasInterrupted: Bool

  init(_ control: SearchControl) {
    self.control = control
    wasInterrupted = control.shouldStop() == .interrupted
  }

  /// Whether the waiting for a reader that is there ends.
  var isOver: Bool { !wasInterrupted && isInterrupted }

  /// Whether the waiting for one that isn't there ends.
  var isInterrupted: Bool { control.shouldStop() == .interrupted }
}
