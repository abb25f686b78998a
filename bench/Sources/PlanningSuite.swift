import ChainCatalog
import JacobianChain

/// What choosing an order costs, problem prepared.
struct PlanningSuite {
  let repetitions: Int

  func rows() throws -> [Row] {
    var rows: [Row] = []
    for q in [3, 10, 30, 100, 300] {
      let problem = try Self.dense(factors: q)
      let solver = try Catalog.choose(for: problem).solver
      let solution = try solver.solve(problem)
      let priced = try solution.plan.priced(for: problem)
      precondition(priced.fma == solution.lowerBound, "not proven at q = \(q)")
      let calls = max(1, 30_000 / (q * q))
      let solving = try Timing(repetitions: repetitions, calls: calls) {
        _ = try solver.solve(problem)
      }
      let pricing = try Timing(repetitions: repetitions, calls: calls) {
        _ = try solution.plan.priced(for: problem)
      }
      let name = "dense q=\(q)"
      rows += [
        Row(suite: "planning", name: name, variant: "solve", timing: solving),
        Row(suite: "planning", name: name, variant: "price", timing: pricing),
      ]
    }
    return rows
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
