import JacobianChain

/// Makes a plan value by value, each in chunks of its own, where that keeps a
/// limit on memory at a lower price than loops around all of it.
///
/// A stage that ends where little is alive leaves the next ones nearly all of
/// the memory, and a value that is whole is read in parts without being made
/// anew. Stages are added one by one, each time the one with the cheapest plan
/// that fits, or that comes nearest to it, for as long as it helps.
struct StageSearch {
  /// Plans with more computed steps are passed over.
  private static let stepLimit = 24

  private let plan: PricedPlan
  private let problem: Problem
  private let limit: UInt128
  private let countsResults: Bool
  private let control: SearchControl
  /// The steps that may end a stage.
  private let ends: [Int]
  /// The places of each step's factors.
  private let spans: [Range<Int>]
  private var known: [Question: Answer] = [:]

  /// One stage among others.
  private struct Question: Hashable {
    var step: Int
    /// The stages whose values it reads.
    var reads: [Int]
    /// Bytes of what was made before.
    var alive: UInt128
  }

  /// The cheapest loops that fit; none where nothing does or is needed.
  private struct Answer {
    var loops: [Chunks.Loop]
    var price: UInt128
    var peak: UInt128

    func isBetter(than other: Answer?, _ limit: UInt128) -> Bool {
      guard let other else { return true }
      let peaks = (max(limit, peak), max(limit, other.peak))
      return (peaks.0, price) < (peaks.1, other.price)
    }
  }

  /// Stages, and what they come to.
  private struct Choice {
    var stages: [Int]
    var chunks: Chunks
    /// Bytes above the limit first, then the price.
    var excess: UInt128
    var price: UInt128

    func isBetter(than other: Choice?) -> Bool {
      guard let other else { return true }
      return (excess, price) < (other.excess, other.price)
    }
  }

  /// - Parameters:
  ///   - plan: one without chunks, of one target with distinct factors.
  ///   - countsResults: whether the target counts among the bytes alive.
  init(
    _ plan: PricedPlan, of problem: Problem, limit: UInt128,
    countsResults: Bool, _ control: SearchControl
  ) {
    (self.plan, self.problem, self.limit) = (plan, problem, limit)
    (self.countsResults, self.control) = (countsResults, control)
    spans = plan.steps.spans(in: problem)
    let computed = plan.steps.indices.filter {
      if case .given = plan.steps[$0].step { false } else { true }
    }
    ends =
      computed.count > Self.stepLimit
      ? [] : computed.filter { $0 != plan.plan.targets[0] }
  }

  /// Adds stages while that helps.
  ///
  /// - Parameter consider: takes the chunks of a plan that may fit;
  ///   returns the best price so far, which ends the search at that of the plan
  ///   without chunks.
  /// - Throws: what `consider` throws, and when `control` stops it.
  mutating func improve(
    _ consider: (Chunks) throws(ChainError) -> UInt128?
  ) throws(ChainError) {
    guard !ends.isEmpty, var best = try choice([]) else { return }
    while true {
      if let price = try consider(best.chunks), price <= plan.price { return }
      var next: Choice?
      for end in ends where !best.stages.contains(end) {
        if let choice = try choice((best.stages + [end]).sorted()),
          choice.isBetter(than: next)
        {
          next = choice
        }
      }
      guard let next, next.isBetter(than: best) else { return }
      best = next
    }
  }

  /// The best loops of each of these stages and of the target; nil when a value
  /// can't be made.
  private mutating func choice(_ stages: [Int]) throws(ChainError) -> Choice? {
    var choice = Choice(
      stages: stages, chunks: Chunks([]), excess: 0, price: 0)
    var values: [Int: UInt128] = [:]
    for step in stages + plan.plan.targets {
      let reads = reads(step, stages)
      let alive = values.values.reduce(0, +)
      guard let answer = try answer(step, reads, alive) else { return nil }
      if step == plan.plan.targets[0] {
        choice.chunks.loops = answer.loops
      } else {
        choice.chunks.stages.append(Chunks.Stage(step, answer.loops))
      }
      choice.excess = max(choice.excess, answer.peak - min(limit, answer.peak))
      choice.price += answer.price
      for read in reads { values[read] = nil }
      values[step] = CostModel.bytes(of: plan.steps[step].pattern)
    }
    return choice
  }

  /// The stages whose values a stage reads.
  private func reads(_ end: Int, _ stages: [Int]) -> [Int] {
    var (pending, reads) = ([end], [Int]())
    while let id = pending.popLast() {
      let (first, second) = plan.plan.steps[id].operands
      for case let operand? in [first, second] {
        if stages.contains(operand) {
          reads.append(operand)
        } else {
          pending.append(operand)
        }
      }
    }
    return reads.sorted()
  }

  private mutating func answer(
    _ step: Int, _ reads: [Int], _ alive: UInt128
  ) throws(ChainError) -> Answer? {
    let question = Question(step: step, reads: reads, alive: alive)
    if let known = known[question] { return known }
    var best = try price(step, reads, [], alive, within: .max)
    // In parts a value is at most as cheap as at once.
    if let whole = best, whole.peak > limit {
      for ladder in ladders(of: step, reads) {
        _ = try ladder.first(in: problem, spans[step]) {
          loops throws(ChainError) in
          guard
            let answer = try price(step, reads, loops, alive, within: limit)
          else { return false }
          if answer.isBetter(than: best, limit) { best = answer }
          return true
        }
      }
    }
    known[question] = best
    return best
  }

  /// For every dimension that is still there to be cut, a loop in more and more
  /// parts, as far as these are planned soon.
  private func ladders(of step: Int, _ reads: [Int]) -> [[[Chunks.Loop]]] {
    let span = spans[step]
    let shared = span.dropFirst().map { Chunks.Side.shared(after: $0) }
      .filter { side in !reads.contains { side.isInside(spans[$0]) } }
    return ([.columns, .rows] + shared).map { side in
      side.ladder(in: problem, span).map { [Chunks.Loop(side, parts: $0)] }
        .filter { $0.arePlannedSoon(in: problem, span) }
    }
  }

  /// What a stage costs; nil when it can't be made so, or needs more than the
  /// most bytes.
  private func price(
    _ step: Int, _ reads: [Int], _ loops: [Chunks.Loop], _ alive: UInt128,
    within most: UInt128
  ) throws(ChainError) -> Answer? {
    try control.checkpoint()
    guard alive <= most else { return nil }
    do {
      let price = try plan.price(
        ofStage: Chunks.Stage(step, loops), reading: reads, for: problem,
        within: Budget(peak: most - alive, countsResults: countsResults),
        control)
      return price.map {
        Answer(loops: loops, price: $0.price, peak: $0.peak + alive)
      }
    } catch {
      if error.isStop { throw error }
      return nil
    }
  }
}
