extension PricedPlan {
  /// The plan with the prices and the peak of its chunks, if it has any.
  ///
  /// - Throws: `ChainError`: `invalidPlan` when they don't fit, `tooLarge` when
  ///   the pattern of a part can't be held.
  func inChunks(
    for problem: Problem, at rate: Rate, _ control: SearchControl
  ) throws(ChainError) -> PricedPlan {
    guard let chunks = plan.chunks else { return self }
    return try inChunks(
      chunks, for: problem, at: rate, within: Budget(), control)!
  }

  /// The same plan in chunks; nil as soon as it exceeds the budget.
  ///
  /// - Parameter problem: that the plan, which has no chunks, was priced for.
  /// - Throws: as `Plan.priced(for:)`.
  package func cut(
    _ chunks: Chunks, for problem: Problem, within budget: Budget,
    _ control: SearchControl
  ) throws(ChainError) -> PricedPlan? {
    try inChunks(chunks, for: problem, at: rate, within: budget, control)
  }

  private func inChunks(
    _ chunks: Chunks, for problem: Problem, at rate: Rate,
    within budget: Budget, _ control: SearchControl
  ) throws(ChainError) -> PricedPlan? {
    var plan = plan
    plan.chunks = chunks
    let chunked = try ChunkedPlan(plan, steps, chunks, of: problem, control)
    guard let price = try chunked.price(at: rate, within: budget) else {
      return nil
    }
    var steps = steps
    for id in steps.indices {
      if case .given = steps[id].step { continue }
      steps.setPasses(
        price.passes[id], ofStep: id, fma: price.fma[id],
        evaluations: price.evaluations[id])
    }
    let fma = price.fma.reduce(0, +)
    return PricedPlan(
      plan: plan, rate: rate, steps: steps, fma: fma,
      price: rate == .fma ? fma : price.time.reduce(0, +),
      stepPrices: rate == .fma ? [] : price.time, tape: tape,
      peakEntries: peakEntries, peakBytes: price.peak,
      resultBytes: resultBytes,
      workingBytes: chunked.stages.last!.pattern.isDense
        ? price.besideResults : nil)
  }

  /// What one stage costs, when others have made what it reads: its price, and
  /// the most bytes alive meanwhile beyond what was made before.
  ///
  /// - Parameters:
  ///   - reads: the steps of the stages whose values it reads.
  ///   - problem: that the plan, which has no chunks, was priced for.
  /// - Returns: nil when it exceeds the budget.
  /// - Throws: as `Plan.priced(for:)`.
  package func price(
    ofStage stage: Chunks.Stage, reading reads: [Int], for problem: Problem,
    within budget: Budget, _ control: SearchControl
  ) throws(ChainError) -> (price: UInt128, peak: UInt128)? {
    var pending = [stage.step]
    var done: [Int] = []
    while let id = pending.popLast() {
      if case .given = steps[id].step { continue }
      if id != stage.step, reads.contains(id) { continue }
      done.append(id)
      let (first, second) = plan.steps[id].operands
      pending += [first, second].compactMap(\.self)
    }
    let chunked = try ChunkedStage(
      stage, of: plan, steps, steps: done.sorted(), reads: reads, problem,
      control)
    var price = ChunkedPlan.Price(steps: steps.count)
    let isWithin = try chunked.addPasses(
      to: &price, at: rate, beside: 0,
      isTarget: stage.step == plan.targets[0], within: budget)
    let peak = budget.countsResults ? price.peak : price.besideResults
    return isWithin ? (price.total, peak) : nil
  }

