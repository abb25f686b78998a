import JacobianChain

extension Report {
  /// One line that says which mode the plan is, or that planning gained
  /// nothing: who saves 1.0× should hear it plainly.
  package var verdict: String {
    if solved.problem.graph != nil { return graphVerdict }
    guard solved.problem.targets.count == 1 else { return severalTargets }
    let shape = PlanShape(of: solved.plan.plan.targets[0], in: solved.plan)
    if shape == .single { return "a single factor, there is nothing to order" }
    if let plain = plainVerdict(for: "this chain", phrase: \.phrase) {
      return plain
    }
    switch shape {
    case .single, .forward:
      return isBetter(than: .forward)
        ? "innermost first, with factors accumulated beforehand"
        : "forward mode throughout"
    case .reverse:
      return isBetter(than: .reverse)
        ? "outermost first, with factors accumulated beforehand"
        : "reverse mode throughout"
    case .split(let k, let below, let above):
      return below == above
        ? "mixed: \(below.direction) on each side of z\(k), then one product"
        : "mixed: \(below.direction) below z\(k), \(above.direction) above it"
    case .mixed(let levels):
      let order = "mixed order, \(levels) levels deep"
      guard solved.comparesPrices, let split = solved.baselines?.split,
        solved.price(of: .bestSplit) == solved.price
      else { return order }
      let same = showsWork ? "takes as long" : "costs the same"
      return order + "; the single split at z\(split) \(same)"
    }
  }

  /// The k of the z_k that the verdict names; nil when it names none.
  var splitPlace: Int? {
    guard solved.problem.targets.count == 1,
      verdict.hasPrefix("mixed: "),
      case .split(let k, _, _) = PlanShape(
        of: solved.plan.plan.targets[0], in: solved.plan)
    else { return nil }
    return k
  }

  /// Whether an order that looks like a baseline isn't one.
  private func isBetter(than baseline: Baseline) -> Bool {
    solved.comparesPrices
      && solved.price(of: baseline).map { solved.price < $0 } ?? false
  }

  /// The verdict when a baseline is as good as the plan, or better; nil when
  /// the plan is better than all of them.
  func plainVerdict(
    for what: String, phrase: (Baseline) -> String
  ) -> String? {
    guard solved.comparesPrices else { return nil }
    let rival =
      solved.serialIsBest ? cheaperPhrase : solved.cheaperBaseline.map(phrase)
    if let rival {
      return "\(rival) is \(cheaper) than this plan, use that instead"
    }
    let modes = [Baseline.forward, .reverse].filter {
      solved.price(of: $0) == solved.price
    }
    guard !modes.isEmpty else { return nil }
    if solved.status != .optimal {
      return "no better than \(phrase(modes[0])) so far"
    }
    let place = solved.scheduled == nil ? what : "\(what) on \(machinesPhrase)"
    let end = "already optimal for \(place)\(solved.scope.phrase)"
    return modes.count == 2
      ? "forward and reverse mode are both \(end)"
      : "\(phrase(modes[0])) is \(end)"
  }

  /// What is known about the quality of the plan, for a sentence.
  var proof: String {
    if solved.isProven {
      guard let certificate = solved.certificate,
        certificate.dualBound == solved.plan.fma
      else {
        return "optimal\(solved.scope.phrase)"
      }
      return "optimal, certified by LP duality: dual bound "
        + "\(DigitGrouping.narrow.grouped(certificate.dualBound)) fma, "
        + "\(counted(certificate.inequalities, "inequality")) verified"
    }
    guard let reason = solved.status.stopReason else {
      return "feasible, not proven: the solver claims a proof, but "
        + "\(cheaperPhrase!) is \(cheaper)"
    }
    guard solved.choice != nil else {
      return "feasible, not proven: a check looks for no better plan"
    }
    let why =
      switch reason {
      case .timeLimit: "the time limit was reached"
      case .nodeLimit: "the node limit was reached"
      case .gapLimit: "as close to the bound as was asked for"
      case .heuristic where countsTiesApart:
        "a heuristic, whose search doesn't see what tied factors share"
      case .heuristic: "a heuristic, which proves nothing"
      case .interrupted: "interrupted"
      }
    return "feasible, not proven: \(why)"
  }

  /// How far the plan may be from the best one; nil with a proof.
  var bound: String? {
    guard !solved.isProven else { return nil }
    guard solved.lowerBound > 0 else { return "no lower bound is known" }
    let bound =
      "lower bound \(amount(solved.lowerBound))"
      + (solved.objective.isScheduled ? " of makespan" : "")
      + solved.scope.phrase
    guard let gap = solved.gap else { return bound }
    return bound + ", gap at most \(Format.atMostPercent(gap))"
  }
}

extension Scope {
  /// What follows "optimal" in a sentence.
  package var phrase: String {
    switch self {
    case .everyPlan: ""
    case .vertexElimination: " among orders of vertices"
    case .faceElimination: " among orders of faces"
    }
  }
}

extension PricedPlan {
  /// Whether a step is nothing but entries at hand.
  func isGiven(_ id: Int) -> Bool {
    if case .given = plan.steps[id] { true } else { false }
  }
}
