import JacobianChain

/// Several targets, repeated factors, a bound on the total tape: plans in which
/// a product, once computed, serves all its uses.
///
/// The values are the distinct sub-words of the targets, and the cheapest set
/// of operations that makes the targets is wanted: an integer program, NP-hard
/// in general (Downey, Leong & Sethi 1981, doi:10.1137/0210047). It is solved
/// by Lagrangian relaxation of a formulation whose bound is nearly always
/// tight when factors are distinct, by reduced-cost fixing, by plans that the
/// relaxation guides, and by branch and bound for what is left. Every bound is
/// a sum of integers.
///
/// Exact where spans are few enough, in time that nobody can promise:
/// families of targets over distinct factors take milliseconds to seconds; a
/// stop returns the best plan with a bound that is usually within a few per
/// mille.
///
/// Beyond the limits it still answers, with a plan and a bound that may meet
/// (see `solveTied`, `solveLarge`).
package struct SharedProducts: ChainSolver {
  /// The most splits that the exact methods are asked for.
  private let exactSplits: Int
  /// The most cells of the table that larger problems get.
  package let cellLimit: Int

  package init() {
    (exactSplits, cellLimit) = (Self.splitLimit, ShareSearch.cellLimit)
  }

  /// A solver whose exact methods take problems of at most so many splits, and
  /// whose table of words takes at most so many cells.
  package init(splitLimit: Int, cellLimit: Int = 1 << 23) {
    (exactSplits, self.cellLimit) = (splitLimit, cellLimit)
  }

  package var name: String { "shared-products" }

  package var summary: String {
    "exact for many targets, repeated factors and total tape; Lagrangian "
      + "relaxation, reduced-cost fixing, branch and bound; above 4 million "
      + "splits plan and bound from one table of words"
  }

  /// The most splits of all spans of all targets for a proof.
  package static let splitLimit = 1 << 22

  /// Prices and tapes have to sum to less than this for a proof: doubles that
  /// steer the search then hold them exactly.
  package static let sumLimit = 1 << 53

  /// Exact for every problem of moderate size and fma or time, heuristic for
  /// larger ones and fma.
  package func support(for problem: Problem, objective: Objective) -> Support {
    guard !objective.isScheduled else {
      return .unsupported("minimises fma, not \(objective.name)")
    }
    if let refusal = Support.refusal(ofGraph: problem) { return refusal }
    guard let excess = excess(of: problem) else { return .exact }
    guard objective == .fma else {
      return .unsupported("heuristics know fma only: " + excess)
    }
    // A chain without a total tape has no products to share: it is for the
    // dynamic program.
    return problem.chain == nil || problem.limits.tapeTotal != nil
      ? .heuristic : .unsupported(excess)
  }

  /// Why the exact methods don't take a problem, nil when they do.
  package func excess(of problem: Problem) -> String? {
    if let sum = Self.sumExcess(of: problem) {
      return "exact methods need \(sum) below 2^53"
    }
    let splits = ProductGraph.positionalSplits(of: problem)
    if let splits, splits <= exactSplits { return nil }
    return "the spans of all targets have "
      + "\(splits.map { "\($0)" } ?? "> 2^57") splits, above the limit of "
      + "\(exactSplits)"
  }

  /// What is too great to be summed: prices, or the tapes under a total tape.
  private static func sumExcess(of problem: Problem) -> String? {
    if problem.worstPrice >= UInt128(sumLimit) {
      return "prices whose worst sum, \(problem.worstPrice) fma, is"
    }
    guard problem.limits.tapeTotal != nil else { return nil }
    let steps = problem.targets.reduce(UInt128(0)) {
      $0 + UInt128(2 * $1.count)
    }
    let greatest = problem.factors.reduce(0) {
      problem.allowsAdjoint(of: $1) ? max($0, $1.tape) : $0
    }
    let tape = steps * UInt128(greatest)
    return tape < UInt128(sumLimit)
      ? nil : "tapes whose worst sum, \(tape) units, is"
  }

  /// Chooses the cheapest set of operations.
  ///
  /// - Throws: `ChainError` (`infeasible`) when no plan keeps to the total
  ///   tape, which is known at once.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    guard excess(of: problem) == nil else {
      return hasFewSubwords(problem)
        ? try solveTied(problem, control) : try solveLarge(problem, control)
    }
    let rate = objective.rate
    if rate == .fma, let fronts = TapeFronts(problem) {
      let solution = try fronts.solve(control)
      // Fronts that outgrow their memory leave the proof to the search.
      if solution.status != .stopped(.nodeLimit) { return solution }
    }
    return try Self.solution(
      of: try Self.search(problem, at: rate, control), problem, at: rate,
      control, unproven: .interrupted)
  }

  /// What a search found out, as a solution; a plan without any search when it
  /// was stopped before it began.
  ///
  /// - Parameter reason: why there is no proof when nothing stopped it.
  package static func solution(
    of found: (graph: ProductGraph, outcome: SharedOutcome)?,
    _ problem: Problem, at rate: Rate = .fma, _ control: SearchControl,
    unproven reason: StopReason
  ) throws(ChainError) -> Solution {
    guard let (graph, outcome) = found else {
      return Solution(
        plan: try Plan.withoutSearch(for: problem, control),
        lowerBound: rate.lowerBound(of: problem),
        status: .stopped(control.shouldStop() ?? .interrupted))
    }
    return Solution(
      plan: graph.plan(outcome.chosen), lowerBound: UInt128(outcome.lower),
      status: outcome.isProven
        ? .optimal : .stopped(control.report(outcome.progress) ?? reason),
      explored: outcome.explored)
  }

  /// What the methods for shared products find out, one after the other until
  /// there is a proof: the choice of the method is made here and nowhere else.
  ///
  /// - Returns: an outcome with a plan, proven unless `control` stopped it; nil
  ///   when `control` stopped it before there was a graph.
  /// - Throws: `ChainError` (`infeasible`) when no plan keeps to the total
  ///   tape, (`tooLarge`) when a pattern can't be held.
  static func search(
    _ problem: Problem, at rate: Rate = .fma, _ control: SearchControl
  ) throws(ChainError) -> (ProductGraph, SharedOutcome)? {
    let tapeTotal = problem.limits.tapeTotal
    guard let (graph, start) = try start(problem, at: rate, control) else {
      return nil
    }
    var outcome = start
    func goesOn() -> Bool {
      !outcome.isProven && control.report(outcome.progress) == nil
    }
    guard goesOn() else { return (graph, outcome) }
    let relaxation = LagrangianRelaxation(graph, tapeTotal: tapeTotal)
    if hasRepeatedFactors(problem) {
      // The relaxation is weak here, but its plans are good where several
      // targets share; the set search is made for the rest.
      if problem.targets.count > 1 {
        outcome = relaxation.run(
          from: outcome, control: control, branching: false)
      }
      if goesOn() {
        outcome = SetSearch(graph, tapeTotal: tapeTotal).run(
          from: outcome, control: control)
      }
    }
    if goesOn() {
      outcome = relaxation.run(from: outcome, control: control)
    }
    return (graph, outcome)
  }

  /// The graph of all products and the plan with the least tape; nil when
  /// `control` stopped it.
  package static func start(
    _ problem: Problem, at rate: Rate = .fma, _ control: SearchControl
  ) throws(ChainError) -> (ProductGraph, SharedOutcome)? {
    if let tapeTotal = problem.limits.tapeTotal {
      try ProductGraph.check(tape: leastTape(of: problem), within: tapeTotal)
    }
    return try ProductGraph(problem, at: rate, control).map {
      ($0, SharedOutcome(of: $0))
    }
  }

  /// The tape of the factors that have nothing but adjoints: what the plan of
  /// `ProductGraph.leastTape()` takes.
  private static func leastTape(of problem: Problem) -> Int {
    Set(problem.targets.joined()).reduce(0) { sum, index in
      let factor = problem.factors[index]
      let needsTape = !factor.isGiven && factor.tangentCost == nil
      return sum + (needsTape ? factor.tape : 0)
    }
  }

  /// Whether a word uses a factor more than once.
  private static func hasRepeatedFactors(_ problem: Problem) -> Bool {
    problem.targets.contains { Set($0).count < $0.count }
  }

  /// Whether words repeat factors, so that their different sub-words are few,
  /// although their spans are many.
  private func hasFewSubwords(_ problem: Problem) -> Bool {
    guard Self.sumExcess(of: problem) == nil,
      Self.hasRepeatedFactors(problem),
      let splits = ProductGraph.splits(of: problem)
    else { return false }
    return splits <= exactSplits
  }
}
