import JacobianChain

/// Prices in nanoseconds.
extension DynamicProgramming {
  /// What the tables of all spans will take when prices are nanoseconds.
  static func bytesUnderTime(of problem: Problem, factors: Int) -> Int {
    let table = SpanTable<Double>.bytes(factors: factors)
    return problem.isDense
      ? table
      : table + factors * (factors + 1) / 2
        * StructuredTimes<UInt128>.bytesPerSpan
  }

  /// Chooses the fastest order. Doubles hold them exactly below 2^53, and sums
  /// from there on stay there: a least one below it is the right one.
  func solve(
    _ problem: Problem, under profile: Profile, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    if problem.isDense {
      let prices = try DenseTimes(problem.chain!, of: problem, under: profile)
      return try finish(prices, problem.chain!, problem, control, bound: 0)
    }
    return problem.priceBound < Double.limit
      ? try solve(problem, under: profile, counting: Double.self, control)
      : try solve(problem, under: profile, counting: UInt128.self, control)
  }

  private func solve<Count: TablePrice>(
    _ problem: Problem, under profile: Profile, counting: Count.Type,
    _ control: SearchControl
  ) throws(ChainError) -> Solution {
    let prices = try StructuredTimes<Count>(
      problem.chain!, of: problem, under: profile, control)
    guard let prices else {
      return try stopped(
        control.shouldStop() ?? .interrupted, problem, control, bound: 0)
    }
    return try finish(prices, problem.chain!, problem, control, bound: 0)
  }
}
