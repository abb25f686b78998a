import JacobianChain

/// Repeated runs of several contestants in turns, so that a machine whose speed
/// drifts is fair to them.
package enum Turns {
  /// Repetitions that are taken whatever they last, and those that are enough.
  private static let repetitions = 3...25

  /// Runs all, again and again.
  ///
  /// - Parameters:
  ///   - seconds: that all runs may take together, about.
  ///   - run: one run of one of them.
  package static func take<Failure>(
    _ contestants: [Int], within seconds: Double,
    _ control: SearchControl = .unlimited,
    run: (Int) throws(Failure) -> Void
  ) throws(Failure) {
    let clock = ContinuousClock()
    let start = clock.now
    for repetition in 0..<repetitions.upperBound where !contestants.isEmpty {
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition >= repetitions.lowerBound, elapsed > seconds { return }
      for contestant in contestants {
        if control.shouldStop() != nil { return }
        try run(contestant)
      }
    }
  }

  /// The median of some seconds, of two middle ones the longer; nil of none.
  package static func median(_ seconds: [Double]) -> Double? {
    seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2]
  }
}
