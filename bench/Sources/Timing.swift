/// Seconds of repeated calls, summarised.
struct Timing {
  let median: Double
  let minimum: Double

  /// Times `repetitions` batches of `calls` calls each, after one warm-up
  /// batch; seconds are per call.
  init(repetitions: Int, calls: Int = 1, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for repetition in 0...repetitions {
      let start = clock.now
      for _ in 0..<calls { try body() }
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition > 0 { seconds.append(elapsed / Double(calls)) }
    }
    self.init(samples: seconds)
  }

  /// Times single calls for about `seconds`, at least once and at most 1000
  /// batches, after one warm-up call; short calls are timed in batches.
  init(seconds: Double, _ body: () throws -> Void) rethrows {
    let once = try Self(repetitions: 1, body).median
    let calls = max(1, Int(1e-4 / max(once, 1e-8)))
    let batches = seconds / (once * Double(calls))
    try self.init(
      repetitions: min(1000, max(1, Int(batches))), calls: calls, body)
  }

  /// Summarises samples taken elsewhere, in seconds.
  init(samples: [Double]) {
    let sorted = samples.sorted()
    median = sorted[sorted.count / 2]
    minimum = sorted[0]
  }
}

/// One line of the results.
struct Row {
  var suite: String
  var name: String
  var variant: String
  var timing: Timing
  /// Median ÷ median of the variant that it is held against.
  var ratio: Double?

  var csv: String {
    let ratio = ratio.map { "\($0)" } ?? ""
    return
      "\(suite),\(name),\(variant),\(timing.median),\(timing.minimum),\(ratio)"
  }
}
