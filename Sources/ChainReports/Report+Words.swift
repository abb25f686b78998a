import JacobianChain

/// Sentences and rows that several formats share.
extension Report {
  /// "6 factors · Jacobian 600 × 600".
  var subtitle: String { solved.problem.subtitle }

  /// "dynamic-programming · objective fma · planned in 3.00 µs"; "from
  /// elsewhere, valid, priced anew · objective fma" when nobody chose the plan
  /// here.
  var solverLine: String {
    var parts = [
      solved.choice?.solver ?? "from elsewhere, valid, priced anew",
      "objective \(solved.objective.name)",
    ]
    if let seconds = solved.seconds {
      parts.append("planned in \(Format.seconds(seconds))")
    }
    return parts.joined(separator: " · ")
  }

  /// What `solverLine` is about.
  var solverLabel: String { solved.choice == nil ? "plan" : "solver" }

  /// Why the solver was taken; empty when nobody says why.
  var reason: String { solved.choice?.reason ?? "" }

  /// "4 368 000 fma · 8.74 MFLOP · peak 2.84 MiB", after the predicted seconds
  /// where these were wanted; with a makespan, after it and without the peak,
  /// which is that of one step after the other.
  var cost: String {
    let digits = DigitGrouping.narrow
    let work =
      "\(digits.grouped(solved.plan.fma)) fma · \(Format.flop(flop))"
    guard let scheduled = solved.scheduled else {
      let time =
        isTimed
        ? "\(Format.nanoseconds(solved.plan.price)) predicted · " : ""
      return time + work
        + " · peak \(Format.bytes(Double(solved.plan.peakBytes)))"
    }
    let onOne =
      isTimed
      ? "\(Format.nanoseconds(solved.plan.price)) on one machine · " : ""
    return "makespan \(amount(scheduled.schedule.makespan)) · " + onOne
      + "work \(work)"
  }

  /// "at most 2.00 MiB allowed · made in 12 parts: rows in 2, columns in 6";
  /// nil without a limit.
  var memoryLine: String? {
    guard let limit = solved.problem.limits.memory else { return nil }
    var parts = ["at most \(Format.bytes(Double(limit))) allowed"]
    if let chunks = solved.plan.plan.chunks {
      let numbers = StepList(self).numbers
      for stage in chunks.stages where !stage.loops.isEmpty {
        parts.append(
          "step \(numbers[stage.step]!) \(words(for: stage.loops))")
      }
      if !chunks.loops.isEmpty { parts.append(words(for: chunks.loops)) }
    }
    if let seeds = solved.plan.plan.seedsAtOnce {
      parts.append(seeds == 1 ? "seed by seed" : "\(seeds) seeds at a time")
    }
    if solved.needsMappedResults, let working = solved.plan.workingBytes {
      parts.append(
        "\(Format.bytes(Double(working))) beside the results, which go "
          + "straight into a mapped .npy file")
    }
    return parts.joined(separator: " · ")
  }

  /// "made in 12 parts: rows in 2, columns in 6".
  private func words(for loops: [Chunks.Loop]) -> String {
    let sides = loops.map { "\(words(for: $0.side)) in \($0.parts)" }
    return "made in \(loops.passes()) parts: \(sides.joined(separator: ", "))"
      + (loops[0].remakes
        ? ", all else anew for each of the \(loops[0].parts)" : "")
  }

  private func words(for side: Chunks.Side) -> String {
    guard case .shared(let count) = side else { return side.name }
    let before = solved.problem.targets[0][count - 1]
    return "sums over the rows of \(solved.problem.factors[before].name)"
  }

  /// One measured plan in a table.
  struct MeasuredRow {
    var label: String
    var measured: RunRecord.Measured
    /// Seconds ÷ seconds of the plan.
    var ratio: Double
    var agreement: Agreement
  }

  /// Whether the kernels did what the pricer said.
  enum Agreement: Hashable {
    case exact
    case mismatch(priced: UInt128)
    case unknown

    var note: String {
      switch self {
      case .exact: "= priced"
      case .mismatch: "≠ PRICED"
      case .unknown: ""
      }
    }
  }

