import ArgumentParser
import ChainFormats
import ChainILP
import ChainReports
import ChainSystem
import JacobianChain

extension Formulation: ExpressibleByArgument {}

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Chooses the order; no numbers are multiplied.",
    discussion: """
      jchain plan 1000 100 10 1
      jchain plan 16x1000 16x16:diagonal 2048x16 --format json
      jchain plan problems/workloads/w01-autoencoder-600.json --output report.html
      jchain plan problems/workloads/w01-autoencoder-600.json --format jax
      jchain plan problems/papers/acda25-figure-2-4.json --objective makespan \
      --machines 2
      """)

  @OptionGroup var problemOptions: ProblemOptions
  @OptionGroup var solverOptions: SolverOptions
  @OptionGroup var searchLimits: SearchLimitOptions
  @OptionGroup var outputOptions: OutputOptions

  @Flag(
    help: """
      Certify the optimum of a chain by linear programming duality, verified \
      in integers.
      """)
  var prove = false

  @Option(
    help: ArgumentHelp(
      "Write the integer program in the CPLEX LP format.", valueName: "file"),
    completion: .file())
  var writeLP: String?

  @Option(help: "How --write-lp states it: plain, balanced or positional.")
  var formulation = Formulation.plain

  func validate() throws {
    try outputOptions.validateReportsOnly()
    guard !prove || solverOptions.objective.objective == .fma else {
      throw ValidationError("--prove certifies the least fma, nothing else")
    }
    if let writeLP {
      try OutputName(writeLP).expect(
        "an integer program", [.program, .report(.text)], "--write-lp",
        writeLP)
    }
    try roles.validate()
  }

  private var roles: FileRoles {
    var roles = FileRoles()
    roles.reads(words: problemOptions.problem)
    roles.writes("--output", outputOptions.output)
    roles.writes("--write-lp", writeLP.map { [$0] } ?? [])
    return roles
  }

  func run() throws {
    try reportingErrors {
      try roles.checkWritable()
      Interruption.listenAndAnswer()
      let control = Interruption.control(
        searchLimits, quiet: outputOptions.quiet)
      let objective = try solverOptions.objective.chosen()
      let problems = try problemOptions.load(control).map(\.problem)
      try outputOptions.refuseOneDocument(ofProblems: problems.count)
      if let writeLP {
        try write(problems, asLinearProgramTo: writeLP, control)
      }
      let planned = try problems.map { problem in
        var planned = try Solved(
          problem, by: solverOptions.solver, objective: objective,
          control: control)
        if prove { try planned.certify(control: control) }
        return planned
      }
      try outputOptions.emit(planned.map { Report($0) })
      let reasons = planned.compactMap { ExitStatus($0.status.stopReason) }
      if let status = reasons.first { throw status.exit }
    }
  }

  private func write(
    _ problems: [Problem], asLinearProgramTo path: String,
    _ control: SearchControl
  ) throws(ChainError) {
    guard problems.count == 1 else {
      throw ChainError(
        .malformed, at: "--write-lp", expected: "one problem",
        found: "\(problems.count) lists of shapes",
        advice: "name one problem")
    }
    let program = try LinearProgram(
      of: problems[0], as: formulation, control: control)
    try Files.write(
      Array(program.lpText.utf8), to: path, control: Interruption.control())
  }
}
