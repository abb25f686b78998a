import JacobianChain

/// The report for a terminal: no line is wider than that, whatever the names.
struct TextReport {
  /// Of a terminal about which nothing is known.
  static let width = 80
  /// Longer plans show their first and last steps.
  static let stepLimit = 24
  /// More targets than this are counted, not listed.
  private static let targetLimit = 8
  /// More values used twice than this are counted, not listed.
  private static let sharedLimit = 8

  let report: Report
  /// No line is wider.
  let width: Int
  private let ink: Ink

  init(
    _ report: Report, width: Int = Self.width, isColoured: Bool = false
  ) {
    (self.report, self.width) = (report, width)
    ink = Ink(isColoured: isColoured)
  }

  /// The whole document.
  var document: String {
    let parts = [
      title, facts, baselines + baselineNote,
      TextGantt(report, width: width)?.lines ?? [],
      TextDendrogram(report, width: width)?.lines ?? [],
      headed(TextSteps(report, width: width).lines),
      report.run.map(measurements) ?? [],
    ]
    return parts.filter { !$0.isEmpty }
      .map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private var title: [String] {
    let name = report.solved.problem.name.printable
    let details = " · " + report.subtitle
    let room = width - details.columns
    if room >= min(12, name.columns) {
      return [ink(name.fitted(to: room), .title) + details]
    }
    return [ink(name.fitted(to: width), .title)]
      + report.subtitle.wrapped(to: width)
  }

  /// A table whose first line is its heading.
  private func headed(_ lines: [String]) -> [String] {
    lines.enumerated().map { $0 == 0 ? ink($1, .quiet) : $1 }
  }

  // MARK: What was chosen

  private var facts: [String] {
    let digits = DigitGrouping.plain
    var lines = orders
    lines += fact("cost", report.cost(digits))
    if let memory = report.memoryLine { lines += fact("memory", memory) }
    if let machines = report.machinesLine(digits) {
      lines += fact("machines", machines)
    }
    if let gain = report.speedUpLine(digits) { lines += fact("speed-up", gain) }
    if let aside = report.aside(digits) { lines += fact("machines", aside) }
    let certainty = report.solved.isProven ? Ink.Role.good : .open
    lines += fact("proof", report.proof, certainty)
    if let bound = report.bound(digits) { lines += fact("", bound) }
    lines += shared
    lines += fact(report.solverLabel, report.solverLine)
    if !report.reason.isEmpty { lines += fact("", report.reason.printable) }
    if let profile = report.profileLine {
      lines += fact("profile", profile.printable)
    }
    return lines
  }

  private var orders: [String] {
    let orders = report.orders(limit: Self.targetLimit)
    let isOne = orders.count == 1
    return orders.enumerated().flatMap { place, order in
      fact(
        place > 0 ? "" : isOne ? "order" : "orders", order.text, .title,
        lines: isOne ? max(4, width / 10) : 2)
    }
      + fact("", report.verdict)
      + (report.notation(of: orders).map { fact("", $0, .quiet) } ?? [])
  }

  private var shared: [String] {
    let phrases = SharedValues(report)
      .phrases(limit: Self.sharedLimit, nameWidth: 24)
    return phrases.isEmpty
      ? [] : fact("shared", phrases.joined(separator: ", "))
  }

  /// A label and a text that continues below itself.
  private func fact(
    _ label: String, _ text: String, _ role: Ink.Role? = nil,
    lines limit: Int = .max
  ) -> [String] {
    let indent = 12
    var lines = text.printable.wrapped(to: width - indent)
    if lines.count > limit {
      lines.removeSubrange(limit...)
      lines[limit - 1] =
        (lines[limit - 1] + "  …").fitted(to: width - indent)
    }
    return lines.enumerated().map { index, line in
      let start = index == 0 ? ink(label, .quiet) : ""
      let gap = indent - 2 - (index == 0 ? label.columns : 0)
      return "  " + start + String(repeating: " ", count: gap)
        + (role.map { ink(line, $0) } ?? line)
    }
  }

  // MARK: What it saves

  private var baselines: [String] {
    let digits = DigitGrouping.plain
    let rows = report.priceRows
    let largest = rows.compactMap(\.price).max() ?? 0
    let prices = rows.map { row in
      row.price.map { report.cell($0, digits) } ?? "–"
    }
    var work =
      report.showsWork
      ? rows.map { $0.work.map(digits.cell) ?? "–" } : nil
    let priceWidth = max(8, prices.map(\.columns).max() ?? 0)
    let workWidth = max(4, work?.map(\.columns).max() ?? 0)
    let ratioWidth = report.ratioLabel.columns
    var head =
      "  " + "".padded(to: 12) + report.priceLabel.aligned(to: priceWidth)
      + "  " + report.ratioLabel
    if head.columns + 2 + workWidth > width { work = nil }
    if work != nil { head += "  " + "work".aligned(to: workWidth) }
    let room = min(
      36 + max(0, width - Self.width) / 2, width - head.columns - 3)
    return [ink(head, .quiet)]
      + rows.indices.map { index in
        let row = rows[index]
        let start = "  " + row.label.padded(to: 12)
        guard let price = row.price else {
          return start + "–".aligned(to: priceWidth)
            + "  \(report.absence)"
            + (report.solved.baselines?.isForbidden ?? false
              ? " under these limits and modes" : "")
        }
        var line =
          start + prices[index].aligned(to: priceWidth) + "  "
          + (row.ratio.map(digits.ratio) ?? "").aligned(to: ratioWidth)
        if let work { line += "  " + work[index].aligned(to: workWidth) }
        let bar = room < 6 ? "" : Bar(price, of: largest, width: room).text
        if !bar.isEmpty { line += "   " + bar }
        return row.isOwn ? ink(line, .own) : line
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
    // What a narrow terminal goes without, the last first.
    var shown = Set(1...5)
    for column in [4, 5, 2]
    where shown.reduce(2 + max(10, widths[0]), { $0 + 2 + widths[$1] }) > width
    {
      shown.remove(column)
    }
    var lines = table.map { cells in
      var line = "  " + cells[0].padded(to: max(10, widths[0]))
      for column in 1...4 where shown.contains(column) {
        line += "  " + cells[column].aligned(to: widths[column])
      }
      return cells[5].isEmpty || !shown.contains(5)
        ? line : line + "  " + cells[5]
    }
    lines = headed(lines) + [""]
    for alarm in report.alarms(run) { lines += fact("!!!", alarm, .alarm) }
    if let omissions = report.omissions(run) {
      lines += fact("not run", omissions)
    }
    let comparison = report.comparison(run)
    lines += fact(
      comparison.verdict, comparison.details,
      run.verification.verdict == .verified ? .good : .open)
    lines += fact("", report.circumstances(run))
    return lines
  }
}
