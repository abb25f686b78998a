import JacobianChain

/// Prices every plan of a short chain and keeps the cheapest: slow, obvious,
/// and the oracle that the other solvers are held against.
///
/// Shares nothing with them: plans come from `PlanEnumeration`, prices from
/// the independent pricer. It is also the exact answer to a budget over the
/// whole plan (`tapeTotal`). The number of plans grows about 7.5-fold with
/// each matrix-free factor, so chains end at seven factors.
package struct Exhaustive: ChainSolver {
  package init() {}

  package var name: String { "exhaustive" }

  package var summary: String {
    "every plan of a chain of at most \(Self.longestChain) factors, total "
      + "tape included; exponential, the oracle of the tests"
  }

  /// The longest chain whose plans are enumerated.
  package static let longestChain = 7

  /// Exact for one short target with distinct factors, fma or time.
  package func support(for problem: Problem, objective: Objective) -> Support {
    if let refusal = Support.refusal(
      of: problem, objective: objective, knowsTime: true)
    {
      return refusal
    }
    let count = problem.chain!.count
    guard count <= Self.longestChain else {
      return .unsupported(
        "enumerates chains of at most \(Self.longestChain) factors, this has "
          + "\(count)")
    }
    return .exact
  }

  /// Chooses the cheapest order by looking at every one.
  package func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    let rate = objective.rate
    var best: (plan: Plan, price: UInt128)?
    var explored = 0
    var stopReason: StopReason?
    var failure: ChainError?
    PlanEnumeration(problem)!.forEach { plan in
      if explored.isMultiple(of: 64), let reason = control.shouldStop() {
        stopReason = reason
        return false
      }
      explored += 1
      switch Self.price(of: plan, for: problem, rate) {
      case .success(let price?) where best.map({ price < $0.price }) ?? true:
        best = (plan, price)
      case .success: break
      case .failure(let error): failure = error
      }
      return failure == nil
    }
    if let failure { throw failure }
    if let stopReason {
      let known = try Plan.withoutSearch(for: problem, control)
      return Solution(
        plan: best?.plan ?? known,
        lowerBound: rate.lowerBound(of: problem),
        status: .stopped(stopReason), explored: explored)
    }
    guard let best else { throw Self.infeasible(problem) }
    return Solution(
      plan: best.plan, lowerBound: best.price, status: .optimal,
      explored: explored)
  }

  /// The price of a plan; nil when it is over the total tape, the only rule
  /// that the enumeration doesn't know.
  private static func price(
    of plan: Plan, for problem: Problem, _ rate: Rate
  ) -> Result<UInt128?, ChainError> {
    do {
      return .success(try plan.priced(for: problem, at: rate).price)
    } catch {
      return error.kind == .invalidPlan ? .success(nil) : .failure(error)
    }
  }

  private static func infeasible(_ problem: Problem) -> ChainError {
    ChainError(
      .infeasible, at: "/limits/tapeTotal",
      expected: "a plan whose tapes fit \(problem.limits.tapeTotal ?? 0)",
      found: "none among all plans of the chain",
      advice: "raise tapeTotal, or give factors tangents or entries")
  }
}
