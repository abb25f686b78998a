import JacobianChain

/// A plan that keeps to a limit on memory, the cheapest that was found.
///
/// Tried are the chosen order, the orders that people use without planning and,
/// of a chain, those on the fronts of (price, peak) of its spans, each in the
/// order of steps with the least peak; then each of them in chunks of the
/// target's rows and columns and of the dimension that its last product sums
/// over, in more and more parts until it fits. Where only the results don't fit,
/// they may be put elsewhere, and don't count.
///
/// A heuristic: a plan that fits is kept to the byte, but a cheaper one may
/// exist, and the least peak that is named is the least that was found.
struct MemoryFit {
  /// The orders that people use without planning, which were tried.
  let baselines: Baselines
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
      if !candidates.contains(ordered) { candidates.append(ordered) }
    }
    candidates.sort { $0.price < $1.price }
  }

  /// The plan; of a search that is stopped the best one until then.
  ///
  /// - Throws: `ChainError`: `infeasible`, which names the least peak, when none
  ///   was found, and when `control` stops the search before.
  mutating func plan() throws(ChainError) -> PricedPlan {
    for beside in [false, true] {
      isBesideResults = beside
      for plan in candidates { consider(plan) }
      if problem.chain != nil {
        do {
          for plan in candidates where plan.price < best?.price ?? .max {
            try cut(plan)
          }
        } catch {
          if best == nil { throw stopped(error) }
        }
      }
      if let best { return best }
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

  /// Takes a plan if it fits and costs less.
  @discardableResult
  private mutating func consider(_ plan: PricedPlan) -> Bool {
    guard let peak = isBesideResults ? plan.workingBytes : plan.peakBytes
    else { return false }
    least[isBesideResults] = min(least[isBesideResults] ?? peak, peak)
    guard peak <= limit else { return false }
    if let best, (best.price, best.passes) <= (plan.price, plan.passes) {
      return true
    }
    best = plan
    return true
  }

  /// Cuts a plan into more and more parts, in every way, until it fits: in one
  /// dimension, in two of which one is the last that is summed over, which
  /// costs nothing but additions, and in rows and columns.
  private mutating func cut(_ plan: PricedPlan) throws(ChainError) {
    let sum = plan.lastSum
    for side in [.columns, .rows, sum] {
      guard let side else { continue }
      for parts in ladder(side) {
        let loops = [Chunks.Loop(side, parts: parts)]
        if isPlannedSoon(loops), try fits(plan, loops) { break }
      }
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
    for parts in ladder(outer) {
      let loops = ladder(inner).map {
        [
          Chunks.Loop(outer, parts: parts, remakes: remakes),
          Chunks.Loop(inner, parts: $0),
        ]
      }.filter(isPlannedSoon)
      guard let last = loops.last, try fits(plan, last) else { continue }
      var passes = Int.max
      for few in loops where try fits(plan, few) {
        passes = Chunks(few).passes()
        break
      }
      // More sums repeat nothing, and fewer parts inside of them may do.
      guard case .shared = outer, passes < fewest else { return }
      fewest = passes
    }
  }

  /// 2, 3, 4, 6, 8, 12, … and the length of the side itself.
  private func ladder(_ side: Chunks.Side) -> [Int] {
    let length = side.length(in: problem)
    var (parts, step): ([Int], Int) = ([], 2)
    while step < length {
      parts.append(step)
      if step + step / 2 < length { parts.append(step + step / 2) }
      step *= 2
    }
    return length >= 2 ? parts + [length] : parts
  }

  /// Passes are walked through, and those that don't look alike are planned one
  /// by one.
  private func isPlannedSoon(_ loops: [Chunks.Loop]) -> Bool {
    let chunks = Chunks(loops)
    return chunks.passes() <= 4096 && chunks.looks(in: problem) <= 64
  }

  private mutating func fits(
    _ plan: PricedPlan, _ loops: [Chunks.Loop]
  ) throws(ChainError) -> Bool {
    try control.checkpoint()
    var cut = plan.plan
    cut.chunks = Chunks(loops)
    do {
      return consider(
        try cut.priced(for: problem, at: rate, control: control))
    } catch {
      // A plan that can't be cut so, or a part that can't be held.
      if error.isStop { throw error }
      return false
    }
  }
}

extension PricedPlan {
  /// How often the innermost loop of its chunks is passed; 1 without any.
  fileprivate var passes: Int {
    plan.chunks?.passes() ?? 1
  }

  /// The dimension that the last product sums over, unless something is
  /// evaluated last.
  fileprivate var lastSum: Chunks.Side? {
    guard case .multiply(_, let inner) = plan.steps[plan.targets[0]]
    else { return nil }
    return .shared(after: steps[inner].length)
  }
}
