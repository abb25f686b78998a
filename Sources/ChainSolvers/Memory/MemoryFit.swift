import JacobianChain

/// A plan that keeps to a limit on memory, the cheapest that was found.
///
/// Tried are the chosen order, the orders that people use without planning and,
/// of a chain, those on the fronts of (price, peak) of its spans, each in the
/// order of steps with the least peak; then each of them in chunks of the
/// target's rows and columns and of the dimension that its last product sums
/// over, in more and more parts until it fits; then value by value
/// (`StageSearch`). Seeds are evaluated one by one, which costs no fma, and as
/// many at once in the end as fit. Where only the results don't fit, they may be
/// put elsewhere, and don't count.
///
/// A heuristic: a plan that fits is kept to the byte, but a cheaper one may
/// exist, and the least peak that is named is the least that was found.
struct MemoryFit {
  /// The orders that people use without planning, which were tried.
  let baselines: Baselines
  /// Why the search ended before all was looked at; nil when it didn't.
  private(set) var stopReason: StopReason?
  private let problem: Problem
  private let rate: Rate
  private let limit: UInt128
  private let control: SearchControl
  private var candidates: [PricedPlan] = []
  /// Whether results don't count.
  private var isBesideResults = false
  private var best: PricedPlan?
  /// The least peaks of all that was looked at: with results, beside them.
  private var least: [Bool: UInt128] = [:]

  /// - Throws: `ChainError` when patterns can't be held, or `control` stops it.
  init(
    _ chosen: PricedPlan, of problem: Problem, limit: UInt128,
    _ control: SearchControl
  ) throws(ChainError) {
    (self.problem, self.limit, self.control) = (problem, limit, control)
    rate = chosen.rate
    var plans = [chosen]
    baselines = try Baselines(of: problem, at: rate, control: control)
    plans += Baseline.allCases.compactMap { baselines[$0] }
    plans += try MemoryFronts.plans(for: problem, control).map {
      rate == .fma ? $0 : $0.at(rate, for: problem)
    }
    for plan in plans {
      let ordered = try plan.withLeastPeak(for: problem, control: control).plan
      let sparing = try ordered.evaluating(
        1, for: problem, control: control
      ).withLeastPeak(for: problem, control: control).plan
      // Functions that were timed may take longer seed by seed.
      let ways = ordered.price < sparing.price ? [sparing, ordered] : [sparing]
      candidates += ways.filter { !candidates.contains($0) }
    }
    candidates.sort { $0.price < $1.price }
  }

  /// The plan; of a search that is stopped the best one until then.
  ///
  /// - Throws: `ChainError`: `infeasible`, which names the least peak, when none
  ///   was found, and when `control` stops the search before.
  mutating func plan() throws(ChainError) -> PricedPlan {
    // Only dense results are computed in their file.
    let mayBeBeside = candidates[0].steps[candidates[0].plan.targets[0]]
      .pattern.isDense
    for beside in mayBeBeside ? [false, true] : [false] {
      isBesideResults = beside
      for plan in candidates { consider(plan) }
      do {
        if problem.chain != nil { try cutCandidates() }
        if let best {
          return try best.withMostSeeds(for: problem, control, fits)
        }
      } catch {
        guard let best else { throw stopped(error) }
        stopReason = error.stopReason
        return best
      }
    }
    let beside = least[true].map {
      "; \($0) beside results that are computed in their file"
    }
    throw ChainError(
      .infeasible, at: "/limits/memory",
      expected: "at least \(least[false] ?? 0) bytes, the least peak that was "
        + "found" + (beside ?? ""), found: "\(limit) bytes",
      advice: "allow so much, or ask for fewer targets at a time")
  }

  /// The error of a search that was stopped before any plan fit.
  private func stopped(_ error: ChainError) -> ChainError {
    ChainError(
      error.kind, at: "/limits/memory",
      expected: "time to find a plan that needs at most \(limit) bytes",
      found: "a stop, and \(least[isBesideResults] ?? 0) bytes as the least "
        + "peak until then",
      advice: "give it more time, or allow more memory")
  }

