extension Solved {
  /// What savings are ratios of: the makespan of the plan when it was chosen
  /// for that, otherwise its price at the rate of the objective.
  public var price: UInt128 { scheduled?.schedule.makespan ?? plan.price }

  /// `price` of a baseline; nil without it.
  public func price(of baseline: Baseline) -> UInt128? {
    guard let scheduled else { return baselines?[baseline]?.price }
    return scheduled.baselines[baseline]
  }

  /// Price of the baseline ÷ price of the plan; nil without a baseline, 1 when
  /// both are free, infinite when only the plan is.
  public func saving(over baseline: Baseline) -> Double? {
    price(of: baseline).map(ratio)
  }

  /// A price ÷ price of the plan.
  package func ratio(_ other: UInt128) -> Double {
    if other == price { return 1 }
    if price == 0 { return .infinity }
    return Double(other) / Double(price)
  }

  /// What the plan costs in units of the objective, as far as somebody has
  /// checked: nil for makespan without a schedule.
  package var objectiveValue: UInt128? {
    objective.isScheduled ? machines?.schedule.makespan : plan.price
  }

  /// How much of its value the plan may waste, as `CostModel.gap` says; nil
  /// when it can't be known.
  public var gap: Double? {
    guard let value = objectiveValue, lowerBound > 0 else { return nil }
    return CostModel.gap(plan: value, bound: lowerBound)
  }

  /// Whether prices are what the plan was chosen for.
  package var comparesPrices: Bool { objectiveValue != nil }

  /// The cheapest baseline when it is better than the plan, and within the limit
  /// on memory, if there is one.
  package var cheaperBaseline: Baseline? {
    guard comparesPrices else { return nil }
    return Baseline.allCases.filter { baseline in
      guard let other = price(of: baseline), other < price else { return false }
      guard let limit = problem.limits.memory,
        let peak = baselines?[baseline]?.peakBytes
      else { return true }
      return peak <= UInt128(limit)
    }
    .min { price(of: $0)! < price(of: $1)! }
  }

  /// Whether the best plan for one machine beats the plan and all baselines.
  package var serialIsBest: Bool {
    guard let serial = scheduled?.serial else { return false }
    let others = Baseline.allCases.compactMap(price) + [price]
    return others.allSatisfy { serial.makespan < $0 }
  }

  /// Whether the plan is the best one: the solver says so and no other plan
  /// here proves it wrong.
  public var isProven: Bool {
    status == .optimal && !serialIsBest && cheaperBaseline == nil
  }
}
