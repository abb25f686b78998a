import ArgumentParser
import ChainCatalog
import ChainFormats
import ChainReports
import JacobianChain

struct SolversCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solvers",
    abstract: "What there is, what each supports, its complexity.",
    discussion: """
      Whether a solver takes a problem, and why not: `jchain compare`.
      """)

  @OptionGroup var outputOptions: TableOutputOptions

  func run() throws {
    try reportingErrors {
      // Every solver takes one of these.
      let samples = [try ShapeList.problem(["4", "3", "2"]), try graph]
      let list = SolverList(
        entries: Catalog.solvers.map { solver in
          SolverList.Entry(
            name: solver.name,
            objectives: Objective.all.filter { objective in
              samples.contains {
                switch solver.support(for: $0, objective: objective) {
                case .exact, .heuristic: true
                case .unsupported: false
                }
              }
            }, summary: solver.summary)
        },
        automatic: Catalog.automaticRules)
      try outputOptions.emit(list)
    }
  }

  /// One arc.
  private var graph: Problem {
    get throws {
      try Problem(
        factors: [Factor(name: "A", rows: 3, columns: 4)],
        graph: Graph(
          vertices: [.init(name: "x", size: 4), .init(name: "y", size: 3)],
          arcs: [.init(factor: 0, from: 0, to: 1)]))
    }
  }
}
