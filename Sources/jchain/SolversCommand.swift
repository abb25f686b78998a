import ArgumentParser
import ChainCatalog
import ChainReports
import JacobianChain

struct SolversCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solvers",
    abstract: "What there is, what each supports, its complexity.")

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    try reportingErrors {
      let list = SolverList(
        entries: Catalog.solvers.map { ($0.name, $0.summary) },
        automatic: Catalog.automaticRules)
      try outputOptions.emit(list)
    }
  }
}
