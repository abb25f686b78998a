import ArgumentParser
import ChainFormats
import ChainPlanning
import ChainReports
import JacobianChain

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates and prices a plan from anywhere; asks no solver.",
    discussion: """
      PLAN is a plan or a report of `jchain plan --format json`. What it \
      claims to cost, in all and step by step, is compared with its prices. \
      A schedule in the report is checked against the plan and the machines, \
      and the report is then about its makespan.
      """)

  @Argument(help: "A problem file, or - for standard input.")
  var problem: String

  @Argument(help: "The plan.")
  var plan: String

  @Option(
    help: ArgumentHelp(
      "Number of identical machines, instead of the problem's.",
      valueName: "p"))
  var machines: Int?

  @Flag(help: "Let \"sparse\" and \"data\" files lie outside the folder.")
  var allowOutsideFiles = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws { try outputOptions.validateReportsOnly() }

  /// The problem, on the machines of the command line if they are named.
  private func load() throws(ChainError) -> Problem {
    let file = try ProblemFile(
      path: problem, allowOutsideFiles: allowOutsideFiles)
    guard let machines else { return file.problem }
    var limits = file.problem.limits
    limits.machines = machines
    return try file.problem.with(limits: limits)
  }

  /// What is wrong with a plan stands in the plan's file.
  private func inPlan<Value>(
    _ body: () throws(ChainError) -> Value
  ) throws(ChainError) -> Value {
    do {
      return try body()
    } catch {
      var error = error
      error.location = "\(plan): \(error.location)"
      throw error
    }
  }

  func run() throws {
    try reportingErrors {
      let problem = try load()
      let read = try PlanFile.parse(
        try Files.read(plan), file: plan, problem: problem)
      let priced = try inPlan { () throws(ChainError) in
        try read.plan.priced(for: problem)
      }
      let scheduled = try inPlan { () throws(ChainError) in
        try read.schedule?.checked(for: priced, on: problem.limits.machines)
      }
      try read.checkClaims(against: priced, scheduled: scheduled, file: plan)
      let baselines = try Baselines(of: problem)
      var report = Report(
        problem: problem, solver: "check",
        reason: "the plan is valid; no solver was asked",
        objective: .fma, optimum: priced,
        lowerBound: CostModel.lowerBound(of: problem), stopReason: .heuristic,
        baselines: baselines)
      if let scheduled {
        report.objective = .makespan
        report.lowerBound = CostModel.makespanLowerBound(of: problem)
        report.machines = try Report.Machines(
          scheduled, beside: baselines, of: problem)
      }
      try outputOptions.emit([report], to: outputOptions.output)
    }
  }
}
