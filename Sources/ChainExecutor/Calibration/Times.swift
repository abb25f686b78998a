import JacobianChain

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What one trial took in several rounds.
struct Times {
  /// Nanoseconds, a round each.
  var rounds: [Double] = []
  /// Whether it reaches beyond the nearer caches.
  var isFar = false

  /// Seconds of one short run.
  private static let batch = 30e-6
  /// Bytes that nearer caches have no room for.
  private static let far = 4.0 * 1024 * 1024

  /// Measures a trial once more. One that is smaller than was asked for counts
  /// in proportion.
  mutating func append(
    _ trial: KernelTrial, patience: Calibration.Grid
  ) throws(ChainError) {
    func seconds(_ repetitions: Int) throws(ChainError) -> Double {
      let start = ProcessorClock.seconds
      for _ in 0..<repetitions { try trial.run() }
      return (ProcessorClock.seconds - start) / Double(repetitions)
    }
    isFar = trial.bytes > Self.far
    // The first run fills caches and pools.
    _ = try seconds(1)
    let once = try seconds(1)
    let repetitions = max(1, min(1000, Int(Self.batch / max(once, 1e-9))))
    let batches = patience == .coarse || once > 2e-3 ? 3 : 5
    var runs: [Double] = []
    for _ in 0..<batches { runs.append(try seconds(repetitions)) }
    rounds.append(summary(runs) * 1e9 * trial.scale)
  }

  /// What counts of several times.
  private func summary(_ times: [Double]) -> Double {
    isFar ? Turns.median(times)! : times.min()!
  }

  /// Nanoseconds, to a hundredth: more than any clock can tell.
  ///
  /// - Parameter slowness: what usual times are of least ones.
  func typical(_ slowness: Double) -> Double {
    let time = summary(rounds) * (isFar ? 1 : slowness)
    return max(0.01, (time * 100).rounded() / 100)
  }

  /// The geometric mean of median time ÷ least time of near trials; 1 without
  /// any.
  static func usualSlowness(_ trials: some Sequence<Times>) -> Double {
    var (sum, count) = (0.0, 0.0)
    for trial in trials where !trial.isFar {
      sum += log(Turns.median(trial.rounds)! / trial.rounds.min()!)
      count += 1
    }
    return count > 0 ? exp(sum / count) : 1
  }
}
