import ArgumentParser
import ChainFormats
import ChainReports
import ChainSolvers
import JacobianChain

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates and prices a plan from anywhere; asks no solver.",
    usage: "jchain check <problem> ... <plan> [<options>]",
    discussion: """
      PLAN is a plan or a report of `jchain plan --format json`. What it \
      claims is compared with what can be computed again: prices, in all and \
      step by step, sizes, status, baselines and savings; a disagreement ends \
      with status 70. Baselines of a search that was stopped are left alone. \
      A schedule in the report is checked against the plan and the machines, \
      and the report is then about its makespan.
      """)

  @Argument(
    help: ArgumentHelp(
      "A problem, as for plan, and last the plan or report.",
      valueName: "problem-and-plan"))
  var words: [String]

  @OptionGroup var limits: LimitOptions

  @OptionGroup var outputOptions: OutputOptions

  private var problem: [String] { Array(words.dropLast()) }
  private var plan: String { words[words.count - 1] }

  func validate() throws {
    guard words.count > 1 else {
      throw ValidationError("name a problem and, last, its plan")
    }
    guard words != ["-", "-"] else {
      throw ValidationError("standard input can't be both problem and plan")
    }
    try outputOptions.validateReportsOnly()
    try roles.validate()
  }

  private var roles: FileRoles {
    var roles = FileRoles()
    roles.reads(words: problem)
    roles.reads([plan])
    roles.writes("--output", outputOptions.output)
    return roles
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
      try roles.checkWritable()
      let problem = try limits.loadOne(problem).problem
      let read = try PlanFile.parse(
        try Files.read(plan), file: plan, problem: problem)
      let priced = try inPlan { () throws(ChainError) in
        try read.plan.priced(for: problem)
      }
      let scheduled = try inPlan { () throws(ChainError) in
        try read.schedule?.checked(for: priced, on: problem.limits.machines)
      }
      let solved = try Solved(problem, plan: priced, schedule: scheduled)
      try read.checkClaims(
        against: priced, of: problem, baselines: solved.baselines,
        scheduled: scheduled, file: plan)
      try outputOptions.emit([Report(solved)])
    }
  }
}
