import ChainCatalog
import JacobianChain

/// What choosing an order costs, problem prepared.
struct PlanningSuite {
  let repetitions: Int

  func rows() throws -> [Row] {
    var rows: [Row] = []
    for q in sizes {
      let problem = try Self.dense(factors: q)
      for solver in Catalog.solvers
      where solver.support(for: problem, objective: .fma) == .exact
        && q <= longest(solver.name)
      {
        let solution = try solver.solve(problem)
        let priced = try solution.plan.priced(for: problem)
        precondition(priced.fma == solution.lowerBound, "\(solver.name) \(q)")
        let timing = try Timing(
          repetitions: repetitions, calls: max(1, 10_000 / (q * q))
        ) { _ = try solver.solve(problem) }
        rows.append(
          Row(
            suite: "planning", name: "dense q=\(q)", variant: solver.name,
            timing: timing))
      }
    }
    return rows
  }

  private var sizes: [Int] {
    let short = [3, 10, 30, 100, 300]
    return repetitions > 3 ? short + [1000, 100_000, 1_000_000] : short
  }

  /// Beyond these lengths a solver takes longer than a bench should.
  private func longest(_ solver: String) -> Int {
    switch solver {
    case "exhaustive": 3
    case "shared-products": 100
    case "dynamic-programming": 1000
    default: .max
    }
  }

  /// A chain whose dimensions go up and down, the same every time.
  static func dense(factors q: Int) throws -> Problem {
    let dimensions = (0...q).map { 1 + ($0 * 7919 + 13) % 997 }
    return try Problem(
      factors: (0..<q).map { i in
        Factor(
          name: "J\(i + 1)", rows: dimensions[i + 1], columns: dimensions[i])
      })
  }
}
