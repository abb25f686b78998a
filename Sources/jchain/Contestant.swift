import ChainExecutor
import ChainReports
import JacobianChain

/// One order carried out in one way, and the seconds of its runs.
struct Contestant {
  /// What a contestant stands for in the report.
  enum Role: Hashable {
    case plan
    case baseline(Baseline)
  }

  let role: Role
  let plan: PricedPlan
  let way: Way
  /// Why it can't be run, when it can't.
  var failure: ChainError?
  /// Seconds of the first run; 0 before it.
  private var warmUp = 0.0
  private var seconds: [Double] = []
  private var countedFMA: UInt128 = 0
  private var peakBytes = 0

  init(_ role: Role, _ plan: PricedPlan, _ way: Way) {
    self.role = role
    self.plan = plan
    self.way = way
  }

  /// Runs once.
  ///
  /// - Precondition: the executor has the threads of the way.
  func run(
    _ executor: Executor, _ problem: Problem, _ operands: [Operand]
  ) throws(ChainError) -> Execution {
    guard let schedule = way.schedule else {
      return try executor.run(plan, of: problem, operands: operands)
    }
    return try executor.run(
      plan, of: problem, operands: operands, following: schedule,
      workers: way.workers)
  }

  /// Books a run. The first one warms up, and counts only when it stays the
  /// only one.
  mutating func book(_ execution: Execution) {
    if warmUp == 0 {
      warmUp = execution.seconds
      countedFMA = execution.countedFMA
    } else {
      seconds.append(execution.seconds)
    }
    peakBytes = max(peakBytes, execution.peakBytes)
  }

  /// nil when it never ran.
  var measured: RunRecord.Measured? {
    guard warmUp > 0 else { return nil }
    return RunRecord.Measured(
      seconds: Turns.median(seconds) ?? warmUp, countedFMA: countedFMA,
      peakBytes: peakBytes)
  }
}
