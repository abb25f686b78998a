import ChainCatalog
import ChainRandom
import JacobianChain

/// What choosing an order costs over the length and the family of the chain,
/// problem prepared. Every optimum is re-priced, and compared between the
/// solvers that can find it, before its time counts.
struct OrderingSuite {
  let isSmoke: Bool
  let peer: ChainPeer?

  func run(_ emit: (Row) -> Void) throws {
    for family in Family.allCases
    where try family.problem(factors: 10, seed: 1).chain != nil {
      for q in sizes {
        let problem = try family.problem(factors: q, seed: 1)
        for row in try times(of: problem, family, q) { emit(row) }
      }
    }
  }

  private var sizes: [Int] {
    isSmoke
      ? [10, 100]
      : [10, 100, 300, 500, 1000, 2000, 5000, 100_000, 1_000_000]
  }

  /// Beyond these lengths a solver takes longer than a bench should.
  private func longest(_ solver: String, _ family: Family) -> Int {
    switch (solver, family) {
    case ("hu-shing", _): .max
    case ("dynamic-programming", .uniform),
      ("dynamic-programming", .matrixFree), ("dynamic-programming", .jcdp):
      5000
    case ("dynamic-programming", .mixed): 300
    case ("dynamic-programming", _): 2000
    default: 6
    }
  }

  private func times(
    of problem: Problem, _ family: Family, _ q: Int
  ) throws -> [Row] {
    var rows: [Row] = []
    var optimum: UInt128?
    let name = "\(family.rawValue) q=\(q)"
    for solver in Catalog.solvers
    where solver.support(for: problem, objective: .fma) == .exact
      && q <= longest(solver.name, family)
    {
      let solution = try solver.solve(problem)
      let priced = try solution.plan.priced(for: problem)
      precondition(
        priced.fma == solution.lowerBound
          && priced.fma == optimum ?? priced.fma, "\(solver.name): \(name)")
      optimum = priced.fma
      let timing = try Timing(seconds: isSmoke ? 0.01 : 1) {
        _ = try solver.solve(problem)
      }
      rows.append(
        Row(
          suite: "ordering", name: name, variant: solver.name, timing: timing))
      if let peer, solver.name == "dynamic-programming", family == .uniform,
        (100...2000).contains(q)
      {
        rows += try sideBySide(problem, solver, peer, name, priced.fma)
      }
    }
    return rows
  }

  /// Ours and the C++ recurrences in turns.
  private func sideBySide(
    _ problem: Problem, _ solver: any ChainSolver, _ peer: ChainPeer,
    _ name: String, _ optimum: UInt128
  ) throws -> [Row] {
    let dimensions =
      [problem.factors[0].columns] + problem.factors.map(\.rows)
    var ours: [Double] = []
    var theirs: [ChainPeer.Method: [Double]] = [:]
    for _ in 0..<(isSmoke ? 1 : 5) {
      ours.append(
        try Timing(repetitions: 1) { _ = try solver.solve(problem) }.median)
      for method in ChainPeer.Method.allCases {
        let answer = try peer.solve(dimensions, method)
        precondition(answer.fma == optimum, "C++ \(method): \(name)")
        theirs[method, default: []].append(answer.seconds)
      }
    }
    let own = Timing(samples: ours)
    return ChainPeer.Method.allCases.map { method in
      let timing = Timing(samples: theirs[method]!)
      return Row(
        suite: "ordering", name: name, variant: "C++ \(method.rawValue)",
        timing: timing, ratio: timing.median / own.median)
    }
  }
}
