import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates and prices a plan from anywhere; asks no solver.",
    discussion: """
      PLAN is a plan or a report of `jchain plan --format json`. What it \
      claims to cost, in all and step by step, is compared with its prices.
      """)

  @Argument(help: "A problem file, or - for standard input.")
  var problem: String

  @Argument(help: "The plan.")
  var plan: String

  @Flag(help: "Let \"sparse\" and \"data\" files lie outside the folder.")
  var allowOutsideFiles = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try outputOptions.validateReportsOnly() }

  /// Prices the plan; what is wrong with it stands in the plan's file.
  private static func price(
    _ plan: Plan, of problem: Problem, _ file: String
  ) throws(ChainError) -> PricedPlan {
    do {
      return try plan.priced(for: problem)
    } catch {
      var error = error
      error.location = "\(file): \(error.location)"
      throw error
    }
  }

  func run() throws {
    try reportingErrors {
      let file = try ProblemFile(
        path: problem, allowOutsideFiles: allowOutsideFiles)
      let read = try PlanFile.parse(
        try Files.read(plan), file: plan, problem: file.problem)
      let priced = try Self.price(read.plan, of: file.problem, plan)
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