  /// About what the plan costs in these loops: a step as much in parts as at
  /// once, and again in each pass of the loops around it that don't cut it.
  ///
  /// - Parameter problem: that the plan, which has no chunks, was priced for.
  /// - Returns: at most the greatest integer, which is more than may be.
  /// - Complexity: O(steps).
  package func estimate(
    in loops: [Chunks.Loop], for problem: Problem
  ) -> UInt128 {
    let spans = steps.spans(in: problem)
    let whole = spans[plan.targets[0]]
    var sum: UInt128 = 0
    for id in steps.indices {
      let price = price(ofStep: id)
      if price == 0 { continue }
      let isCut = loops.map { $0.side.cuts(spans[id], of: whole) }
      let deepest = isCut.lastIndex(of: true) ?? (loops[0].remakes ? 0 : -1)
      let times = loops[..<(deepest + 1)].indices.filter { !isCut[$0] }
        .map { loops[$0] }.passes()
      let all = price.multipliedReportingOverflow(by: UInt128(times))
      let (next, overflows) = sum.addingReportingOverflow(all.partialValue)
      if all.overflow || overflows { return .max }
      sum = next
    }
    return sum
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

/// What a plan in chunks may cost before nobody asks any more.
package struct Budget: Hashable, Sendable {
  /// What the price has to be below.
  package var price: UInt128
  /// The most bytes alive at one time; those of results where they count.
  package var peak: UInt128
  /// Whether the target counts among them.
  package var countsResults: Bool

  /// Creates a budget; without limits unless they are given.
  package init(
    price: UInt128 = .max, peak: UInt128 = .max, countsResults: Bool = true
  ) {
    (self.price, self.peak) = (price, peak)
    self.countsResults = countsResults
  }
}

/// What a plan in chunks costs.
extension ChunkedPlan {
  /// Σ over all passes, and the bytes at their most.
  struct Price {
    /// How often a step is done.
    var passes: [Int]
    /// fma by step.
    var fma: [UInt128]
    /// Evaluations by step.
    var evaluations: [Int]
    /// Prices by step at another rate than fma.
    var time: [UInt128]
    /// Σ of the prices at the rate.
    var total: UInt128 = 0
    /// The most bytes alive at one time.
    var peak: UInt128 = 0
    /// The same without the target.
    var besideResults: UInt128 = 0

    init(steps: Int) {
      passes = [Int](repeating: 1, count: steps)
      fma = [UInt128](repeating: 0, count: steps)
      evaluations = passes.map { _ in 0 }
      time = fma
    }

    mutating func add(
      fma: UInt128, time: UInt128 = 0, to step: Int, at rate: Rate
    ) throws(ChainError) {
      let sum = total.addingReportingOverflow(rate == .fma ? fma : time)
      let work = self.fma[step].addingReportingOverflow(fma)
      guard !sum.overflow, !work.overflow else {
        throw Chunks.refusal("a price below 2^128", "more")
      }
      (total, self.fma[step]) = (sum.partialValue, work.partialValue)
      self.time[step] += time
    }
  }

  /// Walks over all passes.
  ///
  /// - Returns: nil as soon as the budget is exceeded.
  /// - Throws: `ChainError` when a pattern can't be held, or a stage's value is
  ///   that of another one.
  /// - Complexity: see `ChunkedStage.forEachPiece`.
  func price(
    at rate: Rate, within budget: Budget
  ) throws(ChainError) -> Price? {
    var price = Price(steps: stages[0].plan.steps.count)
    /// The values of stages that will be read, by their steps.
    var values: [Int: UInt128] = [:]
    for (index, stage) in stages.enumerated() {
      for id in stage.steps { price.passes[id] = stage.passes(id) }
      let alive = values.values.reduce(0, +)
      let isWithin = try stage.addPasses(
        to: &price, at: rate, beside: alive,
        isTarget: index == stages.count - 1, within: budget)
      guard isWithin else { return nil }
      for step in stage.reads { values[step] = nil }
      values[stage.step] = CostModel.bytes(of: stage.pattern)
    }
    return price
  }
}

extension ChunkedStage {
  /// Adds what all passes cost. What a pass adds to a sum is 0 fma, and takes
  /// time. The value takes its place before the first loop begins: where it
  /// doesn't fit beside what is alive until the last pass no pass is planned.
  ///
  /// - Parameter alive: bytes of what was made before.
  /// - Returns: false as soon as the budget is exceeded.
  fileprivate func addPasses(
    to price: inout ChunkedPlan.Price, at rate: Rate, beside alive: UInt128,
    isTarget: Bool, within budget: Budget
  ) throws(ChainError) -> Bool {
    let bytes = CostModel.bytes(of: pattern)
    let isCounted = !isTarget || budget.countsResults
    guard alive + leastBeside + (isCounted ? bytes : 0) <= budget.peak else {
      return false
    }
    var kept = [UInt128](repeating: 0, count: loops.count + 1)
    return try forEachPiece { piece throws(ChainError) in
      let isLast = piece.depth == loops.count
      if loops.isEmpty, piece.kept != bytes {
        throw Chunks.refusal(
          "a value of its own, \(bytes) bytes in step \(step)", "\(piece.kept)")
      }
      let beside = alive + kept.prefix(piece.depth).reduce(0, +) + piece.peak
      let value = piece.depth > 0 ? bytes : 0
      price.peak = max(price.peak, beside + value)
      price.besideResults = max(
        price.besideResults, beside + (isTarget ? 0 : value))
      kept[piece.depth] = isLast ? 0 : piece.kept
      try add(piece, to: &price, at: rate)
      let peak = budget.countsResults ? price.peak : price.besideResults
      return peak <= budget.peak && price.total < budget.price
    }
  }

  private func add(
    _ piece: ChunkedPlan.Piece, to price: inout ChunkedPlan.Price,
    at rate: Rate
  ) throws(ChainError) {
    if piece.depth == loops.count, loops.areSummed, rate != .fma {
      let part = ValueShape(
        piece.plan.steps[piece.plan.plan.targets[0]].pattern)
      try price.add(
        fma: 0, time: rate.price(Work(sum: part, part, into: part)), to: step,
        at: rate)
    }
    let reading = Reading(of: problem, at: rate)
    for (place, origin) in piece.steps.enumerated() {
      guard let origin else { continue }
      let made = piece.plan.steps[place]
      price.evaluations[origin] += made.evaluations
      var time: UInt128 = 0
      if rate != .fma {
        time = rate.price(
          piece.plan.work(
            ofStep: place, in: piece.problem, foreign: piece.foreign))
        time += reading.price(
          ofStep: place, piece.plan.steps, of: piece.problem
        ) {
          if case .value = piece.sources[$0] { true } else { false }
        }
      }
      try price.add(fma: made.fma, time: time, to: origin, at: rate)
    }
  }
}
