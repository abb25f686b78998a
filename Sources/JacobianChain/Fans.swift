/// The fans of all targets of a problem, as plans.
struct Fans {
  private let problem: Problem
  /// How fans are found: together where words share sub-words.
  private var shared: SharedFans?
  private var table = PatternTable()

  init(_ problem: Problem) {
    self.problem = problem
    shared = SharedFans(problem)
  }

  /// The interface of the cheapest fan of each target; nil when modes or
  /// limits forbid all.
  mutating func cheapestSplits(
    _ control: SearchControl
  ) throws(ChainError) -> [Int?] {
    var splits: [Int?] = []
    for (target, word) in problem.targets.enumerated() {
      splits.append(
        shared == nil
          ? try Fan(word: word, of: problem).cheapestSplit(control)
          : try shared!.cheapestSplit(ofTarget: target, control))
    }
    return splits
  }

  /// The fans of all targets at the chosen interfaces, equal steps merged.
  mutating func priced(
    at split: ([Int]) -> Int?
  ) throws(ChainError) -> PricedPlan? {
    guard var plan = try plan(at: problem.targets.map(split)) else {
      return nil
    }
    // One word of distinct factors has no equal steps.
    if problem.chain == nil { plan = plan.mergingEqualSteps() }
    do {
      return shared == nil
        ? try plan.priced(for: problem, &table)
        : try shared!.priced(plan, for: problem)
    } catch  where error.kind == .invalidPlan {
      // The only rule a fan can break is the budget over the whole plan.
      return nil
    }
  }

  private mutating func plan(at splits: [Int?]) throws(ChainError) -> Plan? {
    if shared != nil { return try shared!.plan(splits) }
    var plan = Plan(steps: [], targets: [])
    for (word, split) in zip(problem.targets, splits) {
      guard let split,
        try Fan(word: word, of: problem).append(split: split, to: &plan)
      else { return nil }
    }
    return plan
  }
}