  /// The plan, the other ways to carry it out, then every baseline that had a
  /// run of its own.
  func measuredRows(_ run: RunRecord) -> [MeasuredRow] {
    func row(
      _ label: String, _ measured: RunRecord.Measured, _ priced: UInt128?
    ) -> MeasuredRow {
      let agreement: Agreement =
        switch priced {
        case nil: .unknown
        case measured.countedFMA: .exact
        case .some(let priced): .mismatch(priced: priced)
        }
      return MeasuredRow(
        label: label, measured: measured,
        ratio: measured.seconds / run.plan.seconds, agreement: agreement)
    }
    return [row("plan", run.plan, solved.plan.fma)]
      + run.alternatives.map {
        row(Self.label($0.workers, $0.threads), $0.measured, solved.plan.fma)
      }
      + Baseline.allCases.compactMap { baseline in
        run.omissions[baseline] != nil
          ? nil
          : run.baselines[baseline].map {
            row(baseline.label, $0, solved.baselines?[baseline]?.fma)
          }
      }
  }

  /// What the comparison of a result came to: "verified", "largest relative
  /// error 1.10e-15 against 600 one-hot products".
  func comparison(_ run: RunRecord) -> (verdict: String, details: String) {
    let verification = run.verification
    let error =
      "largest relative error \(Format.scientific(verification.maxRelativeError))"
      + " against \(verification.method)"
    switch verification.verdict {
    case .verified: return ("verified", error)
    case .wrong: return ("compared", error)
    case .illConditioned:
      let bound = verification.errorBound.map(Format.scientific) ?? "–"
      return (
        "accuracy",
        "ill-conditioned: not verified; rounding may change the result by "
          + "\(bound) of its size; \(error)"
      )
    }
  }

  /// What must not be overlooked about a run; empty when all is well.
  func alarms(_ run: RunRecord) -> [String] {
    var alarms: [String] = []
    if run.verification.verdict == .wrong {
      let error = Format.scientific(run.verification.maxRelativeError)
      alarms.append(
        "WRONG RESULT: the relative error is \(error), don't use this Jacobian")
    }
    for row in measuredRows(run) {
      guard case .mismatch(let priced) = row.agreement else { continue }
      let digits = DigitGrouping.narrow
      alarms.append(
        "COUNTED ≠ PRICED for \(row.label): "
          + "\(digits.grouped(row.measured.countedFMA)) fma counted, "
          + "\(digits.grouped(priced)) fma priced")
    }
    return alarms
  }

  /// "sequential", "2 workers", "2 threads in each product".
  private static func label(_ workers: Int, _ threads: Int) -> String {
    if workers > 1 { return counted(workers, "worker") }
    return threads > 1
      ? counted(threads, "thread") + " in each product" : "sequential"
  }

  /// "peak memory 5.49 MiB · 2 threads · avx2 kernels · seed 42"; the threads
  /// are "2 workers, the fastest of 3 ways" where there was a choice.
  func circumstances(_ run: RunRecord) -> String {
    var parts = ["peak memory \(Format.bytes(Double(run.peakBytes)))"]
    if run.alternatives.isEmpty {
      parts.append(counted(run.threads, "thread"))
    } else {
      parts.append(
        "\(Self.label(run.workers, run.threads)), the fastest of "
          + "\(run.alternatives.count + 1) ways")
    }
    if let kernels = run.kernels { parts.append("\(kernels) kernels") }
    if let seed = run.seed { parts.append("seed \(seed)") }
    return parts.joined(separator: " · ")
  }
}

extension Mode {
  /// The direction in which the chain is walked.
  var direction: String {
    switch self {
    case .tangent: "forward"
    case .adjoint: "reverse"
    }
  }
}

extension Problem {
  /// "6 factors · Jacobian 600 × 600", "4 vertices · 5 edges · 2 Jacobians".
  var subtitle: String {
    if let graph {
      let shape = shape(ofTarget: 0)
      return "\(counted(graph.vertices.count, "vertex")) · "
        + "\(counted(graph.arcs.count, "edge")) · "
        + (targetCount == 1
          ? "Jacobian \(shape.rows) × \(shape.columns)"
          : "\(targetCount) Jacobians")
    }
    guard targets.count == 1 else {
      return "\(counted(factors.count, "factor")) · "
        + "\(targets.count) Jacobians"
    }
    let length = targets[0].count
    let distinct = factors.count
    let shape = shape(ofTarget: 0)
    let tied = distinct < length ? " (\(distinct) distinct)" : ""
    return "\(counted(length, "factor"))\(tied) · "
      + "Jacobian \(shape.rows) × \(shape.columns)"
  }
}
