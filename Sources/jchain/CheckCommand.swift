import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates and prices a plan from anywhere; asks no solver.",
    discussion: """
      PLAN is a plan or a report of `jchain plan --format json`. Prices that \
      it claims are compared with its true ones.
      """)

  @Argument(help: "A problem file, or - for standard input.")
  var problem: String

  @Argument(help: "The plan.")
  var plan: String

  @Flag(help: "Let \"sparse\" and \"data\" files lie outside the folder.")
  var allowOutsideFiles = false

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    try reportingErrors {
      let file = try ProblemFile(
        path: problem, allowOutsideFiles: allowOutsideFiles)
      let read = try PlanFile.parse(
        try Files.read(plan), file: plan, problem: file.problem)
      let priced = try read.plan.priced(for: file.problem)
      try read.checkClaims(against: priced, file: plan)
      let report = Report(
        problem: file.problem, solver: "check",
        reason: "the plan is valid; no solver was asked",
        objective: .fma, optimum: priced,
        lowerBound: CostModel.lowerBound(of: file.problem),
        stopReason: .heuristic, baselines: try Baselines(of: file.problem))
      try outputOptions.emit([report], to: outputOptions.output)
    }
  }
}