  private func peak(_ plan: PricedPlan) -> UInt128? {
    isBesideResults ? plan.workingBytes : plan.peakBytes
  }

  private func fits(_ plan: PricedPlan) -> Bool {
    peak(plan).map { $0 <= limit } ?? false
  }

  /// Takes a plan if it fits and costs less.
  @discardableResult
  private mutating func consider(_ plan: PricedPlan) -> Bool {
    guard let peak = peak(plan) else { return false }
    least[isBesideResults] = min(least[isBesideResults] ?? peak, peak)
    guard peak <= limit else { return false }
    if let best, (best.price, best.passes) <= (plan.price, plan.passes) {
      return true
    }
    best = plan
    return true
  }

  private mutating func cutCandidates() throws(ChainError) {
    for plan in candidates where plan.price < best?.price ?? .max {
      try cut(plan)
    }
    for plan in candidates where plan.price < best?.price ?? .max {
      var search = StageSearch(
        plan, of: problem, limit: limit, countsResults: !isBesideResults,
        control)
      try search.improve { chunks throws(ChainError) in
        try fits(plan, chunks)
        return best?.price
      }
    }
  }

  /// Cuts a plan into more and more parts, in every way, until it fits: in one
  /// dimension, in two of which one is the last that is summed over, which
  /// costs nothing but additions, and in rows and columns.
  private mutating func cut(_ plan: PricedPlan) throws(ChainError) {
    let sum = plan.lastSum
    for side in [.columns, .rows, sum] {
      guard let side else { continue }
      _ = try fewest(
        plan, side.ladder(in: problem).map { [Chunks.Loop(side, parts: $0)] })
    }
    for (outer, inner) in [
      (sum, .rows), (sum, .columns), (.rows, .columns), (.columns, .rows),
      (.rows, sum), (.columns, sum),
    ] as [(Chunks.Side?, Chunks.Side?)] {
      guard let outer, let inner else { continue }
      for remakes in [false, true] where plan.price < best?.price ?? .max {
        try cut(plan, outer, inner, remakes: remakes)
      }
    }
  }

  /// In as few parts of the outer side as fit, and then of the inner one; in as
  /// few passes as fit where the outer one is summed over.
  ///
  /// - Parameter remakes: whether what depends on neither is made anew in each
  ///   pass of the outer loop.
  private mutating func cut(
    _ plan: PricedPlan, _ outer: Chunks.Side, _ inner: Chunks.Side,
    remakes: Bool
  ) throws(ChainError) {
    var fewest = Int.max
    for parts in outer.ladder(in: problem) {
      let loops = inner.ladder(in: problem).map {
        [
          Chunks.Loop(outer, parts: parts, remakes: remakes),
          Chunks.Loop(inner, parts: $0),
        ]
      }
      guard let found = try self.fewest(plan, loops) else { continue }
      let passes = found.passes()
      // More sums repeat nothing, and fewer parts inside of them may do.
      guard case .shared = outer, passes < fewest else { return }
      fewest = passes
    }
  }

  /// The first of these that fits and isn't likely to cost more than what was
  /// found; nil when none does.
  private mutating func fewest(
    _ plan: PricedPlan, _ loops: [[Chunks.Loop]]
  ) throws(ChainError) -> [Chunks.Loop]? {
    try loops.filter { loops in
      loops.arePlannedSoon(in: problem)
        && best.map { plan.estimate(in: loops, for: problem) < $0.price }
          ?? true
    }.first(in: problem) { loops throws(ChainError) in
      try fits(plan, Chunks(loops))
    }
  }

  @discardableResult
  private mutating func fits(
    _ plan: PricedPlan, _ chunks: Chunks
  ) throws(ChainError) -> Bool {
    try control.checkpoint()
    let known = least[isBesideResults] ?? .max
    let budget = Budget(
      peak: max(limit, known), countsResults: !isBesideResults)
    do {
      guard
        let cut = try plan.cut(chunks, for: problem, within: budget, control)
      else { return false }
      return consider(cut)
    } catch {
      // A plan that can't be cut so, or a part that can't be held.
      if error.isStop { throw error }
      return false
    }
  }
}

