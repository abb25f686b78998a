import JacobianChain

/// What is said of several targets only.
extension Report {
  /// Whether all products start from the same output, so that reverse mode
  /// with equal products computed once is back-propagation.
  var isBackPropagation: Bool {
    let products = solved.problem.targets.filter { $0.count > 1 }
    return products.count > 1
      && products.allSatisfy { $0.last == products[0].last }
  }

  /// How the baselines compute several targets; nil for one.
  var targetsNote: String? {
    guard solved.problem.targets.count > 1 else { return nil }
    let sharing =
      "every target in the order named, equal products computed once"
    return isBackPropagation
      ? sharing + "; reverse is then back-propagation" : sharing
  }

  /// The line that says which mode the plan is, for several targets.
  var severalTargets: String {
    let made =
      "\(solved.problem.targets.count) Jacobians from "
      + counted(computedSteps, "step")
    guard solved.comparesPrices else { return made }
    if let plain = plainVerdict(for: "these targets", phrase: sharingPhrase) {
      return plain
    }
    let others = isBackPropagation ? [.reverse] : Baseline.products
    let rival =
      others.filter { solved.price(of: $0) != nil }
      .min { solved.price(of: $0)! < solved.price(of: $1)! }
    guard let rival, let excess = excess(of: rival) else {
      return made + ", shared where it pays"
    }
    let name =
      rival == .reverse && isBackPropagation
      ? "back-propagation" : sharingPhrase(rival)
    let verb = solved.scheduled == nil ? "costs" : "takes"
    return "better than \(name), which \(verb) \(excess): \(made)"
  }

  /// "1.84× as much", "2.4 % more"; nil when it is not more.
  private func excess(of baseline: Baseline) -> String? {
    guard let ratio = solved.saving(over: baseline), ratio > 1 else {
      return nil
    }
    let (more, much) =
      solved.scheduled == nil ? ("more", "much") : ("longer", "long")
    return ratio < 1.1
      ? "\(Format.percent(ratio - 1)) \(more)"
      : "\(DigitGrouping.narrow.ratio(ratio))× as \(much)"
  }

  /// What a baseline does with several targets.
  private func sharingPhrase(_ baseline: Baseline) -> String {
    let sharing = "\(baseline.phrase) with every shared product computed once"
    return baseline == .reverse && isBackPropagation
      ? sharing + ", back-propagation," : sharing
  }
}
