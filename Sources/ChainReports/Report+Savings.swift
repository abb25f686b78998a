import JacobianChain

/// The orders people use without planning, in the order of every table.
public enum Baseline: String, Hashable, Sendable, CaseIterable {
  /// Homogeneous tangent.
  case forward
  /// Homogeneous adjoint.
  case reverse
  /// Forward below one interface, reverse above it.
  case bestSplit

  /// The name in tables.
  public var label: String {
    switch self {
    case .forward: "forward"
    case .reverse: "reverse"
    case .bestSplit: "best split"
    }
  }

  /// The name in a sentence.
  var phrase: String {
    switch self {
    case .forward: "forward mode"
    case .reverse: "reverse mode"
    case .bestSplit: "the best single split"
    }
  }
}

extension RunRecord {
  /// The execution of a baseline; nil when it was not run.
  public func measured(_ baseline: Baseline) -> Measured? {
    switch baseline {
    case .forward: forward
    case .reverse: reverse
    case .bestSplit: bestSplit
    }
  }
}

extension Report {
  /// The priced plan of a baseline; nil when the limits or missing modes
  /// forbid it.
  public func plan(of baseline: Baseline) -> PricedPlan? {
    switch baseline {
    case .forward: baselines.forward
    case .reverse: baselines.reverse
    case .bestSplit: baselines.bestSplit
    }
  }

  /// Price of the baseline ÷ price of the plan; nil without a baseline, 1 when
  /// both are free, infinite when only the plan is.
  public func saving(over baseline: Baseline) -> Double? {
    guard let other = plan(of: baseline)?.fma else { return nil }
    if other == optimum.fma { return 1 }
    if optimum.fma == 0 { return .infinity }
    return Double(other) / Double(optimum.fma)
  }

  /// Floating-point operations of the plan: two per fma. A `Double`, because
  /// twice a 128-bit price may not fit into 128 bits.
  public var flop: Double { 2 * Double(optimum.fma) }

  /// Whether the plan is the best one: the solver says so and no baseline
  /// proves it wrong.
  public var isProven: Bool {
    stopReason == nil && (objective != .fma || cheaperBaseline == nil)
  }

  /// "optimal" with a proof, otherwise "feasible".
  public var status: String { isProven ? "optimal" : "feasible" }

  /// The cheapest baseline when it costs less than the plan.
  var cheaperBaseline: Baseline? {
    Baseline.allCases.filter {
      plan(of: $0).map { $0.fma < optimum.fma } ?? false
    }
    .min { plan(of: $0)!.fma < plan(of: $1)!.fma }
  }

  /// What the plan costs in units of the objective, as far as the pricer
  /// knows: nil for makespan and time, which need a schedule or a profile.
  public var objectiveValue: UInt128? {
    switch objective {
    case .fma: optimum.fma
    case .memory: optimum.peakEntries
    case .makespan, .time: nil
    }
  }

  /// (value − bound) ÷ bound, how far above the bound the plan may be; nil
  /// when it can't be known.
  public var gap: Double? {
    guard let value = objectiveValue, lowerBound > 0 else { return nil }
    guard value > lowerBound else { return 0 }
    return Double(value - lowerBound) / Double(lowerBound)
  }

  /// What the plan is called in tables; only a proof makes it an optimum.
  var planLabel: String { isProven ? "optimum" : "this plan" }

  /// The heading of the ratio column.
  var ratioLabel: String { isProven ? "× optimum" : "× this plan" }
}
