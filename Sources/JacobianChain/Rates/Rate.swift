/// Makes one exact integer of the work of a step.
public enum Rate: Hashable, Sendable {
  /// Counts fused multiply-adds and evaluations × declared cost: the model of
  /// the literature, the same on every machine.
  case fma
  /// Nanoseconds by a measured profile.
  case time(Profile)

  /// What prices are counted in.
  package enum Unit: String, Hashable, Sendable, CaseIterable {
    /// Fused multiply-adds; FLOPs = 2 · fma.
    case fma
    /// Nanoseconds.
    case nanoseconds = "ns"
  }

  /// The profile that is asked; nil for fma.
  package var profile: Profile? {
    guard case .time(let profile) = self else { return nil }
    return profile
  }

  /// What prices are counted in.
  package var unit: Unit {
    switch self {
    case .fma: .fma
    case .time: .nanoseconds
    }
  }

  /// The price of some work.
  ///
  /// - Complexity: O(1) for fma, O(sizes of a table's axes) for time.
  package func price(_ work: Work) -> UInt128 {
    switch self {
    case .fma: work.fma
    case .time(let profile): UInt128(min(profile.time(work), Self.most))
    }
  }

  /// No step takes longer than this, 10^30 ns: sums over any plan fit.
  static var most: Double { 1e30 }

  /// The price of so many evaluations of a factor's function in one block; nil
  /// when it has none in that mode.
  package func price(
    evaluations: Int, of factor: Factor, _ mode: Mode
  ) -> UInt128? {
    switch self {
    case .fma:
      factor.cost(mode).map {
        CostModel.apply(evaluations: evaluations, cost: $0)
      }
    case .time:
      Work(evaluations: evaluations, of: factor, mode).map(price)
    }
  }

  /// A bound on the price of any plan that needs no search.
  package func lowerBound(of problem: Problem) -> UInt128 {
    switch self {
    case .fma: CostModel.lowerBound(of: problem)
    case .time: 0
    }
  }
}
