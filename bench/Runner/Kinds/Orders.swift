import ChainCatalog
import JacobianChain

/// The best order of a problem, and those that people use without planning;
/// all of them priced anew.
struct Orders {
  static let optimum = "optimum"
  static let names = [optimum, "forward", "reverse", "best split"]

  let problem: Problem
  let solution: Solution
  private let best: PricedPlan
  private let baselines: Baselines

  /// Plans; a search may take `limit` seconds.
  ///
  /// - Throws: `WrongAnswer` when a solver and the price of its plan disagree,
  ///   or when they disagree with the known optimum.
  init(of problem: Problem, known: UInt128? = nil, limit: Double) throws {
    self.problem = problem
    let control = Interruption.control(seconds: limit)
    solution = try Catalog.choose(for: problem).solver.solve(
      problem, objective: .fma, control: control)
    best = try solution.plan.priced(for: problem)
    baselines = try Baselines(of: problem, control: control)
    try Interruption.check()
    try check(
      best.fma >= solution.lowerBound
        && (!isProven || best.fma == solution.lowerBound),
      "claims \(solution.lowerBound), costs \(best.fma)")
    if let known, isProven {
      try check(best.fma == known, "costs \(best.fma), known is \(known)")
    }
    for name in Self.names.dropFirst() {
      guard let fma = self[name]?.fma else { continue }
      try check(!isProven || best.fma <= fma, "\(name) costs only \(fma)")
    }
  }

  var isProven: Bool { solution.stopReason == nil }

  subscript(name: String) -> PricedPlan? {
    switch name {
    case "forward": baselines.forward
    case "reverse": baselines.reverse
    case "best split": baselines.bestSplit
    default: best
    }
  }

  /// Why there is no such order.
  func absence(of name: String) -> String {
    let used = Set(problem.targets.flatMap { $0 }).sorted()
      .map { problem.factors[$0] }.filter { !$0.isGiven }
    let culprit =
      switch name {
      case "forward": used.first { $0.tangentCost == nil }
      case "reverse": used.first { !problem.allowsAdjoint(of: $0) }
      default: Factor?.none
      }
    guard let culprit else { return "not possible: the limits forbid it" }
    let mode = name == "forward" ? "tangents" : "adjoints within the limits"
    return "not possible: \(culprit.name) has no \(mode)"
  }
}
