import JacobianChain

/// The report for a terminal: at most 80 columns whatever the names.
struct TextReport {
  /// No line is wider.
  static let width = 80
  /// Longer plans show their first and last steps.
  static let stepLimit = 24
  /// More targets than this are counted, not listed.
  private static let targetLimit = 8
  /// More values used twice than this are counted, not listed.
  private static let sharedLimit = 8

  let report: Report

  init(_ report: Report) { self.report = report }

  /// The whole document.
  var document: String {
    let parts = [
      [title], facts, baselines + baselineNote,
      TextDendrogram(report)?.lines ?? [],
      TextSteps(report).lines, report.run.map(measurements) ?? [],
    ]
    return parts.filter { !$0.isEmpty }
      .map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private var title: String {
    let details = " · " + report.subtitle
    let room = Self.width - details.columns
    return report.problem.name.printable.fitted(to: room) + details
  }

  // MARK: What was chosen

  private var facts: [String] {
    let digits = DigitGrouping.plain
    var lines = order
    lines += fact("", report.verdict)
    lines += fact(
      "cost",
      "\(digits.grouped(report.optimum.fma)) fma · "
        + Format.flop(report.flop))
    lines += fact("proof", report.proof)
    if let bound = report.bound(digits) { lines += fact("", bound) }
    lines += shared
    lines += fact("solver", report.solverLine)
    if !report.reason.isEmpty { lines += fact("", report.reason.printable) }
    return lines
  }

  private var order: [String] {
    let targets = report.problem.targets
    if targets.count == 1 { return fact("order", report.order(), lines: 4) }
    var lines: [String] = []
    for target in targets.indices.prefix(Self.targetLimit) {
      lines += fact(
        lines.isEmpty ? "orders" : "", report.order(ofTarget: target), lines: 2)
    }
    if targets.count > Self.targetLimit {
      lines += fact(
        "",
        "… and "
          + counted(targets.count - Self.targetLimit, "more Jacobian"))
    }
    return lines
  }

  private var shared: [String] {
    let phrases = SharedValues(report)
      .phrases(limit: Self.sharedLimit, nameWidth: 24)
    return phrases.isEmpty
      ? [] : fact("shared", phrases.joined(separator: ", "))
  }

  /// A label and a text that continues below itself.
  private func fact(
    _ label: String, _ text: String, lines limit: Int = .max
  ) -> [String] {
    let indent = 12
    var lines = text.printable.wrapped(to: Self.width - indent)
    if lines.count > limit {
      lines.removeSubrange(limit...)
      lines[limit - 1] =
        (lines[limit - 1] + "  …").fitted(to: Self.width - indent)
    }
    return lines.enumerated().map { index, line in
      "  " + (index == 0 ? label : "").padded(to: indent - 2) + line
    }
  }

  // MARK: What it saves

  private var baselines: [String] {
    let digits = DigitGrouping.plain
    var rows: [(label: String, fma: UInt128?, ratio: String)] = []
    for baseline in Baseline.allCases {
      rows.append(
        (
          baseline.label, report.plan(of: baseline)?.fma,
          report.saving(over: baseline).map(digits.ratio) ?? ""
        ))
    }
    rows.append((report.planLabel, report.optimum.fma, digits.ratio(1)))
    let largest = rows.compactMap(\.fma).max() ?? 0
    let cells = rows.map { $0.fma.map(digits.cell) ?? "–" }
    let fmaWidth = max(8, cells.map(\.columns).max() ?? 0)
    let ratioWidth = report.ratioLabel.columns
    let left = 14 + fmaWidth + 2 + ratioWidth + 3
    let head =
      "  " + "".padded(to: 12) + "fma".aligned(to: fmaWidth) + "  "
      + report.ratioLabel
    return [head]
      + zip(rows, cells).map { row, cell in
        let start = "  " + row.label.padded(to: 12)
        guard let fma = row.fma else {
          return start + "–".aligned(to: fmaWidth)
            + "  not possible under these limits and modes"
        }
        let line =
          start + cell.aligned(to: fmaWidth) + "  "
          + row.ratio.aligned(to: ratioWidth)
        let bar = Bar(fma, of: largest, width: min(36, Self.width - left))
        return bar.text.isEmpty ? line : line + "   " + bar.text
      }
  }

  private var baselineNote: [String] {
    report.baselineNote.map { [""] + fact("", $0) } ?? []
  }

  // MARK: What was measured

  private func measurements(_ run: RunRecord) -> [String] {
    let digits = DigitGrouping.plain
    var table = [
      ["measured", "time", "× plan", "counted fma", "peak", "counted"]
    ]
    for row in report.measuredRows(run) {
      table.append([
        row.label, Format.seconds(row.measured.seconds),
        digits.ratio(row.ratio), digits.cell(row.measured.countedFMA),
        Format.bytes(Double(row.measured.peakBytes)), row.agreement.note,
      ])
    }
    table[0][5] = ""
    let widths = table[0].indices.map { column in
      table.map { $0[column].columns }.max() ?? 0
    }
    var lines = table.map { cells in
      var line = "  " + cells[0].padded(to: max(10, widths[0]))
      for column in 1...4 {
        line += "  " + cells[column].aligned(to: widths[column])
      }
      return cells[5].isEmpty ? line : line + "  " + cells[5]
    }
    lines.append("")
    for alarm in report.alarms(run) { lines += fact("!!!", alarm) }
    let error = Format.scientific(run.verification.maxRelativeError)
    lines += fact(
      "verified",
      "largest relative error \(error) against \(run.verification.method)")
    lines += fact("", report.circumstances(run))
    return lines
  }
}
