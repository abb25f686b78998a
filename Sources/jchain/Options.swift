import ArgumentParser
import ChainFormats
import ChainReports
import JacobianChain

extension ReportFormat: ExpressibleByArgument {}
extension Objective: ExpressibleByArgument {}

/// The problem that a command works on, and changes to its limits.
struct ProblemOptions: ParsableArguments {
  @Argument(
    help: """
      A problem file (or a chain file of ADMission), - for standard input, \
      shapes, or @FILE.
      """)
  var problem: [String]

  @Option(
    help: ArgumentHelp(
      "Number of identical machines, for --objective makespan.",
      valueName: "p"))
  var machines: Int?

  @Option(
    help: ArgumentHelp(
      "Most memory units that one adjoint step may tape.", valueName: "m"))
  var tapeLimit: Int?

  @Flag(help: "Let \"sparse\" and \"data\" files lie outside the folder.")
  var allowOutsideFiles = false

  /// The problems that were asked for, with the limits of the command line.
  func load() throws(ChainError) -> [ProblemFile] {
    var files = try unlimited()
    guard machines != nil || tapeLimit != nil else { return files }
    for index in files.indices {
      let file = files[index]
      var limits = file.problem.limits
      limits.machines = machines ?? limits.machines
      limits.tapePerStep = tapeLimit ?? limits.tapePerStep
      // What is known of the file says nothing about other limits, but the
      // least work is the same on all machines.
      var known = file.known
      if limits != file.problem.limits { known?.makespan = nil }
      if limits.tapePerStep != file.problem.limits.tapePerStep { known = nil }
      files[index] = ProblemFile(
        problem: try file.problem.with(limits: limits),
        dataFiles: file.dataFiles, known: known)
    }
    return files
  }

  /// The only problem; commands that can't work on a list refuse one.
  func loadOne() throws(ChainError) -> ProblemFile {
    let files = try load()
    guard files.count == 1 else {
      throw ChainError(
        .malformed, at: problem[0], expected: "one problem",
        found: "\(files.count) lists of shapes",
        advice: "use `jchain plan` for several, or name one problem")
    }
    return files[0]
  }

  private func unlimited() throws(ChainError) -> [ProblemFile] {
    if problem.count == 1, let word = problem.first {
      if word.hasPrefix("@") {
        let path = String(word.dropFirst())
        let text = try Files.read(path)
        return try ShapeList.problems(inText: text, file: path)
          .map { ProblemFile(problem: $0) }
      }
      if word == "-" || word.first?.isNumber != true {
        return [
          try ProblemFile(path: word, allowOutsideFiles: allowOutsideFiles)
        ]
      }
    }
    return [
      ProblemFile(
        problem: try ShapeList.problem(problem, name: shapesName))
    ]
  }
}

extension ProblemOptions {
  /// What a chain of the command line is called.
  private var shapesName: String {
    let isShort = problem.count <= 12 && problem.allSatisfy { $0.count <= 9 }
    return isShort ? problem.joined(separator: "-") : "chain"
  }
}

/// How an order is chosen.
struct SolverOptions: ParsableArguments {
  @Option(help: "auto, or a name from `jchain solvers`.")
  var solver = "auto"

  @Option(
    help: """
      What the plan is chosen for: fma, the work; or makespan, how long it \
      takes on --machines, any number when there is no limit. time and memory \
      are not supported yet.
      """)
  var objective = Objective.fma
}

/// When a search ends without a proof.
struct SearchLimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop after this time with the best plan so far.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(
    help: ArgumentHelp(
      "Stop after so many search nodes.", valueName: "nodes"))
  var nodeLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Stop when (plan - bound) / plan is at most this.",
      valueName: "percent"))
  var gap: Double?

  func validate() throws {
    if let timeLimit, !(timeLimit > 0) {
      throw ValidationError("--time-limit takes seconds above 0")
    }
    if let nodeLimit, nodeLimit < 1 {
      throw ValidationError("--node-limit takes a number from 1 on")
    }
    if let gap, !(gap >= 0 && gap < 100) {
      throw ValidationError("--gap takes percent, from 0 to below 100")
    }
  }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
  @Option(help: "Form of the report.")
  var format: ReportFormat?

  @Option(
    help: ArgumentHelp(
      "Write a file: a report (.html, .json, .md, .dot, .txt) or, with run, "
        + "the Jacobian (.npy, .mtx), or a folder for those of all targets. "
        + "May be repeated.", valueName: "file"))
  var output: [String] = []

  @Flag(help: "No report on standard output and no progress.")
  var quiet = false

  /// Refuses names that stand for nothing, before any work is done.
  func validate() throws {
    for path in output where format == nil {
      guard Self.reportFormat(ofFile: path) == nil,
        !MatrixFile.isNamed(by: path), !MatrixFile.isFolder(path)
      else { continue }
      throw ValidationError(
        "--output \(path): reports end in .txt, .json, .md, .html or .dot "
          + "(or name the --format), Jacobians in .npy or .mtx, folders in /")
    }
  }

  /// Refuses Jacobians where none is computed.
  func validateReportsOnly() throws {
    for path in output
    where MatrixFile.isNamed(by: path) || MatrixFile.isFolder(path) {
      throw ValidationError(
        "--output \(path): only `jchain run` computes a Jacobian")
    }
  }

  /// The report format that a file name stands for.
  static func reportFormat(ofFile path: String) -> ReportFormat? {
    switch path.split(separator: ".").last?.lowercased() {
    case "txt", "text": .text
    case "json": .json
    case "md", "markdown": .markdown
    case "html", "htm": .html
    case "dot", "gv": .dot
    default: nil
    }
  }
}
