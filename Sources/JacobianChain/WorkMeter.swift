/// Counts the work of a loop that isn't linear in its input, so that whoever
/// asked for it can stop it.
///
/// Asks seldom: what takes a millisecond is finished even after a stop.
struct WorkMeter {
  /// Units between two questions: some milliseconds.
  private static let interval = 1 << 21

  private let control: SearchControl
  private let limit: Int
  private var work = 0
  private var next = Self.interval

  /// - Parameter limit: units that may be spent.
  init(_ control: SearchControl, limit: Int = .max) {
    (self.control, self.limit) = (control, limit)
  }

  /// Counts units of work; false when there are more of them than allowed.
  ///
  /// - Throws: `ChainError` (`limitReached`, `interrupted`) when the control
  ///   says so.
  mutating func spend(_ units: Int) throws(ChainError) -> Bool {
    work += units
    guard work >= next else { return true }
    next = work + Self.interval
    try control.checkpoint()
    return work <= limit
  }
}

extension SearchControl {
  /// Goes on, unless the search is to stop and the patterns that come next have
  /// so many entries that they are worth a question: one of them would take a
  /// moment, but a plan may have thousands.
  ///
  /// - Throws: `ChainError` (`limitReached`, `interrupted`).
  func checkpoint(before entries: Int) throws(ChainError) {
    if entries > 1 << 14 { try checkpoint() }
  }

  /// Goes on, unless the search is to stop.
  ///
  /// - Throws: `ChainError` (`limitReached`, `interrupted`).
  package func checkpoint() throws(ChainError) {
    guard let reason = shouldStop() else { return }
    throw .stopped(reason)
  }
}

extension ChainError {
  /// A stop where there is no plan to return yet.
  package static func stopped(_ reason: StopReason) -> ChainError {
    stopped(
      reason, at: "/factors", before: "there was any plan",
      expected: "time to derive and price the patterns of the chain",
      advice: "give it more time, or declare large sparse factors dense, "
        + "banded or block diagonal where they are")
  }

  /// A stop of work that leaves nothing when it isn't brought to its end.
  package static func stopped(
    _ reason: StopReason, at location: String, before end: String,
    expected: String, advice: String
  ) -> ChainError {
    let isInterrupted = reason == .interrupted
    return ChainError(
      isInterrupted ? .interrupted : .limitReached, at: location,
      expected: expected,
      found: (isInterrupted ? "an interruption" : "a limit that was reached")
        + " before \(end)",
      advice: advice)
  }

  /// Whether this is a stop and not a fault: what was stopped, had it had more
  /// time, might have succeeded.
  package var isStop: Bool { stopReason != nil }

  /// Why it was stopped; nil when this is no stop.
  package var stopReason: StopReason? {
    switch kind {
    case .limitReached: .timeLimit
    case .interrupted: .interrupted
    case .malformed, .infeasible, .invalidPlan, .disagreement, .tooLarge,
      .unsupported, .missingFile, .unwritableFile:
      nil
    }
  }
}
