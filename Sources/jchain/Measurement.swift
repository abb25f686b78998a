import ChainExecutor
import ChainFormats
import ChainPlanning
import ChainReports
import JacobianChain

/// A plan and its baselines, executed on the same operands in one run.
struct Measurement {
  /// The Jacobian of each target.
  let targets: [Matrix]
  /// What was measured.
  let record: RunRecord
  /// Why the Jacobian is wrong, when it is.
  let refusal: ChainError?

  /// Seconds that repetitions may take together.
  private static let budget = 2.0
  private static let fewestRepetitions = 3
  private static let mostRepetitions = 25

  /// Executes everything; nil when interrupted before the plan was done.
  ///
  /// Every order is carried out in every way that `Way.all` finds, or with as
  /// many threads in each product as were asked for, and the fastest one counts for it.
  /// Each is warmed up once, then all are run in turns, so that a machine whose
  /// speed drifts is fair to them; the median counts.
  ///
  /// The Jacobian is that of the sequential run, to which the one on several
  /// workers is equal bit for bit: it doesn't depend on what was fastest.
  init?(
    _ planned: SolvedProblem, of file: ProblemFile, seed: UInt64, threads: Int?,
    control: SearchControl
  ) throws(ChainError) {
    let problem = planned.problem
    var data: [Int: Matrix] = [:]
    for (index, path) in file.dataFiles.enumerated() {
      guard let path else { continue }
      data[index] = try MatrixFile.read(
        path, for: problem.patterns[index], control)
    }
    let operands = try RandomOperands.operands(
      for: problem, seed: seed, data: data)
    if Interruption.isRequested { return nil }
    let sequential = Executor(threads: threads ?? 1)
    let first = try sequential.run(
      planned.plan, of: problem, operands: operands)
    let (verification, refusal) = try Self.verify(
      first, planned.plan, problem, operands, seed, control)
    self.refusal = refusal
    var contestants: [Contestant] = []
    func enter(_ role: Contestant.Role, _ plan: PricedPlan) {
      let ways =
        if let threads {
          [Way(threads: threads)]
        } else {
          Way.all(
            for: plan, workers: Way.workers(for: planned),
            known: role == .plan ? planned.solution.schedule : nil)
        }
      contestants += ways.map { Contestant(role, plan, $0) }
    }
    enter(.plan, planned.plan)
    contestants[0].book(first)
    for (index, (name, plan)) in Self.others(planned).enumerated() {
      guard let plan, !Interruption.isRequested else { continue }
      guard plan.fma <= Executor.patience else {
        Terminal.diagnose(
          "jchain: \(name) is not measured: \(plan.fma) fma are too many")
        continue
      }
      enter(.baseline(index), plan)
    }
    for group in Set(contestants.map(\.way.threads)).sorted() {
      let executor =
        group == sequential.threads ? sequential : Executor(threads: group)
      try Self.race(
        &contestants,
        contestants.indices.filter {
          contestants[$0].way.threads == group
        }
      ) { contestant throws(ChainError) in
        try contestant.run(executor, problem, operands)
      }
    }
    func fastest(_ role: Contestant.Role) -> Contestant? {
      contestants.filter { $0.role == role && $0.measured != nil }
        .min { $0.measured!.seconds < $1.measured!.seconds }
    }
    guard let chosen = fastest(.plan), let measured = chosen.measured else {
      return nil
    }
    targets = first.targets
    record = RunRecord(
      plan: measured, forward: fastest(.baseline(0))?.measured,
      reverse: fastest(.baseline(1))?.measured,
      bestSplit: fastest(.baseline(2))?.measured, verification: verification,
      peakBytes: measured.peakBytes, threads: chosen.way.threads,
      seed: data.count == problem.factors.count ? nil : seed,
      workers: chosen.way.workers,
      alternatives: contestants.compactMap { other in
        guard other.role == .plan, other.way != chosen.way else { return nil }
        return other.measured.map {
          .init(
            workers: other.way.workers, threads: other.way.threads,
            measured: $0)
        }
      }, kernels: Executor.kernels)
  }

  private static func others(
    _ planned: SolvedProblem
  ) -> [(name: String, plan: PricedPlan?)] {
    [
      ("forward", planned.baselines.forward),
      ("reverse", planned.baselines.reverse),
      ("best split", planned.baselines.bestSplit),
    ]
  }

  /// Warm-up, then turns until the time is over.
  private static func race(
    _ contestants: inout [Contestant], _ group: [Int],
    _ run: (inout Contestant) throws(ChainError) -> Void
  ) throws(ChainError) {
    for index in group {
      if Interruption.isRequested { return }
      try run(&contestants[index])
    }
    let clock = ContinuousClock()
    let start = clock.now
    for repetition in 0..<mostRepetitions {
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition >= fewestRepetitions, elapsed > budget { return }
      if Interruption.isRequested { return }
      for index in group { try run(&contestants[index]) }
    }
  }

  private static func verify(
    _ execution: Execution, _ plan: PricedPlan, _ problem: Problem,
    _ operands: [any Operand], _ seed: UInt64, _ control: SearchControl
  ) throws(ChainError) -> (RunRecord.Verification, refusal: ChainError?) {
    var verdict = RunRecord.Verification.Verdict.verified
    var refusal: ChainError?
    var (error, bound) = (0.0, 0.0)
    var (columns, probes) = (0, 0)
    for (target, matrix) in execution.targets.enumerated() {
      let verification = try Verification(
        of: matrix, target: target, in: problem, operands: operands,
        seed: seed)
      error = max(error, verification.maxRelativeError)
      bound = max(bound, verification.errorBound)
      switch verification.verdict {
      case .agrees: break
      case .illConditioned where verdict == .verified:
        verdict = .illConditioned
      case .illConditioned: break
      case .disagrees, .unrepresentable:
        verdict = .wrong
        if refusal == nil {
          refusal = verification.refusal(
            of: plan, target: target, in: problem, operands: operands,
            control: control)
        }
      }
      switch verification.method {
      case .oneHot(let count): columns += count
      case .probes(let count): probes += count
      }
    }
    let record = RunRecord.Verification(
      verdict: verdict, maxRelativeError: error, errorBound: bound,
      method: Self.words(columns, probes))
    return (record, refusal)
  }

  private static func words(_ columns: Int, _ probes: Int) -> String {
    [(columns, "one-hot product"), (probes, "random probe")]
      .filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
      .joined(separator: " and ")
  }
}
