import JacobianChain

/// The step table: what is computed, how, and what it costs.
struct TextSteps {
  private let report: Report
  private let steps: StepList
  private let width: Int

  init(_ report: Report, width: Int) {
    (self.report, self.width) = (report, width)
    steps = StepList(report)
  }

  /// What the table shows besides product, shape and price; given up from the
  /// last to the first when names need the room.
  private struct Layout {
    var longAction: Bool
    var action: Bool
    var structure: Bool
    var shape: Bool
  }

  private static let layouts = [
    Layout(longAction: true, action: true, structure: true, shape: true),
    Layout(longAction: false, action: true, structure: true, shape: true),
    Layout(longAction: false, action: true, structure: false, shape: true),
    Layout(longAction: false, action: true, structure: false, shape: false),
    Layout(longAction: false, action: false, structure: false, shape: false),
  ]

  /// Heading, rows, and a line for those that are left out; empty when there
  /// is nothing to compute.
  var lines: [String] {
    let (head, omitted, tail) = steps.excerpt(TextReport.stepLimit)
    let rows = head + tail
    guard !rows.isEmpty else { return [] }
    let most = 32 + max(0, width - TextReport.width)
    let needed = rows.map { $0.product.fitted(to: most).columns }.max() ?? 0
    var table = columns(rows, Self.layouts[0])
    for layout in Self.layouts {
      table = columns(rows, layout)
      if room(table) >= min(needed, 22) { break }
    }
    let nameWidth = max(7, min(needed, room(table)))
    let numberWidth = max(4, "\(steps.ids.count)".count)
    var result: [String] = []
    let used = 2 + numberWidth + 2 + nameWidth + Self.width(table)
    let barRoom = min(12, width - used - 2)
    for index in 0...rows.count {
      let isHead = index == 0
      if index == head.count + 1, omitted > 0 {
        result.append(gap(omitted, head, tail, numberWidth))
      }
      var line =
        "  "
        + (isHead ? "step" : "\(rows[index - 1].number)")
        .aligned(to: numberWidth) + "  "
        + (isHead ? "product" : rows[index - 1].product.fitted(to: nameWidth))
        .padded(to: nameWidth)
      for column in table {
        let cell = column.cells[index]
        let width = column.width
        line +=
          "  "
          + (column.isNumber ? cell.aligned(to: width) : cell.padded(to: width))
      }
      if !isHead, barRoom >= 6 {
        let row = rows[index - 1]
        line +=
          "  " + Bar(row.fma, of: report.solved.plan.fma, width: barRoom).text
      }
      while line.hasSuffix(" ") { line.removeLast() }
      result.append(line)
    }
    if omitted > 0, tail.isEmpty {
      result.append(gap(omitted, head, tail, numberWidth))
    }
    return result
  }

  private func gap(
    _ omitted: Int, _ head: [StepList.Row], _ tail: [StepList.Row],
    _ numberWidth: Int
  ) -> String {
    let shown = (head + tail).reduce(0) { $0 + $1.fma }
    let rest = report.solved.plan.fma - shown
    let text =
      "\(DigitGrouping.plain.grouped(omitted)) steps left out, "
      + "\(DigitGrouping.plain.cell(rest)) fma, "
      + "\(Format.percent(report.share(of: rest)))"
    return "  " + "⋮".aligned(to: numberWidth) + "  " + text
  }

  // MARK: Columns

  private struct Column {
    var cells: [String]
    var isNumber: Bool
    var width: Int { cells.map(\.columns).max() ?? 0 }
  }

  private func columns(
    _ rows: [StepList.Row], _ layout: Layout
  ) -> [Column] {
    var table: [Column] = []
    func add(
      _ title: String, _ isNumber: Bool, _ cell: (StepList.Row) -> String
    ) {
      table.append(Column(cells: [title] + rows.map(cell), isNumber: isNumber))
    }
    if layout.shape {
      let rowWidth = rows.map { "\($0.pattern.rows)".count }.max() ?? 0
      add("shape", false) {
        "\($0.pattern.rows)".aligned(to: rowWidth) + " × \($0.pattern.columns)"
      }
    }
    if layout.structure, rows.contains(where: { !$0.pattern.isDense }) {
      add("structure", false) { $0.pattern.structure.name }
    }
    if layout.action, rows.contains(where: \.isEvaluation) {
      add("how", false) { layout.longAction ? $0.action.long : $0.action.short }
    }
    add("fma", true) { DigitGrouping.plain.cell($0.fma) }
    add("share", true) { Format.percent($0.share) }
    return table
  }

  private static func width(_ table: [Column]) -> Int {
    table.reduce(0) { $0 + 2 + $1.width }
  }

  private func room(_ table: [Column]) -> Int {
    width - 2 - max(4, "\(steps.ids.count)".count) - 2 - Self.width(table)
  }
}
