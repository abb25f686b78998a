import ArgumentParser
import ChainReports
import JacobianChain

/// Which baselines are run beside a plan.
enum BaselineRuns: String, CaseIterable, ExpressibleByArgument {
  /// Those that differ from the plan and aren't much dearer.
  case auto
  /// All that fit into memory.
  case all
  /// None; the report says what they would cost.
  case priced
  /// None, without a word.
  case none
}

/// The baselines that are run beside a plan, and why the others aren't: they
/// are only there to be compared with.
struct BaselineChoice {
  /// Those that are run, in the order of every table.
  private(set) var plans: [(baseline: Baseline, plan: PricedPlan)] = []
  /// Why the others are not.
  private(set) var omissions: [Baseline: RunRecord.Omission] = [:]

  /// A baseline of more than so many times the plan's fma is only priced.
  private static let times = 5

  /// Chooses, by prices and by the memory that is left.
  init(_ runs: BaselineRuns, beside planned: Solved) {
    guard runs != .none else { return }
    for baseline in Baseline.allCases {
      guard let plan = planned.baselines?[baseline] else { continue }
      if let why = Self.omission(
        of: plan, runs, beside: planned.plan,
        limit: planned.problem.limits.memory)
      {
        omissions[baseline] = why
      } else {
        plans.append((baseline, plan))
      }
    }
  }

  private static func omission(
    of plan: PricedPlan, _ runs: BaselineRuns, beside chosen: PricedPlan,
    limit: Int?
  ) -> RunRecord.Omission? {
    if !chosen.plan.isInParts, plan.plan.doesTheSame(as: chosen.plan) {
      return .samePlan
    }
    if runs == .priced { return .notAsked }
    let (most, overflows) = chosen.fma.multipliedReportingOverflow(
      by: UInt128(times))
    if runs == .auto, !overflows, plan.fma > most {
      return .tooDear(times: times)
    }
    return RunMemory.excess(of: plan, beyond: limit).map {
      .tooLarge(bytes: $0)
    }
  }
}
