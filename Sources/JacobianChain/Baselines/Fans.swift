/// The fans of all targets of a problem, as plans.
struct Fans {
  private let problem: Problem
  private let control: SearchControl
  /// How fans are found: together where words share sub-words,
  private var shared: SharedFans?
  /// else each for itself.
  private var fans: [Fan]
  private var table: PatternTable
  /// Why something is nil although it may be possible: there was no time.
  private(set) var stopReason: StopReason?
  /// Whether a pattern on the way to something couldn't be held.
  var isUnheld: Bool { failed || shared?.isUnheld ?? false }
  private var failed = false

  init(_ problem: Problem, _ control: SearchControl) {
    (self.problem, self.control) = (problem, control)
    table = PatternTable(control)
    let shared = SharedFans(problem, control)
    self.shared = shared
    fans =
      shared == nil
      ? problem.targets.map { Fan(word: $0, of: problem, control) } : []
  }

  /// The interface of the cheapest fan of each target; nil when modes or
  /// limits forbid all, the patterns on the way can't be held, or there was no
  /// time.
  mutating func cheapestSplits() throws(ChainError) -> [Int?] {
    var splits = [Int?](repeating: nil, count: problem.targets.count)
    do {
      for target in problem.targets.indices {
        splits[target] = try cheapestSplit(target)
      }
    } catch  where error.isStop {
      stopReason = error.stopReason
      return splits.map { _ in nil }
    }
    return splits
  }

  private mutating func cheapestSplit(
    _ target: Int
  ) throws(ChainError) -> Int? {
    shared == nil
      ? try fans[target].cheapestSplit()
      : try shared!.cheapestSplit(ofTarget: target, control)
  }

  /// The fans of all targets at the chosen interfaces, equal steps merged; nil
  /// as in `cheapestSplits`.
  mutating func priced(
    at splits: [Int?]
  ) throws(ChainError) -> PricedPlan? {
    do {
      if shared != nil {
        guard let plan = try shared!.plan(splits) else { return nil }
        return try shared!.priced(plan.mergingEqualSteps(), for: problem)
      }
      guard var plan = try plan(at: splits) else { return nil }
      // One word of distinct factors has no equal steps.
      if problem.chain == nil { plan = plan.mergingEqualSteps() }
      return try plan.priced(for: problem, &table)
    } catch  where error.kind == .invalidPlan {
      // The only rule a fan can break is the budget over the whole plan.
      return nil
    } catch  where error.isStop {
      stopReason = error.stopReason
      return nil
    } catch  where error.kind == .tooLarge {
      // A plan with fewer values may be held all the same.
      failed = true
      return nil
    }
  }

  private mutating func plan(at splits: [Int?]) throws(ChainError) -> Plan? {
    var plan = Plan(steps: [], targets: [])
    for (target, split) in splits.enumerated() {
      guard let split,
        let products = try fans[target].append(split: split, to: &plan)
      else { return nil }
      for product in products { table.keep(product) }
    }
    return plan
  }
}
