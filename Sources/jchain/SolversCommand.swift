import ArgumentParser
import ChainCatalog
import ChainReports
import JacobianChain

struct SolversCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solvers",
    abstract: "What there is, what each supports, its complexity.")

  @OptionGroup var outputOptions: TableOutputOptions

  func run() throws {
    try reportingErrors {
      let list = SolverList(
        entries: Catalog.solvers.map {
          SolverList.Entry(name: $0.name, summary: $0.summary)
        },
        automatic: Catalog.automaticRules)
      try outputOptions.emit(list.rendered)
    }
  }
}
