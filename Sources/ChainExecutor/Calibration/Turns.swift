import JacobianChain

/// Repeated runs of several contestants in turns, so that a machine whose speed
/// drifts is fair to them.
///
/// In a turn short runs are made for a while before one counts: the first ones
/// find in the caches what another contestant left there, and whoever comes
/// behind the one that touches most memory would seem slow. One run isn't
/// enough: processors keep what is read once for the first time only sometimes.
package enum Turns {
  /// Repetitions that are taken whatever they last, and those that are enough.
  private static let repetitions = 3...25
  /// What is shorter is warmed up, in seconds.
  package static let brief = 0.01
  /// How long, at most, in seconds.
  package static let warmUp = 0.02

  /// Runs all, again and again.
  ///
  /// - Parameters:
  ///   - seconds: that all runs may take together, about.
  ///   - run: one run of one of them, and whether it counts.
  package static func take<Failure>(
    _ contestants: [Int], within seconds: Double,
    _ control: SearchControl = .unlimited,
    run: (_ contestant: Int, _ counts: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    let clock = ContinuousClock()
    let start = clock.now
    // Half of the time is for what counts.
    let warmUp = min(
      Self.warmUp,
      seconds / Double(2 * Self.repetitions.upperBound * contestants.count))
    var latest: [Int: Double] = [:]
    for repetition in 0..<repetitions.upperBound where !contestants.isEmpty {
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition >= repetitions.lowerBound, elapsed > seconds { return }
      // There and back: nobody always comes first.
      let turn =
        repetition.isMultiple(of: 2) ? contestants : contestants.reversed()
      for contestant in turn {
        if control.shouldStop() != nil { return }
        if latest[contestant] ?? 0 < Self.brief {
          let start = clock.now
          repeat {
            try run(contestant, false)
          } while (clock.now - start) / .seconds(1) < warmUp
        }
        let before = clock.now
        try run(contestant, true)
        latest[contestant] = (clock.now - before) / .seconds(1)
      }
    }
  }

  /// The median of some seconds, of two middle ones the longer; nil of none.
  package static func median(_ seconds: [Double]) -> Double? {
    seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2]
  }
}
