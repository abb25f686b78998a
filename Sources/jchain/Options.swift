import ArgumentParser
import ChainCatalog
import ChainFormats
import ChainReports
import JacobianChain

/// The objectives by the names that `Objective` has for them; which profile
/// predicts seconds is another option.
enum ObjectiveName: String, CaseIterable, ExpressibleByArgument {
  case fma, makespan, time
}

/// What an order is chosen for.
struct ObjectiveOptions: ParsableArguments {
  @Option(
    help: """
      What the plan is chosen for: fma, the work; makespan, how long it takes \
      on --machines, any number when there is no limit, in fma or, with \
      --profile, in seconds; or time, the seconds on one core that a profile \
      predicts.
      """)
  var objective = ObjectiveName.fma

  @Option(
    help: ArgumentHelp(
      "The profile that predicts seconds: a file of `jchain calibrate`. "
        + "(default for --objective time: that of this machine, else a "
        + "built-in one)",
      valueName: "file"), completion: .file())
  var profile: String?

  func validate() throws {
    guard profile == nil || objective != .fma else {
      throw ValidationError(
        "--profile predicts seconds: it goes with --objective time or "
          + "makespan, not fma")
    }
  }

  /// The objective with its profile.
  ///
  /// - Throws: `ChainError` for a file that is no profile.
  func chosen() throws(ChainError) -> Objective {
    switch objective {
    case .fma: .fma
    case .makespan where profile == nil: .makespan
    case .makespan: .makespan(under: try MachineProfile.choose(profile))
    case .time: .time(try MachineProfile.choose(profile))
    }
  }
}

/// How an order is chosen.
struct SolverOptions: ParsableArguments {
  @Option(
    help: "auto, or a name from `jchain solvers`.",
    completion: .list(["auto"] + Catalog.solvers.map(\.name)))
  var solver = "auto"

  @OptionGroup var objective: ObjectiveOptions
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
  @Option(
    help: """
      Form of the report, or the language of the plan as a program that needs \
      nothing of jchain; otherwise the ending of the file says it.
      """)
  var format: DocumentForm?

  @Option(
    help: ArgumentHelp(
      "Write a file: a report (.html, .json, .md, .dot, .txt), the plan as a "
        + "program (.py, .swift) or, with run, the Jacobian (.npy, .mtx), or a folder for those of all targets. "
        + "May be repeated.", valueName: "file"), completion: .file())
  var output: [String] = []

  @Flag(help: "No report on standard output and no progress.")
  var quiet = false

  /// Refuses names that stand for nothing, or for another form than the one
  /// that was asked for, before any work is done.
  func validate() throws {
    for path in output {
      switch OutputName(path) {
      case .jacobian, .folder: continue
      case let name:
        _ = try name.format(
          of: path, asked: format, form: "--format",
          advice: "reports end in .txt, .json, .md, .html or .dot (or name the "
            + "--format), programs in .py or .swift, Jacobians in .npy or .mtx, "
            + "folders in /")
      }
    }
  }

  /// Refuses programs where more than a plan was asked for.
  func validateWithoutCode() throws {
    for form in [format] + output.map({ OutputName($0).form }) {
      guard case .code(let language) = form else { continue }
      throw ValidationError(
        "\(language.rawValue): `jchain plan` writes a plan as a program, "
          + "and `jchain check` one from elsewhere")
    }
  }

  /// Refuses Jacobians where none is computed.
  func validateReportsOnly() throws {
    for path in output
    where OutputName(path) == .jacobian || path.hasSuffix("/") {
      throw ValidationError(
        "--output \(path): only `jchain run` computes a Jacobian")
    }
  }

  /// The files that take a report or a program.
  var reports: [String] {
    output.filter { ![.jacobian, .folder].contains(OutputName($0)) }
  }
}
