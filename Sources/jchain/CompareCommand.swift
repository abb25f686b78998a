import ArgumentParser
import ChainCatalog
import ChainFormats
import ChainReports
import ChainSolvers
import ChainSystem
import JacobianChain

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Every solver that supports the problem and every baseline.",
    usage: "jchain compare <problem> ... [<options>]",
    discussion: """
      A "known" optimum of the problem file is held against what is proven \
      here. With --objective makespan the baselines, and the plan with the \
      least work, have their steps in the best order that a short search finds. \
      With --objective time all orders are carried out on random entries, too.
      """)

  @OptionGroup var problemOptions: ProblemOptions

  @OptionGroup var objectiveOptions: ObjectiveOptions

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
      Interruption.listenAndAnswer()
      func control() -> SearchControl {
        Interruption.control(searchLimits, quiet: outputOptions.quiet)
      }
      let objective = try objectiveOptions.chosen()
      let file = try problemOptions.loadOne(control())
      let isScheduled = objective.isScheduled
      let known = file.known?.value(of: objective)
      let baselines = try Baselines(
        of: file.problem, at: objective.rate, control: control())
      var orders = Baseline.all(for: file.problem).compactMap { baseline in
        baselines[baseline].map { (name: baseline.label, plan: $0) }
      }
      var comparison = try Comparison(
        problem: file.problem, baselines: baselines, objective: objective,
        known: known
      ) { plan throws(ChainError) in
        isScheduled ? try plan.scheduled(for: file.problem).makespan : nil
      }
      if objective.rate != .fma, !isScheduled {
        let least = try Solved(file.problem, control: control()).plan
          .at(objective.rate, for: file.problem)
        comparison.add(leastFMA: least)
        orders.append((Comparison.leastFMA, least))
      }
      var serial: Solved.Serial?
      var status: ExitStatus?
      for solver in Catalog.solvers {
        switch solver.support(for: file.problem, objective: objective) {
        case .unsupported(let why):
          comparison.add(solver.name, unsupported: why)
        case .exact, .heuristic:
          let planned = try Solved(
            file.problem, by: solver.name, objective: objective,
            control: control())
          orders.append((solver.name, planned.plan))
          if serial == nil, let found = planned.machines?.serial {
            serial = found
            comparison.add(found)
          }
          comparison.add(planned)
          status = status ?? ExitStatus(planned.status.stopReason)
        }
      }
      if objective.rate != .fma, !isScheduled,
        let watch = Stopwatch(file.problem, control: control())
      {
        for (order, seconds) in zip(orders, watch.medians(orders.map(\.plan))) {
          guard let seconds else { continue }
          comparison.add(measured: seconds, of: order.name)
        }
      }
      try outputOptions.emit(comparison)
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
