import JacobianChain

/// The step of a plan that spoilt its Jacobian: the first one that overflows;
/// without any, the first one whose value isn't what its operands make of it.
struct FailedStep {
  enum Cause {
    /// Beyond the largest double.
    case overflow
    /// Below the normal doubles, where digits are lost.
    case underflow
    /// The kernel or the operand is wrong.
    case other
  }

  /// The position in the plan.
  let step: Int
  /// The order in which the value is computed: `(c·b)·a`.
  let bracketing: String
  let cause: Cause
  let outlier: Verification.Outlier

  /// Looks at the steps that a target is made of; nil when every value is right.
  ///
  /// - Parameter control: may stop it between two steps of the run and between
  ///   two blocks of vectors.
  /// - Throws: `ChainError` when it did, or when the values take too much.
  /// - Complexity: a run that keeps all values, and a verification of each.
  static func first(
    in plan: PricedPlan, target: Int, of problem: Problem,
    operands: [Operand], control: SearchControl
  ) throws(ChainError) -> FailedStep? {
    var replay = Replay(problem, operands, control)
    var first: FailedStep?
    for id in plan.plan.steps(to: plan.plan.targets[target]) {
      let outlier = try replay.perform(plan.plan.steps[id], as: id)
      guard let outlier else { continue }
      let failed = FailedStep(
        step: id, bracketing: replay.name(of: id),
        cause: Cause(outlier), outlier: outlier)
      // Nothing brings infinity back, whatever else went wrong before.
      if failed.cause == .overflow { return failed }
      first = first ?? failed
    }
    return first
  }
}

extension FailedStep.Cause {
  fileprivate init(_ outlier: Verification.Outlier) {
    if !outlier.found.isFinite || !outlier.expected.isFinite {
      self = .overflow
    } else if outlier.expected.magnitude < .leastNormalMagnitude {
      self = .underflow
    } else {
      self = .other
    }
  }
}

extension Plan {
  /// The steps that a value is made of, itself included, in their order.
  fileprivate func steps(to value: Int) -> [Int] {
    var isNeeded = [Bool](repeating: false, count: value + 1)
    isNeeded[value] = true
    for id in isNeeded.indices.reversed() where isNeeded[id] {
      let (first, second) = steps[id].operands
      if let first { isNeeded[first] = true }
      if let second { isNeeded[second] = true }
    }
    return isNeeded.indices.filter { isNeeded[$0] }
  }
}