extension Chunks.Side {
  /// 2, 3, 4, 6, 8, 12, … and the length of the side itself.
  func ladder(in problem: Problem, _ places: Range<Int>? = nil) -> [Int] {
    let length = length(in: problem, places)
    var (parts, step): ([Int], Int) = ([], 2)
    while step < length {
      parts.append(step)
      if step + step / 2 < length { parts.append(step + step / 2) }
      step *= 2
    }
    return length >= 2 ? parts + [length] : parts
  }
}

extension [Chunks.Loop] {
  /// Passes are walked through, and those that don't look alike are planned one
  /// by one, each from the entries of the factors.
  func arePlannedSoon(in problem: Problem, _ places: Range<Int>? = nil) -> Bool
  {
    guard passes() <= 4096 else { return false }
    let looks = looks(in: problem, places)
    if looks <= 64 { return true }
    let word = problem.targets[0]
    let entries = (places ?? word.indices)
      .reduce(0) { $0 + problem.patterns[word[$1]].nonzeros }
    return entries <= (1 << 20) / UInt128(looks)
  }
}

extension [[Chunks.Loop]] {
  /// The first that fits of loops over the same sides in more and more parts;
  /// nil when none does. In more parts dense factors need less; others may need
  /// more, where parts have indices and the whole has none, so that one loop is
  /// tried in all numbers of parts. Of loops in loops there are too many: they
  /// are given up where the most parts don't fit.
  ///
  /// - Complexity: O(log count) tries where parts look alike and for loops in
  ///   loops, else O(count).
  func first(
    in problem: Problem, _ places: Range<Int>? = nil,
    _ fits: ([Chunks.Loop]) throws(ChainError) -> Bool
  ) throws(ChainError) -> [Chunks.Loop]? {
    guard let last else { return nil }
    guard last.count > 1 || last.looks(in: problem, places) == 1 else {
      for loops in self where try fits(loops) { return loops }
      return nil
    }
    guard try fits(last) else { return nil }
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high) / 2
      if try fits(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return self[high]
  }
}

extension PricedPlan {
  /// How often the innermost loop of its chunks is passed; 1 without any.
  fileprivate var passes: Int {
    plan.chunks?.loops.passes() ?? 1
  }

  /// The dimension that the last product sums over, unless something is
  /// evaluated last.
  fileprivate var lastSum: Chunks.Side? {
    guard case .multiply(_, let inner) = plan.steps[plan.targets[0]]
    else { return nil }
    return .shared(after: steps[inner].length)
  }

  /// The same plan when so many seeds are evaluated at once; nil for all.
  fileprivate func evaluating(
    _ seeds: Int?, for problem: Problem, control: SearchControl
  ) throws(ChainError) -> PricedPlan {
    guard plan.seedsAtOnce != seeds,
      steps.contains(where: { $0.evaluations > 1 })
    else { return self }
    var plan = plan
    plan.seedsAtOnce = seeds
    return try plan.priced(for: problem, at: rate, control: control)
  }

  /// The same plan with as many seeds at once as fit: all, or a power of 2.
  ///
  /// - Throws: when `control` stops it.
  /// - Complexity: O(log evaluations) pricings.
  fileprivate func withMostSeeds(
    for problem: Problem, _ control: SearchControl,
    _ fits: (PricedPlan) -> Bool
  ) throws(ChainError) -> PricedPlan {
    guard plan.seedsAtOnce != nil else { return self }
    let whole = try evaluating(nil, for: problem, control: control)
    if fits(whole) { return whole }
    var best = self
    var seeds = 2
    while seeds < steps.map(\.evaluations).max() ?? 0 {
      let more = try evaluating(seeds, for: problem, control: control)
      guard fits(more) else { break }
      (best, seeds) = (more, 2 * seeds)
    }
    return best
  }
}
