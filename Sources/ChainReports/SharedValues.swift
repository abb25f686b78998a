import JacobianChain

/// The values of a plan that are used more than once. Entries at hand are not
/// among them: nobody computed those.
struct SharedValues {
  /// For each step, how often its value is read; a target is read once more,
  /// by whoever asked for it.
  let uses: [Int]
  /// The steps whose values are used more than once, most used first.
  let ids: [Int]

  private static let nameWidth = 30

  private let report: Report

  /// Counts the uses of every value.
  ///
  /// - Complexity: O(s log s) for s steps.
  init(_ report: Report) {
    self.report = report
    let plan = report.solved.plan.plan
    var uses = [Int](repeating: 0, count: plan.steps.count)
    for step in plan.steps {
      let (first, second) = step.operands
      if let first { uses[first] += 1 }
      if let second { uses[second] += 1 }
    }
    for target in Set(plan.targets) { uses[target] += 1 }
    self.uses = uses
    ids = plan.steps.indices
      .filter { uses[$0] > 1 && !report.solved.plan.isGiven($0) }
      .sorted { (-uses[$0], $0) < (-uses[$1], $1) }
  }

  /// "J4·J3 3×", and how many are not listed; empty when nothing is shared.
  func phrases(limit: Int) -> [String] {
    var phrases = ids.prefix(limit).map { id in
      let name = ProductName(
        of: id, in: report.solved.plan, report.solved.problem)
      return "\(name.fitted(to: Self.nameWidth)) \(uses[id])×"
    }
    if ids.count > limit { phrases.append("and \(ids.count - limit) more") }
    return phrases
  }
}
