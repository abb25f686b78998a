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
  /// limits forbid all, or the patterns on the way can't be held together.
  mutating func cheapestSplits(
    _ control: SearchControl
  ) throws(ChainError) -> [Int?] {
    var splits: [Int?] = []
    for (target, word) in problem.targets.enumerated() {
      guard shared != nil else {
        splits.append(try Fan(word: word, of: problem).cheapestSplit(control))
        continue
      }
      do {
        splits.append(try shared!.cheapestSplit(ofTarget: target, control))
      } catch  where error.kind == .tooLarge {
        splits.append(nil)
      }
    }
    return splits
  }

  /// The fans of all targets at the chosen interfaces, equal steps merged.
  mutating func priced(
    at split: ([Int]) -> Int?
  ) throws(ChainError) -> PricedPlan? {
    let splits = problem.targets.map(split)
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
    } catch  where error.kind == .tooLarge && shared != nil {
      // A plan with fewer values may be held all the same.
      return nil
    }
  }

  private mutating func plan(at splits: [Int?]) throws(ChainError) -> Plan? {
    var plan = Plan(steps: [], targets: [])
    for (word, split) in zip(problem.targets, splits) {
      guard let split,
        try Fan(word: word, of: problem).append(split: split, to: &plan)
      else { return nil }
    }
    return plan
  }
}
