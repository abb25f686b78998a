import ArgumentParser
import ChainFormats
import JacobianChain

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Chooses the order; no numbers are multiplied.",
    discussion: """
      jchain plan 1000 100 10 1
      jchain plan 16x1000 16x16:diagonal 2048x16 --format json
      jchain plan problems/workloads/w01-autoencoder-600.json --output report.html
      """)

  @OptionGroup var problemOptions: ProblemOptions
  @OptionGroup var solverOptions: SolverOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try outputOptions.validateReportsOnly() }

  func run() throws {
    try reportingErrors {
      Interruption.listen()
      let control = Interruption.control(
        timeLimit: solverOptions.timeLimit, quiet: outputOptions.quiet)
      let planned = try problemOptions.load().map {
        try Planned($0.problem, solverOptions, control: control)
      }
      try outputOptions.emit(
        planned.map { $0.report() }, to: outputOptions.output)
      let reasons = planned.compactMap { ExitStatus($0.solution.stopReason) }
      if let status = reasons.first { throw status.exit }
    }
  }
}
