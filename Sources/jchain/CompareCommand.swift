import ArgumentParser
import ChainCatalog
import ChainFormats
import ChainReports
import JacobianChain

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Every solver that supports the problem and every baseline.")

  @OptionGroup var problemOptions: ProblemOptions

  @Option(help: "What the plans are chosen for.")
  var objective = Objective.fma

  @OptionGroup var searchLimits: SearchLimitOptions

  @OptionGroup var outputOptions: TableOutputOptions

  func run() throws {
    try reportingErrors {
      Interruption.listen()
      let file = try problemOptions.loadOne()
      var comparison = Comparison(
        problem: file.problem, baselines: try Baselines(of: file.problem),
        known: file.known?.fma)
      var status: ExitStatus?
      for solver in Catalog.solvers {
        switch solver.support(for: file.problem, objective: objective) {
        case .unsupported(let why):
          comparison.add(solver.name, unsupported: why)
        case .exact, .heuristic:
          var options = SolverOptions()
          options.solver = solver.name
          options.objective = objective
          let planned = try Planned(
            file.problem, options,
            control: Interruption.control(
              searchLimits, quiet: outputOptions.quiet))
          comparison.add(
            solver.name, planned.priced, planned.solution,
            seconds: planned.seconds)
          status = status ?? ExitStatus(planned.solution.stopReason)
        }
      }
      try outputOptions.emit(comparison.rendered)
      if let known = file.known?.fma, let best = comparison.proven,
        best != known
      {
        throw ChainError(
          .malformed, at: "/known/fma",
          expected: "\(best), the proven optimum", found: "\(known)",
          advice: "correct \"known\" in the problem file, or report the "
            + "disagreement")
      }
      if !comparison.hasSolution { throw ExitStatus.unavailable.exit }
      if let status { throw status.exit }
    }
  }
}
