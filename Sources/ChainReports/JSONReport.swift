import ChainFormats
import JacobianChain

/// The report for programs, `jacobian-chain-report/1`: keys in a fixed order,
/// absent parts left out, forbidden baselines null.
struct JSONReport {
  private let report: Report

  init(_ report: Report) { self.report = report }

  private var solved: Solved { report.solved }

  var document: String { value.serialized(pretty: true) + "\n" }

  private var value: JSONValue {
    let (problem, plan) = (solved.problem, solved.plan)
    let orders = problem.targets.indices.map {
      JSONValue.string(plan.bracketing(ofTarget: $0, in: problem))
    }
    return .object([
      "format": .string("jacobian-chain-report/1"),
      "problem": header,
      "solver": solved.choice.map { .string($0.solver) } ?? .null,
      "reason": solved.choice.map { .string($0.reason) },
      "objective": .string(solved.objective.name),
      "unit": .string(solved.objective.rate.unit.rawValue),
      "profile": profile,
      "status": .string(report.status),
      "scope": solved.scope == .everyPlan
        ? nil : .string(solved.scope.rawValue),
      "stopReason": solved.status.stopReason.map { .string($0.rawValue) },
      "cost": .object([
        "fma": .wide(plan.fma),
        "makespan": solved.machines.map { .wide($0.schedule.makespan) }
          ?? .null, "seconds": seconds(solved.plan) ?? .null,
        "peakEntries": .wide(plan.peakEntries),
        "peakBytes": .wide(plan.peakBytes),
        "peakStatus": solved.hasLeastPeak.map {
          .string($0 ? "optimal" : "feasible")
        },
        "workingBytes": solved.needsMappedResults
          ? plan.workingBytes.map(JSONValue.wide) : nil,
        "tape": .wide(plan.tape),
      ]),
      "lowerBound": .wide(solved.lowerBound),
      "gap": solved.isProven ? nil : solved.gap.map(JSONValue.real),
      "certificate": solved.certificate.map {
        .object([
          "dualBound": .wide($0.dualBound),
          "inequalities": .number($0.inequalities),
        ])
      },
      "baselines": solved.baselines.map { _ in each(baseline) },
      "savings": solved.baselines.map { _ in
        each { .finite(solved.saving(over: $0)) }
      },
      "bracketing": orders.count == 1 ? orders[0] : nil,
      "bracketings": orders.count > 1 ? .array(orders) : nil,
      "order": report.eliminatedNames.map {
        .array($0.map(JSONValue.string))
      },
      "plan": PlanFile.json(of: plan, in: problem),
      "schedule": solved.machines.map {
        PlanFile.json(of: $0.schedule.schedule)
      },
      "machines": solved.machines.map(machines),
      "seconds": solved.seconds.map { .object(["plan": .real($0)]) },
      "run": report.run.map(run),
    ])
  }

  private var header: JSONValue {
    let problem = solved.problem
    let shape = problem.targetCount == 1 ? problem.shape(ofTarget: 0) : nil
    return .object([
      "name": .string(problem.name),
      "factors": .number(problem.factors.count),
      "vertices": problem.graph.map { .number($0.vertices.count) },
      "edges": problem.graph.map { .number($0.arcs.count) },
      "rows": shape.map { .number($0.rows) },
      "columns": shape.map { .number($0.columns) },
      "targets": shape == nil ? .number(problem.targetCount) : nil,
    ])
  }

  private func each(_ value: (Baseline) -> JSONValue?) -> JSONValue {
    .object(
      Baseline.all(for: solved.problem).compactMap { baseline in
        value(baseline).map { JSONValue.Member(baseline.rawValue, $0) }
      })
  }

  /// What a plan is predicted to take; nil in other units.
  private func seconds(_ plan: PricedPlan) -> JSONValue? {
    switch plan.rate {
    case .fma: nil
    case .time: .real(Double(plan.price) * 1e-9)
    }
  }

  /// What predicted it.
  private var profile: JSONValue? {
    solved.objective.rate.profile?.origin.json
  }

  private func baseline(_ baseline: Baseline) -> JSONValue {
    guard let plan = solved.baselines?[baseline] else { return .null }
    let split = baseline == .bestSplit ? solved.baselines?.split : nil
    return .object([
      "fma": .wide(plan.fma), "seconds": seconds(plan),
      "makespan": solved.machines?.baselines[baseline].map(JSONValue.wide),
      "split": split.map { .number($0) },
    ])
  }

  /// `count` is null without a limit; `idle` is that of the machines `used`.
  private func machines(_ machines: Solved.Machines) -> JSONValue {
    let schedule = machines.schedule
    return .object([
      "count": solved.problem.limits.machines.map(JSONValue.number) ?? .null,
      "used": .number(schedule.busyMachines),
      "idle": .wide(schedule.idleWhereBusy),
      "criticalPath": .object([
        schedule.unit.rawValue: .wide(schedule.criticalLength),
        "steps": .array(schedule.criticalPath.map(JSONValue.number)),
      ]),
      "speedUp": .finite(solved.speedUp),
      "serialPlan": machines.serial.map {
        .object([
          schedule.unit.rawValue: .wide($0.work),
          "makespan": .wide($0.makespan),
          "status": .string($0.isProven ? "optimal" : "feasible"),
        ])
      },
    ])
  }

  private func run(_ run: RunRecord) -> JSONValue {
    let verification = run.verification
    return .object([
      "seconds": .finite(run.plan.seconds),
      "countedFMA": .wide(run.plan.countedFMA),
      "maxRelativeError": .named(verification.maxRelativeError),
      "peakBytes": .number(run.peakBytes),
      "baselines": each { run.baselines[$0].map(measured) },
      "notRun": run.omissions.isEmpty
        ? nil
        : each { report.reason(for: $0, in: run).map(JSONValue.string) },
      "verification": .string(verification.method),
      "verdict": .string(verification.verdict.rawValue),
      "errorBound": verification.errorBound.map(JSONValue.named),
      "kernels": run.kernels.map { .string($0) },
      "threads": .number(run.threads),
      "workers": run.workers == 1 && run.alternatives.isEmpty
        ? nil : .number(run.workers),
      "alternatives": run.alternatives.isEmpty
        ? nil : .array(run.alternatives.map(alternative)),
      "seed": run.seed.map { .number($0) },
    ])
  }

  private func alternative(_ other: RunRecord.Alternative) -> JSONValue {
    .object([
      "workers": .number(other.workers), "threads": .number(other.threads),
      "seconds": .finite(other.measured.seconds),
      "countedFMA": .wide(other.measured.countedFMA),
      "peakBytes": .number(other.measured.peakBytes),
    ])
  }

  private func measured(_ measured: RunRecord.Measured) -> JSONValue {
    .object([
      "seconds": .finite(measured.seconds),
      "countedFMA": .wide(measured.countedFMA),
      "peakBytes": .number(measured.peakBytes),
    ])
  }
}

extension JSONValue {
  /// A number, or the name of one that JSON can't write.
  fileprivate static func named(_ value: Double) -> JSONValue {
    value.isFinite
      ? .real(value) : .string(value.isNaN ? "NaN" : "Infinity")
  }

  /// A number, or null for one that JSON can't write.
  fileprivate static func finite(_ value: Double?) -> JSONValue {
    value.flatMap { $0.isFinite ? .real($0) : nil } ?? .null
  }
}
