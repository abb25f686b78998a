extension PricedPlan {
  /// The plan with the prices and the peak of its chunks, if it has any.
  ///
  /// - Throws: `ChainError`: `invalidPlan` when they don't fit, `tooLarge` when
  ///   the pattern of a part can't be held.
  func inChunks(
    for problem: Problem, at rate: Rate, _ control: SearchControl
  ) throws(ChainError) -> PricedPlan {
    guard let chunked = try chunked(for: problem, control) else { return self }
    let price = try chunked.price(at: rate)
    var steps = steps
    var total: UInt128 = 0
    for id in steps.indices {
      if case .given = steps[id].step { continue }
      steps.setPasses(
        chunked.passes(id), ofStep: id, fma: price.fma[id],
        evaluations: price.evaluations[id])
      let sum = total.addingReportingOverflow(price.fma[id])
      guard !sum.overflow else { throw ChunkedPlan.tooDear }
      total = sum.partialValue
    }
    return PricedPlan(
      plan: plan, rate: rate, steps: steps, fma: total,
      price: rate == .fma ? total : price.time.reduce(0, +),
      stepPrices: rate == .fma ? [] : price.time, tape: tape,
      peakEntries: peakEntries, peakBytes: price.peak,
      resultBytes: resultBytes,
      workingBytes: chunked.target.isDense ? price.besideResults : nil)
  }

  /// The pieces of the plan's chunks; nil without chunks.
  ///
  /// - Throws: `ChainError` (`invalidPlan`) when they don't fit the problem.
  package func chunked(
    for problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> ChunkedPlan? {
    guard let chunks = plan.chunks else { return nil }
    return try ChunkedPlan(plan, steps, chunks, of: problem, control)
  }
}

/// What a plan in chunks costs.
extension ChunkedPlan {
  static var tooDear: ChainError {
    ChainError(
      .invalidPlan, at: "/chunks", expected: "a price below 2^128 fma",
      found: "more", advice: "cut into fewer parts")
  }

  /// Σ over all passes, and the bytes at their most.
  struct Price {
    /// fma by step.
    var fma: [UInt128]
    /// Evaluations by step.
    var evaluations: [Int]
    /// Prices by step at another rate than fma.
    var time: [UInt128]
    /// The most bytes alive at one time.
    var peak: UInt128 = 0
    /// The same without the target.
    var besideResults: UInt128 = 0
  }

  /// Walks over all passes. What a pass adds to a sum is 0 fma, and takes time.
  ///
  /// - Throws: `ChainError` when a pattern can't be held.
  /// - Complexity: see `forEachPiece`.
  func price(at rate: Rate) throws(ChainError) -> Price {
    let steps = plan.steps.count
    var price = Price(
      fma: [UInt128](repeating: 0, count: steps),
      evaluations: [Int](repeating: 0, count: steps),
      time: [UInt128](repeating: 0, count: steps))
    let reading = Reading(of: problem, at: rate)
    var peaks = ChunkedPeak(
      target: CostModel.bytes(of: target), loops: chunks.loops.count)
    var failure = false
    try forEachPiece { piece in
      let isLast = piece.depth == chunks.loops.count
      peaks.perform(piece, isLast: isLast)
      if isLast, chunks.areSummed, rate != .fma {
        let part = ValueShape(
          piece.plan.steps[piece.plan.plan.targets[0]].pattern)
        price.time[plan.targets[0]] += rate.price(
          Work(sum: part, part, into: part))
      }
      for (place, origin) in piece.steps.enumerated() {
        guard let origin else { continue }
        let made = piece.plan.steps[place]
        let sum = price.fma[origin].addingReportingOverflow(made.fma)
        failure = failure || sum.overflow
        price.fma[origin] = sum.partialValue
        price.evaluations[origin] += made.evaluations
        if rate != .fma {
          price.time[origin] +=
            rate.price(piece.plan.work(ofStep: place, in: piece.problem))
            + reading.price(
              ofStep: place, piece.plan.steps, of: piece.problem
            ) {
              if case .value = piece.sources[$0] { true } else { false }
            }
        }
      }
    }
    guard !failure else { throw Self.tooDear }
    (price.peak, price.besideResults) = (peaks.peak, peaks.besideResults)
    return price
  }
}

/// The books of the passes: what is kept of each depth, and the most so far.
private struct ChunkedPeak {
  let target: UInt128
  private var kept: [UInt128]
  private(set) var peak: UInt128 = 0
  private(set) var besideResults: UInt128 = 0

  init(target: UInt128, loops: Int) {
    self.target = target
    kept = [UInt128](repeating: 0, count: loops + 1)
  }

  /// The target takes its place before the first loop begins.
  mutating func perform(_ piece: ChunkedPlan.Piece, isLast: Bool) {
    let outer = kept.prefix(piece.depth).reduce(0, +)
    besideResults = max(besideResults, outer + piece.peak)
    peak = max(peak, outer + piece.peak + (piece.depth > 0 ? target : 0))
    kept[piece.depth] = isLast ? 0 : piece.kept
  }
}
