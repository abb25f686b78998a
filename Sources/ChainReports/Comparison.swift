import ChainFormats
import JacobianChain

/// Every solver and every baseline on one problem, side by side.
package struct Comparison: Hashable, Sendable {
  private struct Row: Hashable, Sendable {
    var name: String
    var fma: UInt128?
    var makespan: UInt128?
    /// Predicted nanoseconds.
    var time: UInt128?
    var seconds: Double?
    /// Seconds of the run.
    var measured: Double?
    var remark: String
    var isProof = false
    var isRefusal = false
  }

  private let problem: Problem
  private let objective: Objective
  private let known: UInt128?
  private var rows: [Row] = []

  /// Starts with the baselines.
  ///
  /// - Parameters:
  ///   - baselines: priced at the rate of the objective.
  ///   - objective: what the plans are compared by.
  ///   - known: the published or proven optimum, when there is one.
  ///   - makespan: how long a plan takes that nobody schedules with care; nil
  ///     where makespans are not of interest.
  package init(
    problem: Problem, baselines: Baselines, objective: Objective = .fma,
    known: UInt128?, makespan: (PricedPlan) throws(ChainError) -> UInt128?
  ) throws(ChainError) {
    self.problem = problem
    self.objective = objective
    self.known = known
    for baseline in Baseline.all(for: problem) {
      var row = Row(
        name: baseline.label,
        remark: baselines.absence)
      if let plan = baselines[baseline] {
        row.fma = plan.fma
        row.makespan = try makespan(plan)
        row.time = isTimed ? plan.price : nil
        row.remark = "baseline"
      }
      rows.append(row)
    }
  }

  /// Adds the best plan for one machine to the baselines.
  package mutating func add(_ serial: Solved.Serial) {
    let row = Row(
      name: "least work", fma: serial.fma, makespan: serial.makespan,
      remark: "baseline")
    rows.insert(row, at: Baseline.all(for: problem).count)
  }

  /// Adds the plan with the least fma to the baselines, when prices are
  /// seconds.
  package mutating func add(leastFMA plan: PricedPlan) {
    let row = Row(
      name: Self.leastFMA, fma: plan.fma, time: plan.price, remark: "baseline")
    rows.insert(row, at: Baseline.all(for: problem).count)
  }

  /// What the plan with the least fma is called.
  package static let leastFMA = "least fma"

  /// Adds the seconds that a run of an order took.
  package mutating func add(measured seconds: Double, of name: String) {
    guard let index = rows.firstIndex(where: { $0.name == name }) else {
      return
    }
    rows[index].measured = seconds
  }

  /// Adds what a solver found.
  package mutating func add(_ solved: Solved) {
    let isProof = solved.status == .optimal
    rows.append(
      Row(
        name: solved.choice?.solver ?? "none", fma: solved.plan.fma,
        makespan: solved.machines?.schedule.makespan,
        time: isTimed ? solved.plan.price : nil, seconds: solved.seconds,
        remark: isProof
          ? "optimal\(solved.scope.phrase), proven" : "feasible, not proven",
        isProof: isProof && solved.scope == .everyPlan))
  }

  /// Adds a solver that can't solve the problem, and why.
  package mutating func add(_ solver: String, unsupported why: String) {
    rows.append(Row(name: solver, remark: why.printable, isRefusal: true))
  }

  /// The optimum that a solver has proven.
  package var proven: UInt128? { rows.first(where: \.isProof).flatMap(price) }

  /// Whether any solver found a plan.
  package var hasSolution: Bool { rows.contains { $0.seconds != nil } }

  private var best: UInt128? { rows.compactMap(price).min() }

  private func price(_ row: Row) -> UInt128? {
    switch objective {
    case .fma: row.fma
    case .makespan: row.makespan
    case .time: row.time
    }
  }

  private var isTimed: Bool { objective.rate.unit == .nanoseconds }

  /// The comparison in one of the table formats; as text for a terminal of so
  /// many columns, with colours or without.
  package func rendered(
    as format: TableFormat, columns: Int = 80, isColoured: Bool = false
  ) -> String {
    switch format {
    case .text:
      let ink = Ink(isColoured: isColoured)
      return ink(title.fitted(to: columns), .title) + "\n\n"
        + table(.plain).text(columns: columns, ink)
        + notes.map { note in
          "\n" + note.wrapped(to: columns - 2).map { "  \($0)\n" }.joined()
        }.joined()
    case .markdown:
      return "### \(title.markdown)\n\n" + table(.narrow).markdown
        + notes.map { "\n\($0)\n" }.joined()
    case .json:
      return json.serialized() + "\n"
    }
  }

  private var title: String {
    "\(problem.name.printable) · \(problem.subtitle)"
  }

  private var notes: [String] {
    let listed: String? =
      switch objective {
      case .fma: nil
      case .makespan:
        "baselines: the best order found; least work: the best one-machine plan"
      case .time(let profile):
        "predicted by the profile of \(profile.origin.processor.printable), "
          + "\(profile.origin.kernels) kernels; measured on random entries, in seconds of the processor"
      }
    return refusals + [listed, knownLine].compactMap { $0 }
  }

  private var knownLine: String? {
    known.map {
      "known optimum: \(DigitGrouping.plain.grouped($0)) fma"
        + (objective == .makespan ? " of makespan" : "")
        + (proven == $0 ? ", as proven here" : "")
    }
  }

  private func ratio(_ row: Row) -> Double? {
    guard let price = price(row), let best else { return nil }
    return price == best ? 1 : Double(price) / Double(best)
  }

  private func table(_ digits: DigitGrouping) -> Table {
    let isScheduled = objective == .makespan
    var columns = [
      Table.Column(heading: "order"),
      .init(
        heading: isTimed ? "predicted" : isScheduled ? "makespan" : "fma",
        isNumber: true),
      .init(heading: "× best", isNumber: true),
      .init(heading: "planned in", isNumber: true), .init(heading: "remark"),
    ]
    var cells = shown.map { row in
      [
        row.name,
        price(row).map {
          isTimed ? Format.nanoseconds($0) : digits.cell($0)
        } ?? "–",
        ratio(row).map(digits.ratio) ?? "–",
        row.seconds.map(Format.seconds) ?? "", row.remark,
      ]
    }
    let work = shown.map { $0.fma.map(digits.cell) ?? "–" }
    if isTimed {
      columns.insert(.init(heading: "measured", isNumber: true), at: 2)
      for (index, row) in shown.enumerated() {
        cells[index].insert(
          row.measured.map(Format.seconds) ?? "", at: 2)
      }
    }
    if isScheduled || isTimed, work.allSatisfy({ $0.columns <= Self.workWidth })
    {
      let place = isTimed ? 4 : 3
      columns.insert(.init(heading: "fma", isNumber: true), at: place)
      for index in cells.indices { cells[index].insert(work[index], at: place) }
    }
    return Table(columns: columns, rows: cells)
  }

  /// Wider numbers leave no room for a second column of them.
  private static let workWidth = 12

  /// Other objectives most solvers refuse with the same words; that is a note.
  private var shown: [Row] {
    objective == .fma ? rows : rows.filter { !$0.isRefusal }
  }

  private var refusals: [String] {
    guard objective != .fma else { return [] }
    var names: [String: [String]] = [:]
    let refusals = rows.filter(\.isRefusal)
    for row in refusals { names[row.remark, default: []].append(row.name) }
    return refusals.map(\.remark).uniqued.map {
      "\(names[$0]!.joined(separator: ", ")): \($0)"
    }
  }

  private var json: JSONValue {
    .object([
      "format": .string("jacobian-chain-comparison/1"),
      "problem": .object([
        "name": .string(problem.name),
        "factors": .number(problem.factors.count),
      ]),
      "objective": .string(objective.name),
      "orders": .array(
        rows.map { row in
          .object([
            "name": .string(row.name),
            "fma": row.fma.map(JSONValue.wide) ?? .null,
            "makespan": row.makespan.map(JSONValue.wide),
            "predicted": row.time.map { .real(Double($0) * 1e-9) },
            "measured": row.measured.map(JSONValue.real),
            "timesBest": ratio(row).map {
              $0.isFinite ? .real($0) : .null
            } ?? .null,
            "seconds": row.seconds.map(JSONValue.real),
            "remark": .string(row.remark),
          ])
        }),
      "known": known.map(JSONValue.wide),
    ])
  }
}

extension [String] {
  /// Each once, where it first stands.
  fileprivate var uniqued: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }
}
