import ArgumentParser
import ChainFormats
import ChainPlanning
import ChainReports
import JacobianChain

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Plans, computes the product, checks it, measures it.",
    discussion: """
      Factors without data get seeded random entries of their structure; \
      matrix-free ones a seeded random operator that is only ever applied. \
      The result is checked against an independent evaluation, up to what \
      rounding explains, and the baselines are measured beside the plan. A \
      wrong result ends with status 70 and isn't written. With several machines, steps \
      run side by side where that is faster.
      """)

  @OptionGroup var problemOptions: ProblemOptions
  @OptionGroup var solverOptions: SolverOptions
  @OptionGroup var searchLimits: SearchLimitOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(help: "The seed of the random entries.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "One step at a time with so many threads in each product. Otherwise the "
        + "machines of the problem become workers or threads, whichever is "
        + "faster.",
      valueName: "n"))
  var threads: Int?

  func validate() throws {
    guard (1...1024).contains(threads ?? 1) else {
      throw ValidationError("--threads takes a number from 1 to 1024")
    }
    for path in outputOptions.output {
      guard MatrixFormat(ofFile: path) != .compressedMatrixMarket else {
        throw ValidationError(
          "--output \(path): Jacobians are written as .npy or .mtx")
      }
    }
    try roles().validate()
  }

  /// The files of the command line, and of the problem once it is read.
  private func roles(_ file: ProblemFile? = nil) -> FileRoles {
    var roles = FileRoles()
    roles.reads(words: problemOptions.problem)
    // Factors that share their data read one file more than once.
    roles.reads((file?.dataFiles ?? []).compactMap { $0 })
    roles.reads(file?.patternFiles ?? [])
    let targets = file?.problem.targets.count ?? 1
    for path in outputOptions.output {
      if OutputName(path) == .folder {
        roles.writes(
          "--output", MatrixFile.names(ofTargets: targets), inFolder: path)
      } else {
        roles.writes("--output", [path])
      }
    }
    return roles
  }

  func run() throws {
    try reportingErrors {
      Interruption.listen()
      let control = Interruption.control(
        searchLimits, quiet: outputOptions.quiet)
      let file = try problemOptions.loadOne(control)
      try refuseOneFileForSeveralTargets(file.problem)
      try roles(file).validate()
      try roles(file).checkWritable()
      let planned = try SolvedProblem(
        file.problem, solverOptions, control: control)
      let measurement = try Measurement(
        planned, of: file, seed: seed, threads: threads, control: control)
      if let measurement, measurement.refusal == nil {
        for path in outputOptions.output {
          switch OutputName(path) {
          case .jacobian:
            try MatrixFile.write(measurement.targets[0], to: path)
          case .folder:
            try MatrixFile.write(measurement.targets, toFolder: path)
          case .report, .program, .other: continue
          }
        }
      }
      try outputOptions.emit([planned.report(run: measurement?.record)])
      // A wrong result is one, also after an interruption.
      if let refusal = measurement?.refusal {
        Terminal.diagnose("jchain: \(refusal)")
        throw ExitStatus.disagreement.exit
      }
      if measurement == nil || Interruption.isRequested {
        throw ExitStatus.interrupted.exit
      }
      if let status = ExitStatus(planned.solution.stopReason) {
        throw status.exit
      }
    }
  }

  /// One file can't hold the Jacobians of several targets; said before any
  /// work is done.
  private func refuseOneFileForSeveralTargets(
    _ problem: Problem
  ) throws(ChainError) {
    guard problem.targets.count > 1 else { return }
    for path in outputOptions.output where OutputName(path) == .jacobian {
      throw ChainError(
        .malformed, at: "--output \(path)",
        expected: "a folder for \(problem.targets.count) Jacobians",
        found: "one file", advice: "name a folder: --output jacobians/")
    }
  }
}
