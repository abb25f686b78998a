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
      // What every solver takes.
      let chain = try ShapeList.problem(["4", "3", "2"])
      let list = SolverList(
        entries: Catalog.solvers.map { solver in
          SolverList.Entry(
            name: solver.name,
            objectives: Objective.all.filter {
              switch solver.support(for: chain, objective: $0) {
              case .exact, .heuristic: true
              case .unsupported: false
              }
            }, summary: solver.summary)
        },
        automatic: Catalog.automaticRules)
      try outputOptions.emit(list.rendered)
    }
  }
}
