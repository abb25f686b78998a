import ChainExecutor
import ChainFormats
import ChainReports
import JacobianChain

/// A plan and its baselines, executed on the same operands in one run.
struct Measurement {
  /// The Jacobian of each target.
  let targets: [Matrix]
  /// What was measured.
  let record: RunRecord

  /// A baseline above this price would take longer than anyone waits for a
  /// comparison; it is left out with a note.
  private static let patience: UInt128 = 500_000_000_000
  /// Seconds that repetitions may take together.
  private static let budget = 2.0
  private static let fewestRepetitions = 3
  private static let mostRepetitions = 25

  /// Executes everything; nil when interrupted before the plan was done.
  ///
  /// Every order is warmed up once, then all are run in turns, so that a
  /// machine whose speed drifts is fair to them; the median counts.
  init?(
    _ planned: Planned, of file: ProblemFile, seed: UInt64, threads: Int,
    control: SearchControl
  ) throws(ChainError) {
    let problem = planned.problem
    var data: [Int: Matrix] = [:]
    for (index, path) in file.dataFiles.enumerated() {
      guard let path else { continue }
      data[index] = try MatrixFile.read(path, for: problem.patterns[index])
    }
    let operands = try RandomOperands.operands(
      for: problem, seed: seed, data: data)
    let executor = Executor(threads: threads)
    func run(_ plan: PricedPlan) throws(ChainError) -> Execution {
      try executor.run(plan, of: problem, operands: operands)
    }
    if Interruption.isRequested { return nil }
    let execution = try run(planned.priced)
    var error = 0.0
    var (columns, probes) = (0, 0)
    for (target, matrix) in execution.targets.enumerated() {
      let verification = try Verification(
        of: matrix, target: target, in: problem, operands: operands,
        seed: seed)
      error = max(error, verification.maxRelativeError)
      switch verification.method {
      case .oneHot(let count): columns += count
      case .probes(let count): probes += count
      }
    }
    var contestants = [Contestant(planned.priced, execution)]
    let others = [
      ("forward", planned.baselines.forward),
      ("reverse", planned.baselines.reverse),
      ("best split", planned.baselines.bestSplit),
    ]
    var places: [Int?] = []
    for (name, plan) in others {
      guard let plan, !Interruption.isRequested else {
        places.append(nil)
        continue
      }
      guard plan.fma <= Self.patience else {
        Terminal.diagnose(
          "jchain: \(name) is not measured: \(plan.fma) fma are too many")
        places.append(nil)
        continue
      }
      places.append(contestants.count)
      contestants.append(Contestant(plan, try run(plan)))
    }
    let clock = ContinuousClock()
    let start = clock.now
    for repetition in 0..<Self.mostRepetitions {
      if Interruption.isRequested { break }
      let elapsed = (clock.now - start) / .seconds(1)
      if repetition >= Self.fewestRepetitions, elapsed > Self.budget { break }
      for index in contestants.indices {
        contestants[index].add(try run(contestants[index].plan))
      }
    }
    func measured(_ place: Int?) -> RunRecord.Measured? {
      place.map { contestants[$0].measured }
    }
    targets = execution.targets
    record = RunRecord(
      plan: contestants[0].measured, forward: measured(places[0]),
      reverse: measured(places[1]), bestSplit: measured(places[2]),
      verification: .init(
        maxRelativeError: error, method: Self.words(columns, probes)),
      peakBytes: contestants[0].measured.peakBytes, threads: threads,
      seed: data.count == problem.factors.count ? nil : seed)
  }

  private static func words(_ columns: Int, _ probes: Int) -> String {
    [(columns, "one-hot product"), (probes, "random probe")]
      .filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
      .joined(separator: " and ")
  }
}

/// One order and the seconds of its runs.
private struct Contestant {
  let plan: PricedPlan
  private let first: Execution
  private var seconds: [Double] = []

  init(_ plan: PricedPlan, _ warmUp: Execution) {
    self.plan = plan
    first = warmUp
  }

  mutating func add(_ execution: Execution) {
    seconds.append(execution.seconds)
  }

  var measured: RunRecord.Measured {
    let sorted = seconds.isEmpty ? [first.seconds] : seconds.sorted()
    return RunRecord.Measured(
      seconds: sorted[sorted.count / 2], countedFMA: first.countedFMA,
      peakBytes: first.peakBytes)
  }
}
