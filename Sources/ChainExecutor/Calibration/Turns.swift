import JacobianChain

/// Repeated runs of several contestants in turns, so that a machine whose speed
/// drifts is fair to them.
///
/// In a turn a short run is made twice, and the second one counts: the first
/// finds in the caches what another contestant left there, and whoever comes
/// behind the one that touches most memory would seem slow.
package enum Turns {
  /// Repetitions that are taken whatever they last, and those that are enough.
  private static let repetitions = 3...25
  /// What is shorter is run twice, in seconds.
  private static let brief = 0.01

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
    var latest: [Int: Double] = [:]
    for repetition in 0..<repetitions.upperBound where !contestants.isEmpty {
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition >= repetitions.lowerBound, elapsed > seconds { return }
      for contestant in contestants {
        if control.shouldStop() != nil { return }
        if latest[contestant] ?? 0 < Self.brief { try run(contestant, false) }
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
