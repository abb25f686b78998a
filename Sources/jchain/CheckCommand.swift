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
      step by step, sizes, status, orders, baselines, savings and what a run \
      counted; a disagreement ends with status 70. Baselines of a search that \
      was stopped are left alone. \
      A schedule in the report is checked against the plan and the machines, \
      and the report is then about its makespan; makespans of baselines are \
      compared on the machines that the report is about. Seconds that a profile \
      predicted are computed again from the same profile.
      """)

  @Argument(
    help: ArgumentHelp(
      "A problem, as for plan, and last the plan or report.",
      valueName: "problem-and-plan"), completion: .file())
  var words: [String]

  @OptionGroup var limits: LimitOptions

  @Option(
    help: ArgumentHelp(
      "The profile by which the plan's seconds are predicted, and checked. "
        + "(default: for a report of --objective time that of this machine, "
        + "else a built-in one)", valueName: "file"), completion: .file())
  var profile: String?

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

  /// The file of the plan, which is easily forgotten behind a list of shapes.
  private func planBytes() throws(ChainError) -> [UInt8] {
    do {
      return try Files.read(plan)
    } catch  where error.kind == .missingFile {
      throw ChainError(
        .missingFile, at: plan,
        expected: "the file of a plan or report as the last argument",
        found: error.found, advice: error.advice)
    }
  }

  func run() throws {
    try reportingErrors {
      try roles.checkWritable()
      let problem = try limits.loadOne(problem).problem
      let file = try PlanFile.parse(
        try planBytes(), file: plan, problem: problem)
      let chosen = try MachineProfile.choose(profile)
      let rate = profile == nil ? file.rate(under: chosen) : .time(chosen)
      let solved = try file.checked(for: problem, at: rate, file: plan) {
        (priced, schedule) throws(ChainError) in
        try Solved(
          problem, plan: priced, schedule: schedule,
          provesPeak: file.claimsLeastPeak)
      }
      try outputOptions.emit([Report(solved)])
    }
  }
}
