import ArgumentParser
import ChainCatalog
import ChainFormats
import ChainReports
import ChainSolvers
import JacobianChain

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Every solver that supports the problem and every baseline.",
    usage: "jchain compare <problem> ... [<options>]",
    discussion: """
      A "known" optimum of the problem file is held against what is proven \
      here. With --objective makespan the baselines, and the plan with the \
      least work, have their steps in the best order that a short search finds.
      """)

  @OptionGroup var problemOptions: ProblemOptions

  @Option(help: "What the plans are chosen for.")
  var objective = Objective.fma

  @OptionGroup var searchLimits: SearchLimitOptions

  @OptionGroup var outputOptions: TableOutputOptions

  func validate() throws { try roles.validate() }

  private var roles: FileRoles {
    var roles = FileRoles()
    roles.reads(words: problemOptions.problem)
    roles.writes("--output", outputOptions.output.map { [$0] } ?? [])
    return roles
  }

  func run() throws {
    try reportingErrors {
      try roles.checkWritable()
      Interruption.listen()
      func control() -> SearchControl {
        Interruption.control(searchLimits, quiet: outputOptions.quiet)
      }
      let file = try problemOptions.loadOne(control())
      let isScheduled = objective == .makespan
      let known = isScheduled ? file.known?.makespan : file.known?.fma
      let baselines = try Baselines(
        of: file.problem, control: control())
      var comparison = try Comparison(
        problem: file.problem, baselines: baselines, objective: objective,
        known: known
      ) { plan throws(ChainError) in
        isScheduled ? try plan.scheduled(for: file.problem).makespan : nil
      }
      var serial: Solved.Serial?
      var status: ExitStatus?
      for solver in Catalog.solvers {
        switch solver.support(for: file.problem, objective: objective) {
        case .unsupported(let why):
          comparison.add(solver.name, unsupported: why)
        case .exact, .heuristic:
          var options = SolverOptions()
          options.solver = solver.name
          options.objective = objective
          let planned = try Solved(
            file.problem, options, control: control())
          if serial == nil, let found = planned.machines?.serial {
            serial = found
            comparison.add(found)
          }
          comparison.add(planned)
          status = status ?? ExitStatus(planned.status.stopReason)
        }
      }
      try outputOptions.emit(comparison.rendered)
      if let known, let best = comparison.proven,
        best != known
      {
        throw ChainError(
          .malformed, at: isScheduled ? "/known/makespan" : "/known/fma",
          expected: "\(best), the proven optimum", found: "\(known)",
          advice: "correct \"known\" in the problem file, or report the "
            + "disagreement")
      }
      if !comparison.hasSolution { throw ExitStatus.unavailable.exit }
      if let status { throw status.exit }
    }
  }
}
