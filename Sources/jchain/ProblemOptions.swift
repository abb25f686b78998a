import ArgumentParser
import ChainFormats
import JacobianChain

/// The problem that a command works on, and changes to its limits.
struct ProblemOptions: ParsableArguments {
  @Argument(
    help: """
      A problem file (or a chain file of ADMission), - for standard input, \
      shapes and given matrices (.npy, .mtx), or @FILE.
      """, completion: .file())
  var problem: [String]

  @OptionGroup var limits: LimitOptions

  /// The problems that were asked for, with the limits of the command line.
  func load(_ control: SearchControl) throws(ChainError) -> [ProblemFile] {
    try limits.load(problem, control)
  }

  /// The only problem; commands that can't work on a list refuse one.
  func loadOne(_ control: SearchControl) throws(ChainError) -> ProblemFile {
    try limits.loadOne(problem, control)
  }
}

/// What a command changes about any problem.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of identical machines, for --objective makespan.",
      valueName: "p"))
  var machines: Int?

  @Option(
    help: ArgumentHelp(
      "Most memory units that one adjoint step may tape.", valueName: "m"))
  var tapeLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Most bytes that may be alive at one time, results included: 512MiB, 2GB.",
      valueName: "size"))
  var memoryLimit: ByteSize?

  @Flag(
    help: """
      Let files that a file names (\"sparse\", \"data\", @FILE) lie outside \
      its folder.
      """)
  var allowOutsideFiles = false

  func validate() throws {
    try Self.check("--machines", machines)
    try Self.check("--tape-limit", tapeLimit)
  }

  /// 0 isn't read as unlimited.
  static func check(_ option: String, _ limit: Int?) throws {
    guard let limit, limit < 1 else { return }
    throw ValidationError(
      "\(option) takes a number of at least 1, not \(limit); leave it out for "
        + "no limit")
  }

  /// The problems that words name, with these limits.
  ///
  /// - Parameter control: may stop the reading of files.
  func load(
    _ words: [String], _ control: SearchControl
  ) throws(ChainError) -> [ProblemFile] {
    var files = try ProblemWords(
      allowOutsideFiles: allowOutsideFiles, control: control
    ).problems(words)
    guard machines != nil || tapeLimit != nil || memoryLimit != nil else {
      return files
    }
    for index in files.indices {
      let file = files[index]
      var limits = file.problem.limits
      limits.machines = machines ?? limits.machines
      limits.tapePerStep = tapeLimit ?? limits.tapePerStep
      limits.memory = memoryLimit?.bytes ?? limits.memory
      // What is known of the file says nothing about other limits, but the
      // least work is the same on all machines.
      var known = file.known
      if limits != file.problem.limits { known?.makespan = nil }
      if limits.tapePerStep != file.problem.limits.tapePerStep
        || limits.memory != file.problem.limits.memory
      {
        known = nil
      }
      files[index] = file.with(
        problem: try file.problem.with(limits: limits), known: known)
    }
    return files
  }

  /// The only problem that words name.
  func loadOne(
    _ words: [String], _ control: SearchControl = .unlimited
  ) throws(ChainError) -> ProblemFile {
    let files = try load(words, control)
    guard files.count == 1 else {
      throw ChainError(
        .malformed, at: words[0], expected: "one problem",
        found: "\(files.count) lists of shapes",
        advice: "use `jchain plan` for several, or name one problem")
    }
    return files[0]
  }
}
