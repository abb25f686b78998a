import JacobianChain

/// The exact order of one target with distinct factors: an interval dynamic
/// program over the spans of the chain.
///
///     C(i, i+1) = the cheapest way to get J_i
///     C(i, j)   = min( min_k C(i,k) + C(k,j) + multiply(k..<j, i..<k),
///                      C(i,j−1) + eliminate(j−1, tangent),
///                      C(i+1,j) + eliminate(i, adjoint) )
///
/// Eliminations through several factors decompose into single ones at the same
/// price, so a matrix-free chain costs no more to plan than a given one.
/// Dense brackets: Godbole 1973 (doi:10.1109/TC.1973.5009182); eliminations
/// and tape limits: Naumann 2020 (doi:10.1137/20M1311697).
///
/// O(q³) time and O(q²) memory; only values are stored, in tiles that share out
/// the cores, and splits are found again on the plan's own O(q) spans. Not for
/// several targets, repeated factors or a budget over the whole plan: optimal
/// spans then no longer make an optimal whole.
package struct DynamicProgramming: ChainSolver {
  package init() {}

  package var name: String { "dynamic-programming" }

  package var summary: String {
    "exact for one target with distinct factors, any structure, "
      + "matrix-free, tape per step; O(q³) time, O(q²) memory"
  }

  /// The most bytes that the tables of all spans may take: 4 GiB.
  package static let tableBudget = 4 << 30

  /// Exact for one target with distinct factors, no total tape, fma or time.
  package func support(for problem: Problem, objective: Objective) -> Support {
    if let refusal = Support.refusal(
      of: problem, objective: objective, knowsTime: true)
    {
      return refusal
    }
    if problem.limits.tapeTotal != nil {
      return .unsupported("knows tapePerStep, but no budget over the plan")
    }
    let count = problem.chain!.count
    let bytes =
      objective == .fma
      ? Self.bytes(of: problem, factors: count)
      : Self.bytesUnderTime(of: problem, factors: count)
    guard bytes <= Self.tableBudget else {
      return .unsupported(
        "\(count) factors need tables of \(bytes >> 30) GiB, above the budget "
          + "of \(Self.tableBudget >> 30) GiB; "
          + (HuShing().support(for: problem, objective: objective) == .exact
            ? "hu-shing needs none"
            : "without structure and tangents hu-shing needs none, otherwise "
              + "plan the chain in parts"))
    }
    return .exact
  }

  /// What the tables of all spans will take, about.
  private static func bytes(of problem: Problem, factors: Int) -> Int {
    let isNarrow = problem.priceBound < Int.limit
    let table =
      isNarrow
      ? SpanTable<Int>.bytes(factors: factors)
      : SpanTable<UInt128>.bytes(factors: factors)
    if problem.isDense { return table }
    if BandPrices.takes(problem.chain!, of: problem) {
      return (1 + BandJoints.tables) * table
    }
    let perSpan =
      isNarrow
      ? StructuredPrices<Int>.bytesPerSpan
      : StructuredPrices<UInt128>.bytesPerSpan
    return table + factors * (factors + 1) / 2 * perSpan
  }

  /// Chooses the cheapest order.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when a pattern can't be held, or when
  ///   the fastest plan takes 2^53 ns, 104 days, or more.
  /// - Complexity: O(q³) time, O(q²) memory.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    if let profile = objective.rate.profile {
      return try solve(problem, under: profile, control)
    }
    if !problem.isDense,
      let prices = try BandPrices(problem.chain!, of: problem)
    {
      return try finish(prices, problem.chain!, problem, control)
    }
    let bound = problem.priceBound
    if bound < Double.limit {
      return try solve(problem, Double.self, control)
    }
    if bound < Int.limit {
      return try solve(problem, Int.self, control)
    }
    return try solve(problem, UInt128.self, control)
  }

  private func solve<Price: TablePrice>(
    _ problem: Problem, _: Price.Type, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    let chain = problem.chain!
    if problem.isDense {
      let prices = try DensePrices<Price>(chain, of: problem)
      return try finish(prices, chain, problem, control)
    }
    let prices = try StructuredPrices<Price>(chain, of: problem, control)
    guard let prices else {
      return try stopped(control.shouldStop() ?? .interrupted, problem, control)
    }
    return try finish(prices, chain, problem, control)
  }

  /// Fills the table and reads the plan from it.
  ///
  /// - Parameter bound: what no plan goes below, for whoever is stopped; nil
  ///   for that of fma.
  func finish<Prices: SpanPrices>(
    _ prices: Prices, _ chain: [Int], _ problem: Problem,
    _ control: SearchControl, bound: UInt128? = nil
  ) throws(ChainError) -> Solution {
    let table = SpanTable<Prices.Price>(factors: chain.count)
    if let reason = table.fill(prices, control) {
      return try stopped(reason, problem, control, bound: bound)
    }
    guard table.value(0, chain.count).isExact else {
      throw ChainError(
        .tooLarge, at: "/factors", expected: "a plan of less than 2^53 ns",
        found: "104 days and more for every order",
        advice: "plan for fma, or in parts")
    }
    return Solution(
      plan: table.plan(prices, chain),
      lowerBound: table.value(0, chain.count).fma, status: .optimal,
      explored: chain.count * (chain.count + 1) / 2)
  }

  /// A stop returns the best plan that needs no table.
  func stopped(
    _ reason: StopReason, _ problem: Problem, _ control: SearchControl,
    bound: UInt128? = nil
  ) throws(ChainError) -> Solution {
    Solution(
      plan: try Plan.withoutSearch(for: problem, control),
      lowerBound: bound ?? CostModel.lowerBound(of: problem),
      status: .stopped(reason))
  }
}
