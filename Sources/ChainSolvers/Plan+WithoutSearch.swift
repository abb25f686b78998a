import JacobianChain

extension Plan {
  /// A good plan in O(q): the best single split, or, when missing modes forbid
  /// every fan, each factor accumulated and multiplied innermost first, equal
  /// steps once.
  ///
  /// - Throws: `ChainError` when patterns can't be held, or when `control`
  ///   stops their pricing.
  package static func withoutSearch(
    for problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> Plan {
    let baselines = try Baselines(of: problem, control: control)
    if let best = baselines.best { return best.plan }
    var plan = Plan(steps: [], targets: [])
    for word in problem.targets {
      var value: Int?
      for index in word {
        plan.steps.append(
          try LeafChoice(factor: index, of: problem, at: .fma, control).step)
        let own = plan.steps.count - 1
        if let inner = value {
          plan.steps.append(.multiply(outer: own, inner: inner))
        }
        value = plan.steps.count - 1
      }
      plan.targets.append(value!)
    }
    return plan.mergingEqualSteps()
  }
}

/// The cheapest way to get one factor on its own.
struct LeafChoice {
  let step: Step
  let price: UInt128

  /// - Parameters:
  ///   - rate: what cheap means.
  ///   - reading: what the one step that takes the factor pays on top for
  ///     entries that are given; nil where none does.
  /// - Throws: `ChainError` when `control` stops a colouring.
  init(
    factor index: Int, of problem: Problem, at rate: Rate = .fma,
    reading: Reading? = nil, _ control: SearchControl = .unlimited
  ) throws(ChainError) {
    let factor = problem.factors[index]
    var best: (step: Step, price: UInt128)?
    if factor.isGiven {
      let price =
        factor.isOnlyGiven
        ? reading?.price(problem.patterns[index].storedEntries) : nil
      best = (.given(factor: index), price ?? 0)
    }
    for mode in Mode.allCases where best?.price != 0 {
      // Under a total tape, an adjoint is the last resort.
      if best != nil, problem.limits.tapeTotal != nil { break }
      guard problem.cost(of: factor, mode) != nil else { continue }
      let evaluations = try CostModel.evaluations(
        mode, problem.patterns[index], control: control)
      guard
        let price = rate.price(evaluations: evaluations, of: factor, mode)
      else { continue }
      if best.map({ price < $0.price }) ?? true {
        best = (.accumulate(factor: index, mode: mode), price)
      }
    }
    // The problem's initialiser has refused factors without any way.
    step = best!.step
    price = best!.price
  }
}
