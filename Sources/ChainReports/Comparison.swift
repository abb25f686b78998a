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
    if isScheduled { return row.makespan }
    return isTimed ? row.time : row.fma
  }

  private var isTimed: Bool { objective.rate.unit == .nanoseconds }

  private var notes: [String] {
    let scheduled =
      isScheduled
      ? "baselines: the best order found; least work: the best one-machine plan"
      : nil
    let predicted = objective.rate.profile.map {
      "predicted by the profile of \($0.origin.processor.printable), "
        + "\($0.origin.kernels) kernels"
        + (isScheduled
          ? "" : "; measured on random entries, in seconds of the processor")
    }
    return refusals + [scheduled, predicted, knownLine].compactMap { $0 }
  }

  private var knownLine: String? {
    known.map {
      "known optimum: \(DigitGrouping.narrow.grouped($0)) fma"
        + (isScheduled ? " of makespan" : "")
        + (proven == $0 ? ", as proven here" : "")
    }
  }

  private func ratio(_ row: Row) -> Double? {
    guard let price = price(row), let best else { return nil }
    return price == best ? 1 : Double(price) / Double(best)
  }

  private var table: Table {
    let digits = DigitGrouping.narrow
    var columns: [Table.Column] = [.init("order", .text)]
    var cells = shown.map { [$0.name] }
    func add(_ heading: String, _ cell: (Row) -> String) {
      columns.append(.init(heading))
      for (place, row) in shown.enumerated() { cells[place].append(cell(row)) }
    }
    add(isScheduled ? "makespan" : isTimed ? "predicted" : "fma") { row in
      price(row).map { isTimed ? Format.nanoseconds($0) : digits.cell($0) }
        ?? "–"
    }
    if isTimed, !isScheduled {
      add("measured") { $0.measured.map(Format.seconds) ?? "" }
    }
    add("× best") { ratio($0).map(digits.ratio) ?? "–" }
    let work = columns.count
    if isScheduled || isTimed {
      add("fma") { $0.fma.map(digits.cell) ?? "–" }
    }
    let planned = columns.count
    add("planned in") { $0.seconds.map(Format.seconds) ?? "" }
    columns.append(.init("remark", .text))
    for (place, row) in shown.enumerated() { cells[place].append(row.remark) }
    var table = Table(title: "Orders", columns: columns, rows: cells)
    table.sacrifices =
      (work < planned ? [.column(work)] : []) + [.column(planned)]
    return table
  }

  private var isScheduled: Bool { objective.isScheduled }

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
}

extension Comparison: Tabular {
  package var document: Document {
    Document(
      title: problem.name, subtitle: problem.subtitle,
      blocks: [.table(table)] + notes.map(Block.paragraph))
  }

  package var json: JSONValue {
    .object([
      "format": .string("jacobian-chain-comparison/1"),
      "problem": .object([
        "name": .string(problem.name),
        "factors": .number(problem.factors.count),
      ]),
      "objective": .string(objective.name),
      "unit": .string(objective.rate.unit.rawValue),
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
