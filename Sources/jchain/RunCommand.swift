import ArgumentParser
import ChainExecutor
import ChainFormats
import ChainReports
import ChainSystem
import JacobianChain

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Plans, computes the product, checks it, measures it.",
    discussion: """
      Factors without data get seeded random entries of their structure; \
      matrix-free ones a seeded random operator that is only ever applied. \
      The result is checked against an independent evaluation, up to what \
      rounding explains. A wrong one ends with status 70 and isn't written. \
      Then the plan and the baselines are measured, unless --quiet leaves \
      nobody who would read it. With several machines, steps run side by side \
      where that is faster. What doesn't fit into memory is refused before it \
      is taken; Ctrl-C, SIGTERM and the time limit end every part of a run. \
      Under --memory-limit a result that alone doesn't fit is computed in its \
      .npy file, and not run twice.
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

  @Option(
    help: """
      The baselines to run beside the plan: auto, those that differ from it and \
      cost at most 5 times its fma; all; priced, none, and why is said; none, \
      without a word. What doesn't fit into memory is only priced.
      """)
  var baselines = BaselineRuns.auto

  func validate() throws {
    guard (1...1024).contains(threads ?? 1) else {
      throw ValidationError("--threads takes a number from 1 to 1024")
    }
    try outputOptions.validateWithoutCode()
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
    let targets = file?.problem.targetCount ?? 1
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
      let options = outputOptions
      let watch = Watch(control) { report throws(ChainError) in
        try options.emit([report])
      }
      defer { watch.enter(.over) }
      let file = try problemOptions.loadOne(control)
      try refuseOneFileForSeveralTargets(file.problem)
      try roles(file).validate()
      try roles(file).checkWritable()
      var outputs = try JacobianOutputs(outputOptions.output, for: file.problem)
      watch.owns(outputs.partials)
      watch.enter(.planning)
      let planned = try Solved(
        file.problem, by: solverOptions.solver,
        objective: solverOptions.objective.chosen(), control: control)
      watch.knows(planned)
      watch.enter(.working)
      let places =
        planned.needsMappedResults ? try outputs.map(planned) : []
      let executor = Executor(threads: threads ?? threadsOfOneRun(planned))
      let computation = try Computation(
        planned, of: file, seed: seed, by: executor, places: places,
        control: control)
      var failure: ChainError?
      if let computation, computation.refusal == nil {
        do throws(ChainError) {
          try outputs.write(computation.targets) { watch.owns($0) }
        } catch {
          failure = error
        }
      }
      var measurement = computation.map {
        Measurement(
          planned, $0,
          BaselineChoice(
            isReported && $0.refusal == nil ? baselines : .none,
            beside: planned), threads: threads, control: control)
      }
      // A second run would need memory for its result.
      if isReported, computation?.refusal == nil, places.isEmpty {
        if let record = measurement?.record { watch.knows(record) }
        measurement?.run(by: executor) { watch.knows($0) }
      }
      watch.enter(.over)
      try outputOptions.emit([Report(planned, run: measurement?.record)])
      if let failure { throw failure }
      if let refusal = computation?.refusal { throw refusal }
      if let reason = control.shouldStop() {
        guard let measurement else { throw ChainError.withoutJacobian(reason) }
        if isReported, places.isEmpty, measurement.isCutShort,
          let status = ExitStatus(reason)
        {
          throw status.exit
        }
      }
      if let status = ExitStatus(planned.status.stopReason) {
        throw status.exit
      }
    }
  }

  /// Whether anybody is going to read what was measured.
  private var isReported: Bool {
    !outputOptions.quiet || !outputOptions.reports.isEmpty
  }

  /// Where all ways are measured the sequential one is first; otherwise there
  /// is only one run.
  private func threadsOfOneRun(_ planned: Solved) -> Int {
    isReported ? 1 : Way.workers(for: planned)
  }

  /// One file can't hold the Jacobians of several targets; said before any
  /// work is done.
  private func refuseOneFileForSeveralTargets(
    _ problem: Problem
  ) throws(ChainError) {
    guard problem.targetCount > 1 else { return }
    for path in outputOptions.output where OutputName(path) == .jacobian {
      throw ChainError(
        .malformed, at: "--output \(path)",
        expected: "a folder for \(problem.targetCount) Jacobians",
        found: "one file", advice: "name a folder: --output jacobians/")
    }
  }
}
