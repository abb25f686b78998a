import ChainExecutor
import ChainSystem

/// How often contestants are timed.
struct Sampling {
  /// Samples of each, at most.
  var repetitions: Int
  /// What the samples of one may take together, in seconds.
  var seconds: Double

  /// Seconds of a batch, about.
  private static let batch = 2e-3

  /// The seconds of a call, as a mean over so many calls.
  typealias Sample = (_ calls: Int) throws -> Double

  /// Times several contestants in turns, so that a machine whose speed drifts
  /// is fair to them, there and back. Each is warmed up once; each has at least one sample
  /// beside the warm-up, unless that alone took longer than `seconds`: then it
  /// is the sample.
  ///
  /// Short calls are timed in batches, behind some that aren't: see `Turns`.
  ///
  /// - Returns: the samples of each, in seconds per call.
  func inTurns(_ contestants: [Sample]) throws -> [[Double]] {
    var samples = contestants.map { _ in [Double]() }
    var spent = contestants.map { _ in 0.0 }
    var calls = contestants.map { _ in 1 }
    var isBrief = contestants.map { _ in false }
    for (place, sample) in contestants.enumerated() {
      try Interruption.check()
      let once = try sample(1)
      if once > seconds {
        samples[place] = [once]
        spent[place] = once
      } else {
        // The first call pays for caches; it is no measure for the batch.
        let again = once < 1e-4 ? try sample(1) : once
        calls[place] = max(1, Int(Self.batch / max(again, 1e-8)))
        isBrief[place] = again < Turns.brief
      }
    }
    let warmUp = min(Turns.warmUp, seconds / Double(2 * repetitions))
    for repetition in 0..<repetitions {
      // There and back: nobody always comes first.
      let places =
        repetition.isMultiple(of: 2)
        ? Array(contestants.indices) : contestants.indices.reversed()
      for place in places where spent[place] < seconds {
        let sample = contestants[place]
        try Interruption.check()
        let count = calls[place]
        let one = samples[place].last ?? Self.batch / Double(count)
        let some = isBrief[place] ? max(1, Int(warmUp / max(one, 1e-8))) : 0
        let before = some > 0 ? try sample(some) * Double(some) : 0
        let mean = try sample(count)
        samples[place].append(mean)
        spent[place] += before + mean * Double(count)
      }
    }
    return samples
  }

  /// The same for calls that this process makes.
  func inTurns(_ bodies: [() throws -> Void]) throws -> [[Double]] {
    try inTurns(
      bodies.map { body in { calls in try Self.seconds(calls, body) } })
  }

  /// The seconds of one call, as a mean over `calls`.
  static func seconds(
    _ calls: Int = 1, _ body: () throws -> Void
  ) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<calls { try body() }
    return (clock.now - start) / .seconds(1) / Double(calls)
  }
}
