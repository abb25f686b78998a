import ChainCatalog
import ChainReports
import ChainSolvers
import ChainSystem
import JacobianChain

/// The best order of a problem, and those that people use without planning;
/// all of them priced anew.
struct Orders {
  static let optimum = "optimum"
  static let names = [optimum] + Baseline.products.map(\.label)

  let problem: Problem
  private let solved: Solved

  /// Plans; a search may take `limit` seconds.
  ///
  /// - Parameter known: the optimum, fma.
  /// - Throws: `WrongAnswer` or `ChainError` when a solver and the price of its
  ///   plan disagree, or when they disagree with the known optimum.
  init(
    of problem: Problem, for objective: Objective = .fma,
    known: UInt128? = nil, limit: Double
  ) throws {
    self.problem = problem
    let control = Interruption.control(seconds: limit)
    solved = try Solved(
      problem, by: Catalog.choose(for: problem, objective: objective),
      objective: objective, control: control
    ).compared(control: control)
    try Interruption.check()
    guard isProven else { return }
    if let known {
      try check(best == known, "costs \(best), known is \(known)")
    }
    for name in Self.names.dropFirst() {
      guard let price = price(of: name) else { continue }
      try check(best <= price, "\(name) costs only \(price)")
    }
  }

  /// The best order under the condition of a problem; see above.
  init(_ named: NamedProblem, limit: Double) throws {
    try self.init(
      of: named.problem(), for: named.condition.objective, known: named.known,
      limit: limit)
  }

  var isProven: Bool { solved.status == .optimal }

  /// No plan costs less, fma.
  var lowerBound: UInt128 { solved.lowerBound }

  /// What the best order costs, fma: its price, or its makespan when that was
  /// the objective.
  var best: UInt128 { price(of: Self.optimum)! }

  subscript(name: String) -> PricedPlan? {
    Self.baseline(name).map { solved.baselines?[$0] } ?? solved.plan
  }

  private static func baseline(_ name: String) -> Baseline? {
    Baseline.products.first { $0.label == name }
  }

  /// What an order costs, fma; orders that know no machines are put on them as
  /// well as a short search can.
  func price(of name: String) -> UInt128? {
    Self.baseline(name).map(solved.price) ?? solved.price
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
