import ChainReports
import ChainTestSupport
import JacobianChain

/// Scheduled reports made by hand, so that these tests need no solver.
extension Samples {
  /// Three matrix-free factors on two machines: 3 453 200 fma, worked out by
  /// hand; the plan with the least work takes 5 322 370 on one.
  static func scheduledReport(stopReason: StopReason? = nil) throws -> Report {
    let matrixFree = HandChecked.chains.first { $0.makespanOnTwo != nil }!
    let problem = try matrixFree.problem.with(limits: Limits(machines: 2))
    let plan = Plan(
      steps: [
        .accumulate(factor: 1, mode: .adjoint),
        .accumulate(factor: 0, mode: .adjoint),
        .accumulate(factor: 2, mode: .tangent),
        .multiply(outer: 0, inner: 1), .multiply(outer: 2, inner: 3),
      ], targets: [4])
    let schedule = Schedule(
      machines: 2,
      tasks: [
        .init(step: 0, machine: 0, start: 0, finish: 2_493_826),
        .init(step: 1, machine: 1, start: 0, finish: 1_756_845),
        .init(step: 2, machine: 1, start: 1_756_845, finish: 2_730_491),
        .init(step: 3, machine: 0, start: 2_493_826, finish: 2_646_511),
        .init(step: 4, machine: 1, start: 2_730_491, finish: 3_453_200),
      ])
    return try scheduled(
      problem, plan, schedule,
      serial: .init(
        work: 5_322_370, fma: 5_322_370, makespan: 4_348_724, isProven: true),
      stopReason: stopReason)
  }

  /// A report on a schedule; baselines as if each ran on one machine.
  static func scheduled(
    _ problem: Problem, _ plan: Plan, _ schedule: Schedule,
    serial: Solved.Serial? = nil, stopReason: StopReason? = nil
  ) throws -> Report {
    var report = try report(
      problem, plan, objective: .makespan, stopReason: stopReason)
    let checked = try schedule.checked(
      for: report.solved.plan, on: problem.limits.machines)
    report.solved.lowerBound = stopReason == nil ? checked.makespan : 1
    report.solved.machines = .init(
      schedule: checked, serial: serial,
      baselines: Dictionary(
        uniqueKeysWithValues: Baseline.allCases.compactMap { baseline in
          report.solved.baselines?[baseline].map { (baseline, $0.fma) }
        }))
    return report
  }

  /// The steps of a plan in its order, each on the machine that `choose` names,
  /// as soon as that one is free and the operands are there.
  static func schedule(
    _ plan: PricedPlan, machines: Int, choose: (Int) -> Int
  ) -> Schedule {
    var free = [UInt128](repeating: 0, count: machines)
    var finishes: [UInt128] = []
    var tasks: [Schedule.Task] = []
    for (id, step) in plan.steps.enumerated() {
      if case .given = step.step {
        finishes.append(0)
        continue
      }
      let machine = choose(id)
      let (first, second) = step.step.operands
      let ready = [first, second].compactMap { $0 }.map { finishes[$0] }.max()
      let start = max(free[machine], ready ?? 0)
      finishes.append(start + step.fma)
      free[machine] = start + step.fma
      tasks.append(
        .init(
          step: id, machine: machine, start: start, finish: start + step.fma))
    }
    return Schedule(machines: machines, tasks: tasks)
  }
}
