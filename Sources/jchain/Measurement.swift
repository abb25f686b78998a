import ChainExecutor
import ChainReports
import JacobianChain

/// A plan and its baselines, measured on the same operands.
///
/// Every order is carried out in every way that `Way.all` finds, or with as
/// many threads in each product as were asked for, and the fastest one counts
/// for it. Each runs once. Those that are over in a moment, where one run says
/// little, are then run in turns, so that a machine whose speed drifts is fair
/// to them, and their median counts.
///
/// The plan's first run is that of its `Computation`. The Jacobian doesn't
/// depend on what is fastest: all ways give the same bits.
struct Measurement {
  private let planned: Solved
  private let computation: Computation
  private let choice: BaselineChoice
  private let control: SearchControl
  private var contestants: [Contestant] = []
  /// Baselines by the contestants that stand for them.
  private var roles: [Baseline: Contestant.Role] = [:]

  /// Seconds that repetitions may take together.
  private static let budget = 2.0
  /// Seconds of a run that is worth repeating.
  private static let brief = 0.25

  /// Enters the plan, and the baselines that are to be run.
  ///
  /// - Parameter threads: in each product, when that is the only way.
  init(
    _ planned: Solved, _ computation: Computation,
    _ choice: BaselineChoice, threads: Int?, control: SearchControl
  ) {
    self.planned = planned
    self.computation = computation
    self.choice = choice
    self.control = control
    enter(.plan, planned.plan, threads)
    contestants[0].book(computation.execution)
    for (baseline, plan) in choice.plans {
      let same = contestants.first { $0.plan.plan.doesTheSame(as: plan.plan) }
      if let same {
        roles[baseline] = same.role
      } else {
        roles[baseline] = .baseline(baseline)
        enter(.baseline(baseline), plan, threads)
      }
    }
  }

  private mutating func enter(
    _ role: Contestant.Role, _ plan: PricedPlan, _ threads: Int?
  ) {
    let ways =
      if let threads {
        [Way(threads: threads)]
      } else {
        Way.all(
          for: plan, workers: Way.workers(for: planned),
          known: role == .plan ? planned.scheduled?.schedule.schedule : nil)
      }
    contestants += ways.map { Contestant(role, plan, $0) }
  }

  /// Runs everything, as long as nobody says stop.
  ///
  /// - Parameters:
  ///   - first: what carried out the plan.
  ///   - publish: is told what is known after each first run.
  mutating func run(
    by first: Executor, publish: (RunRecord) -> Void
  ) {
    let groups = Set(contestants.map(\.way.threads)).sorted()
    for threads in groups {
      let executor =
        threads == first.threads ? first : Executor(threads: threads)
      let group = contestants.indices.filter {
        contestants[$0].way.threads == threads
      }
      for index in group where contestants[index].measured == nil {
        if control.shouldStop() != nil { return }
        run(index, by: executor)
        publish(record)
      }
      repeatBrief(group, by: executor)
    }
  }

  private mutating func repeatBrief(_ group: [Int], by executor: Executor) {
    let brief = group.filter {
      contestants[$0].measured.map { $0.seconds <= Self.brief } ?? false
    }
    Turns.take(brief, within: Self.budget, control) {
      run($0, by: executor, counts: $1)
    }
  }

  /// A run that fails is no reason to end: the Jacobian is there.
  private mutating func run(
    _ index: Int, by executor: Executor, counts: Bool = true
  ) {
    do throws(ChainError) {
      let execution = try contestants[index].run(
        executor, planned.problem, computation.operands)
      if counts { contestants[index].book(execution) }
    } catch {
      contestants[index].failure = error
    }
  }

  /// Whether something that was to be run was not.
  var isCutShort: Bool {
    contestants.contains { $0.measured == nil && $0.failure == nil }
  }

  /// What is known so far.
  var record: RunRecord {
    // The first contestant was booked before all others.
    let chosen = fastest(.plan)!
    let measured = chosen.measured!
    return RunRecord(
      plan: measured, baselines: baselines,
      verification: computation.verification, peakBytes: measured.peakBytes,
      threads: chosen.way.threads, seed: computation.seed,
      workers: chosen.way.workers,
      alternatives: contestants.compactMap { other in
        guard other.role == .plan, other.way != chosen.way else { return nil }
        return other.measured.map {
          .init(
            workers: other.way.workers, threads: other.way.threads,
            measured: $0)
        }
      }, kernels: Executor.kernels, omissions: omissions)
  }

  private func fastest(_ role: Contestant.Role) -> Contestant? {
    contestants.filter { $0.role == role && $0.measured != nil }
      .min { $0.measured!.seconds < $1.measured!.seconds }
  }

  private var baselines: [Baseline: RunRecord.Measured] {
    var measured: [Baseline: RunRecord.Measured] = [:]
    for baseline in Baseline.allCases {
      let role =
        choice.omissions[baseline] == .samePlan ? .plan : roles[baseline]
      measured[baseline] = role.flatMap { fastest($0)?.measured }
    }
    return measured
  }

  /// Those that were left out from the start, and those that had no turn.
  private var omissions: [Baseline: RunRecord.Omission] {
    var omissions = choice.omissions
    for (baseline, role) in roles where fastest(role) == nil {
      let failure = contestants.lazy.filter { $0.role == role }
        .compactMap(\.failure).first
      omissions[baseline] =
        failure.map { .init($0) } ?? .stopped
    }
    return omissions
  }
}
