import JacobianChain

/// The cheapest order of one target with distinct factors whose adjoints must
/// share a total tape: a front of (fma, tape) per span, cut by a bound.
///
/// Factors occur once, so operands share nothing, and what a plan costs and
/// tapes is the sum over its tree: an optimal plan consists of plans for its
/// spans that no other beats in both (a resource-constrained dynamic program;
/// the tape limit of Jacobian chains is that of Naumann 2020,
/// doi:10.1137/20M1311697). Fronts can be long, so points are cut:
///
/// 1. For weights (d, n), an fma weighing d and a unit of tape n, let W be the
///    least weight of a plan, from an ordinary interval dynamic program. Any
///    plan within the limit T costs at least (W − n·T) / d. The λ = n / d that
///    maximises this concave, piecewise linear bound is met by secants between
///    a plan over the limit and one within it; it is a fraction of two sums of
///    a plan, so everything is exact in 128-bit integers.
/// 2. Plans within the limit that these programs meet give the price U to
///    beat. A plan that costs U − 1 at most weighs at most (U − 1)·d + n·T; so
///    a point is cut if with its weight, and the least weight of all else
///    (the outside of its span), a plan is above that. Weights enter as
///    *slack* above the least weight W, which adds up along a tree.
/// 3. The gap U − W is first allowed in part only: a plan found within the
///    part is optimal if its own gap is within the part, too. Otherwise the
///    part grows fourfold.
///
/// O(q³) per dynamic program; the fronts are exponential at worst, tens of
/// points in practice. Not for repeated factors or several targets, whose
/// spans share products.
package struct TapeFronts: Sendable {
  private let problem: Problem
  private let limit: Int

  /// The longest chain: with tapes of 63 bits and prices of 53, weights stay
  /// below 2^128.
  package static let factorLimit = 1 << 10

  /// Prepares the search; nil when `problem` isn't a chain with a total tape,
  /// or has prices of 2^53 and more, or `factorLimit` factors and more.
  package init?(_ problem: Problem) {
    guard problem.chain != nil, let limit = problem.limits.tapeTotal,
      problem.worstPrice < UInt128(1) << 53,
      problem.chain!.count < Self.factorLimit
    else { return nil }
    self.problem = problem
    self.limit = limit
  }

  /// Finds the cheapest plan within the tape.
  ///
  /// - Throws: `ChainError` (`infeasible`) when every plan needs more tape,
  ///   and `tooLarge` when a pattern can't be held.
  package func solve(_ control: SearchControl) throws(ChainError) -> Solution {
    let chain = problem.chain!
    if problem.isDense {
      return try solve(try DensePrices<Int>(chain, of: problem), control)
    }
    guard let prices = try StructuredPrices<Int>(chain, of: problem, control)
    else { return try stopped(control) }
    return try solve(prices, control)
  }

  private func solve<Prices: SpanPrices>(
    _ prices: Prices, _ control: SearchControl
  ) throws(ChainError) -> Solution where Prices.Price == Int {
    guard let spans = TapeSpans(problem, prices, control) else {
      return try stopped(control)
    }
    var dual = TapeDual(spans, limit: limit)
    let hasEnds = dual.meetEnds(worst: problem.worstPrice + 1, control)
    guard hasEnds || dual.within != nil else { return try stopped(control) }
    guard dual.within != nil else { throw infeasible(dual.leastTape) }
    let isMaximal = hasEnds && dual.maximise(control)
    let within = dual.within!
    var solution = Solution(
      plan: within.plan, lowerBound: dual.lower, status: .optimal,
      explored: dual.programs)
    guard UInt128(within.fma) > dual.lower else { return solution }
    guard isMaximal else {
      solution.status = .stopped(control.shouldStop() ?? .interrupted)
      return solution
    }
    solution.status = close(
      spans, dual.relaxation!, from: within.fma, &solution, control)
    return solution
  }

  /// Closes the gap by fronts, of which ever more is kept.
  ///
  /// - Returns: whether the gap is closed.
  private func close<Prices>(
    _ spans: TapeSpans<Prices>, _ known: TapeRelaxation, from fma: Int,
    _ solution: inout Solution, _ control: SearchControl
  ) -> Status {
    var relaxation = known
    guard relaxation.fillOutside(spans, control) else {
      return .stopped(control.shouldStop() ?? .interrupted)
    }
    let (weights, least) = (known.weights, known.inside[spans.whole])
    let taped = weights(0, UInt128(limit))
    var best = fma
    func gap() -> UInt128 { weights(best - 1, UInt128(limit)) - least }
    let shift = max(0, UInt128.bitWidth - gap().leadingZeroBitCount - 60)
    func slack() -> Int { Int(gap() >> UInt128(shift)) }
    var part = max(1, slack() / Self.firstShare)
    while true {
      part = min(part, slack())
      var table = TapeTable(spans, relaxation, limit: limit, shift: shift)
      let reason = table.fill(part, control)
      solution.explored += table.explored
      if let reason { return .stopped(reason) }
      if let found = table.cheapest, found < best {
        (best, solution.plan) = (found, table.plan())
      }
      // Plans outside the fronts weigh more than this.
      let weight = least + UInt128(part) << UInt128(shift)
      let bound =
        weight <= taped ? 0 : (weight - taped + weights.fma - 1) / weights.fma
      solution.lowerBound = max(
        solution.lowerBound, min(bound, UInt128(best)))
      if solution.lowerBound == UInt128(best) || part >= slack() {
        solution.lowerBound = UInt128(best)
        return .optimal
      }
      part *= Self.growth
    }
  }

  /// The share of the gap that the first fronts allow, and its growth.
  private static let firstShare = 64
  private static let growth = 4

  private func infeasible(_ least: UInt128) -> ChainError {
    ChainError(
      .infeasible, at: "/limits/tapeTotal",
      expected: "a plan whose tapes fit \(limit)",
      found: "none: every plan of the chain needs \(least) or more",
      advice: "raise tapeTotal to \(least), or give factors tangents or "
        + "entries")
  }

  private func stopped(
    _ control: SearchControl
  ) throws(ChainError) -> Solution {
    Solution(
      plan: try Plan.withoutSearch(for: problem, control),
      lowerBound: CostModel.lowerBound(of: problem),
      status: .stopped(control.shouldStop() ?? .interrupted))
  }
}
