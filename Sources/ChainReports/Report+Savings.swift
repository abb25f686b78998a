import JacobianChain

extension Baseline {
  /// The name in tables.
  package var label: String {
    switch self {
    case .forward: "forward"
    case .reverse: "reverse"
    case .bestSplit: "best split"
    case .markowitz: "Markowitz"
    }
  }
}

extension Baselines {
  /// What is said of one that is missing.
  var absence: String {
    if stopReason != nil { return "no time to price it" }
    return isUnheld ? "not possible or too large" : "not possible"
  }
}

extension Report {
  /// What is said of a baseline without a price.
  var absence: String {
    solved.baselines?.absence ?? "not asked for"
  }

  /// Floating-point operations of the plan: two per fma. A `Double`, because
  /// twice a 128-bit price may not fit into 128 bits.
  package var flop: Double { 2 * Double(solved.plan.fma) }

  /// "optimal" with a proof, otherwise "feasible".
  package var status: String { solved.isProven ? "optimal" : "feasible" }

  /// What is better than the plan and should not be, for a sentence.
  var cheaperPhrase: String? {
    solved.serialIsBest
      ? "the best plan for one machine" : solved.cheaperBaseline?.phrase
  }

  /// What less of a price is called.
  var cheaper: String { showsWork ? "faster" : "cheaper" }

  /// What the plan is called in tables: only a proof that speaks of every plan
  /// makes it an optimum.
  var planLabel: String {
    solved.isProven && solved.scope == .everyPlan ? "optimum" : "this plan"
  }

  /// The heading of the ratio column.
  var ratioLabel: String { "× \(planLabel)" }
}
