import ChainCatalog
import ChainFormats
import ChainSolvers
import JacobianChain

/// The only file that knows how a problem is solved and a plan is checked.
extension Problem {
  /// Reads the problem of a call, with the limits that its options change.
  ///
  /// - Throws: `ChainError` at `problem: /json/path`, or at the option's file.
  init(
    parsing bytes: [UInt8], _ options: SolveOptions,
    patterns: [String: SparsePattern], control: SearchControl
  ) throws(ChainError) {
    self = try ProblemFile(
      parsing: bytes, file: options.file ?? "problem",
      directory: options.file.map(Files.folder),
      allowOutsideFiles: options.allowOutsideFiles, patterns: patterns,
      limits: Limits(
        tapePerStep: options.tapeLimit, machines: options.machines),
      control: control
    ).problem
  }
}

extension Solved {
  /// Solves a problem.
  ///
  /// - Throws: `ChainError`; at `options: /solver` when none does.
  init(
    _ problem: Problem, _ options: SolveOptions, control: SearchControl
  ) throws(ChainError) {
    do {
      let solved = try Solved(
        problem,
        by: Catalog.choose(
          options.solver, for: problem, objective: options.objective),
        objective: options.objective, control: control)
      self =
        options.comparesBaselines
        ? try solved.compared(control: control) : solved
    } catch {
      throw error.inOptions.inProblem(options)
    }
  }

  /// Checks a plan from anywhere.
  ///
  /// - Throws: `ChainError` at `plan: /json/path`.
  init(
    checking plan: [UInt8], of problem: Problem, under profile: Profile?,
    control: SearchControl
  ) throws(ChainError) {
    let file = "plan"
    let parsed = try PlanFile.parse(plan, file: file, problem: problem)
    self =
      try parsed.checked(
        for: problem, at: parsed.rate(under: profile ?? .builtIn),
        file: file, control: control
      ) {
        (priced, schedule) throws(ChainError) in
        try Solved(
          problem, plan: priced, schedule: schedule,
          provesPeak: parsed.claimsLeastPeak, control: control)
      }
  }
}

extension ChainError {
  /// The same error at its document, if it stands in the problem.
  fileprivate func inProblem(_ options: SolveOptions) -> ChainError {
    guard location.hasPrefix("/") else { return self }
    var error = self
    error.location = "\(options.file ?? "problem"): \(location)"
    return error
  }

  /// The same error at its option, if it is about the solver.
  fileprivate var inOptions: ChainError {
    guard location == "solver" else { return self }
    var error = self
    error.location = "options: /solver"
    error.advice =
      "change the problem or the objective, or take another solver"
    return error
  }
}
