import JacobianChain

extension Baseline {
  /// The name in tables.
  public var label: String {
    switch self {
    case .forward: "forward"
    case .reverse: "reverse"
    case .bestSplit: "best split"
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
  /// forbid it, or when there was no time to price it.
  public func plan(of baseline: Baseline) -> PricedPlan? {
    baselines[baseline]
  }

  /// What is said of a baseline without a price.
  var absence: String {
    baselines.stopReason == nil ? "not possible" : "no time to price it"
  }

  /// What savings are ratios of: the makespan of the plan when it was chosen
  /// for that, otherwise its fma.
  public var price: UInt128 { scheduled?.schedule.makespan ?? optimum.fma }

  /// `price` of a baseline; nil without it.
  public func price(of baseline: Baseline) -> UInt128? {
    guard let scheduled else { return plan(of: baseline)?.fma }
    return scheduled.makespan(of: baseline)
  }

  /// Price of the baseline ÷ price of the plan; nil without a baseline, 1 when
  /// both are free, infinite when only the plan is.
  public func saving(over baseline: Baseline) -> Double? {
    price(of: baseline).map(ratio)
  }

  /// A price ÷ price of the plan.
  func ratio(_ other: UInt128) -> Double {
    if other == price { return 1 }
    if price == 0 { return .infinity }
    return Double(other) / Double(price)
  }

  /// Floating-point operations of the plan: two per fma. A `Double`, because
  /// twice a 128-bit price may not fit into 128 bits.
  public var flop: Double { 2 * Double(optimum.fma) }

  /// Whether the plan is the best one: the solver says so and no other plan
  /// here proves it wrong.
  public var isProven: Bool { stopReason == nil && cheaperPhrase == nil }

  /// "optimal" with a proof, otherwise "feasible".
  public var status: String { isProven ? "optimal" : "feasible" }

  /// Whether prices are what the plan was chosen for.
  var comparesPrices: Bool {
    switch objective {
    case .fma: true
    case .makespan: machines != nil
    case .time, .memory: false
    }
  }

  /// The cheapest baseline when it is better than the plan.
  var cheaperBaseline: Baseline? {
    guard comparesPrices else { return nil }
    return Baseline.allCases.filter {
      price(of: $0).map { $0 < price } ?? false
    }
    .min { price(of: $0)! < price(of: $1)! }
  }

  /// Whether the best plan for one machine beats the plan and all baselines.
  var serialIsBest: Bool {
    guard let serial = scheduled?.serial else { return false }
    let others = Baseline.allCases.compactMap(price) + [price]
    return others.allSatisfy { serial.makespan < $0 }
  }

  /// What is better than the plan and should not be, for a sentence.
  var cheaperPhrase: String? {
    serialIsBest ? "the best plan for one machine" : cheaperBaseline?.phrase
  }

  /// What less of a price is called.
  var cheaper: String { scheduled == nil ? "cheaper" : "faster" }

  /// What the plan costs in units of the objective, as far as somebody has
  /// checked: nil for makespan without a schedule, and for time.
  public var objectiveValue: UInt128? {
    switch objective {
    case .fma: optimum.fma
    case .memory: optimum.peakEntries
    case .makespan: machines?.schedule.makespan
    case .time: nil
    }
  }

  /// How much of its value the plan may waste, as `CostModel.gap` says; nil
  /// when it can't be known.
  public var gap: Double? {
    guard let value = objectiveValue, lowerBound > 0 else { return nil }
    return CostModel.gap(plan: value, bound: lowerBound)
  }

  /// What the plan is called in tables; only a proof makes it an optimum.
  var planLabel: String { isProven ? "optimum" : "this plan" }

  /// The heading of the ratio column.
  var ratioLabel: String { isProven ? "× optimum" : "× this plan" }
}
