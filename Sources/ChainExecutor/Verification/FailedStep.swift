import JacobianChain

/// The step of a plan that spoilt its Jacobian: the first one that overflows;
/// without any, the first one whose value isn't what the factors make of it.
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

  /// Looks at the steps that a target is made of; nil when every value is right,
  /// and for graphs.
  ///
  /// - Parameter control: may stop it between two steps of the run and between
  ///   two blocks of vectors.
  /// - Throws: `ChainError` when it did, or when the values take too much.
  /// - Complexity: a run that keeps all values, and a verification of each.
  static func first(
    in plan: PricedPlan, target: Int, of problem: Problem,
    operands: [Operand], control: SearchControl
  ) throws(ChainError) -> FailedStep? {
    // A value of a graph is the sum over some paths, which no problem states.
    guard problem.graph == nil else { return nil }
    let words = plan.plan.words
    let made = plan.plan.steps(to: plan.plan.targets[target]).filter {
      if case .given = plan.plan.steps[$0] { false } else { true }
    }
    guard !made.isEmpty else { return nil }
    let all = try Problem(
      factors: problem.factors, targets: made.map { words[$0] },
      matrixFree: problem.matrixFree, limits: problem.limits)
    let traced = try Plan(steps: plan.plan.steps, targets: made)
      .priced(for: all, control: control)
    let run = try Executor().run(
      traced, of: all, operands: operands, control: control)
    // Nothing brings infinity back, whatever else went wrong before.
    let infinite = made.indices.first {
      run.targets[$0].firstNotFinite != nil
    }
    for target in infinite.map({ $0..<$0 + 1 }) ?? made.indices {
      let reference = try Reference(
        Route(word: words[made[target]], of: all), of: all, operands: operands,
        isStrict: true, control: control)
      let check = try Verification(
        of: run.targets[target], target: target, against: reference)
      guard let outlier = check.outlier else { continue }
      return FailedStep(
        step: made[target],
        bracketing: traced.bracketing(ofTarget: target, in: all),
        cause: Cause(outlier), outlier: outlier)
    }
    return nil
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

  /// The factors whose product each step makes, first applied first.
  fileprivate var words: [[Int]] {
    var words: [[Int]] = []
    for step in steps {
      switch step {
      case .given(let factor), .accumulate(let factor, _):
        words.append([factor])
      case .multiply(let outer, let inner):
        words.append(words[inner] + words[outer])
      case .eliminate(let factor, .tangent, let operand):
        words.append(words[operand] + [factor])
      case .eliminate(let factor, .adjoint, let operand):
        words.append([factor] + words[operand])
      case .add:
        preconditionFailure("plans of words have no sums")
      }
    }
    return words
  }
}
