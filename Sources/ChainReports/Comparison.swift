import ChainFormats
import JacobianChain

/// Every solver and every baseline on one problem, side by side.
public struct Comparison: Hashable, Sendable {
  private struct Row: Hashable, Sendable {
    var name: String
    var fma: UInt128?
    var seconds: Double?
    var remark: String
    var isProof = false
  }

  private let problem: Problem
  private let known: UInt128?
  private var rows: [Row] = []

  /// Starts with the baselines.
  ///
  /// - Parameter known: the published or proven optimum, when there is one.
  public init(problem: Problem, baselines: Baselines, known: UInt128?) {
    self.problem = problem
    self.known = known
    let plans = [
      ("forward", baselines.forward), ("reverse", baselines.reverse),
      ("best split", baselines.bestSplit),
    ]
    rows = plans.map { name, plan in
      Row(
        name: name, fma: plan?.fma,
        remark: plan == nil ? "not possible here" : "baseline")
    }
  }

  /// Adds the plan of a solver.
  public mutating func add(
    _ solver: String, _ plan: PricedPlan, _ solution: Solution,
    seconds: Double
  ) {
    let isProof = solution.stopReason == nil
    rows.append(
      Row(
        name: solver, fma: plan.fma, seconds: seconds,
        remark: isProof ? "optimal, proven" : "feasible, not proven",
        isProof: isProof))
  }

  /// Adds a solver that can't solve the problem, and why.
  public mutating func add(_ solver: String, unsupported why: String) {
    rows.append(Row(name: solver, fma: nil, remark: why.printable))
  }

  /// The optimum that a solver has proven.
  public var proven: UInt128? { rows.first(where: \.isProof)?.fma }

  /// Whether any solver found a plan.
  public var hasSolution: Bool { rows.contains { $0.seconds != nil } }

  private var best: UInt128? { rows.compactMap(\.fma).min() }

  /// The comparison in one of the table formats.
  public func rendered(as format: TableFormat) -> String {
    switch format {
    case .text:
      return "\(title.fitted(to: TextReport.width))\n\n"
        + table(.plain).text
        + (knownLine.map { "\n  \($0)\n" } ?? "")
    case .markdown:
      return "### \(title.markdown)\n\n" + table(.narrow).markdown
        + (knownLine.map { "\n\($0)\n" } ?? "")
    case .json:
      return json.serialized() + "\n"
    }
  }

  private var title: String {
    "\(problem.name.printable) · \(problem.subtitle)"
  }

  private var knownLine: String? {
    known.map {
      "known optimum: \(DigitGrouping.plain.grouped($0)) fma"
        + (proven == $0 ? ", as proven here" : "")
    }
  }

  private func ratio(_ row: Row) -> Double? {
    guard let fma = row.fma, let best else { return nil }
    return fma == best ? 1 : Double(fma) / Double(best)
  }

  private func table(_ digits: DigitGrouping) -> Table {
    Table(
      columns: [
        .init(heading: "order"), .init(heading: "fma", isNumber: true),
        .init(heading: "× best", isNumber: true),
        .init(heading: "planned in", isNumber: true),
        .init(heading: "remark"),
      ],
      rows: rows.map { row in
        [
          row.name, row.fma.map(digits.cell) ?? "–",
          ratio(row).map(digits.ratio) ?? "–",
          row.seconds.map(Format.seconds) ?? "", row.remark,
        ]
      })
  }

  private var json: JSONValue {
    .object([
      "format": .string("jacobian-chain-comparison/1"),
      "problem": .object([
        "name": .string(problem.name),
        "factors": .number(problem.factors.count),
      ]),
      "orders": .array(
        rows.map { row in
          .object([
            "name": .string(row.name),
            "fma": row.fma.map(JSONValue.wide) ?? .null,
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
