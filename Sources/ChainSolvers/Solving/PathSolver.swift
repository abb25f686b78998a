import JacobianChain

/// A solver of products on a graph that is made of paths: its Jacobians are
/// products, whose plans are plans of the graph.
struct PathSolver: ChainSolver {
  /// Who solves the products.
  let solver: any ChainSolver

  var name: String { solver.name }
  var summary: String { solver.summary }

  func support(for problem: Problem, objective: Objective) -> Support {
    guard let products = problem.products else {
      return .unsupported("solves graphs that are paths")
    }
    return solver.support(for: products, objective: objective)
  }

  func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    try solver.solve(
      problem.products!, objective: objective, control: control)
  }
}
