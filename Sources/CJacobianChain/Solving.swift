import ChainCatalog
import ChainFormats
import ChainPlanning
import ChainReports
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
    let read = try ProblemFile(
      parsing: bytes, file: options.file ?? "problem",
      directory: options.file.map(Files.folder),
      allowOutsideFiles: options.allowOutsideFiles, patterns: patterns,
      control: control
    ).problem
    var limits = read.limits
    limits.machines = options.machines ?? limits.machines
    limits.tapePerStep = options.tapeLimit ?? limits.tapePerStep
    do throws(ChainError) {
      self = limits == read.limits ? read : try read.with(limits: limits)
    } catch {
      throw error.inProblem(options)
    }
  }
}

extension Report {
  /// Solves a problem.
  ///
  /// - Throws: `ChainError`; at `options: /solver` when none does.
  init(
    solving problem: Problem, _ options: SolveOptions, control: SearchControl
  ) throws(ChainError) {
    do {
      let choice = try Catalog.choose(
        options.solver, for: problem, objective: options.objective)
      self = try SolvedProblem(
        problem, by: choice.solver, reason: choice.reason,
        objective: options.objective, control: control
      ).report()
    } catch {
      throw error.spokenOfValues.inProblem(options)
    }
  }

  /// Checks a plan from anywhere.
  ///
  /// - Throws: `ChainError` at `plan: /json/path`.
  init(
    checking plan: [UInt8], of problem: Problem, control: SearchControl
  ) throws(ChainError) {
    let file = "plan"
    func inPlan<Value>(
      _ body: () throws(ChainError) -> Value
    ) throws(ChainError) -> Value {
      do {
        return try body()
      } catch {
        if error.isStop { throw error }
        var error = error
        error.location = "\(file): \(error.location)"
        throw error
      }
    }
    let read = try PlanFile.parse(plan, file: file, problem: problem)
    let priced = try inPlan { () throws(ChainError) in
      try read.plan.priced(for: problem, control: control)
    }
    let scheduled = try inPlan { () throws(ChainError) in
      try read.schedule?.checked(for: priced, on: problem.limits.machines)
    }
    let baselines = try Baselines(of: problem, control: control)
    try read.checkClaims(
      against: priced, of: problem, baselines: baselines,
      scheduled: scheduled, file: file)
    self.init(
      problem: problem, solver: "check",
      reason: "the plan is valid; no solver was asked",
      objective: .fma, optimum: priced,
      lowerBound: CostModel.lowerBound(of: problem), stopReason: .heuristic,
      baselines: baselines)
    guard let scheduled else { return }
    objective = .makespan
    lowerBound = CostModel.makespanLowerBound(of: problem)
    machines = try Report.Machines(scheduled, beside: baselines, of: problem)
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

  /// The same error where it speaks of the command's options.
  fileprivate var spokenOfValues: ChainError {
    guard location == "--solver" else { return self }
    var error = self
    error.location = "options: /solver"
    error.advice =
      "change the problem or the objective, or take another solver"
    return error
  }
}
