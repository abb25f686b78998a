import JacobianChain

extension HTMLReport {
  /// Longer plans show their first and last steps.
  private static let stepLimit = 60

  /// One cell: its class and its text, not yet escaped.
  private struct Cell {
    var style = ""
    var text: String

    func markup(_ tag: String) -> String {
      let attribute = style.isEmpty ? "" : " class=\"\(style)\""
      return "<\(tag)\(attribute)>\(text.escaped.breakable)</\(tag)>"
    }
  }

  private func number(_ text: String) -> Cell {
    Cell(style: "number", text: text)
  }

  private func table(_ head: [Cell], _ rows: [[Cell]]) -> String {
    let lines =
      ([head.map { $0.markup("th") }]
      + rows.map { $0.map { $0.markup("td") } })
      .map { "<tr>\($0.joined())</tr>\n" }
    return "<div class=\"scroll\"><table>\n\(lines.joined())</table></div>\n"
  }

  /// The steps that do something; empty when there are none.
  var stepTable: String {
    let list = StepList(report)
    let (head, omitted, tail) = list.excerpt(Self.stepLimit)
    guard !head.isEmpty else { return "" }
    // A column that says the same of every row says nothing.
    let shown = head + tail
    let structures = shown.contains { !$0.pattern.isDense }
    let actions = shown.contains(where: \.isEvaluation)
    func cells(_ row: StepList.Row) -> [Cell] {
      var cells = [
        number("\(row.number)"),
        Cell(style: "name", text: row.product.fitted(to: Self.nameWidth)),
        Cell(text: row.pattern.shape),
      ]
      if structures { cells.append(Cell(text: row.pattern.structure.name)) }
      if actions { cells.append(Cell(text: row.action.long)) }
      return cells + [
        number(digits.cell(row.fma)), number(Format.percent(row.share)),
      ]
    }
    var rows = head.map(cells)
    if omitted > 0 {
      rows.append([
        number("⋮"),
        Cell(style: "name", text: "\(digits.grouped(omitted)) steps left out"),
      ])
    }
    rows += tail.map(cells)
    var titles = [number("step"), Cell(text: "product"), Cell(text: "shape")]
    if structures { titles.append(Cell(text: "structure")) }
    if actions { titles.append(Cell(text: "how")) }
    titles += [number("fma"), number("share")]
    return "<h2>\(counted(list.ids.count, "step"))</h2>\n" + table(titles, rows)
  }

  /// What was measured; empty when nothing was executed.
  var measurements: String {
    guard let run = report.run else { return "" }
    let rows = report.measuredRows(run).map { row in
      [
        Cell(text: row.label), number(Format.seconds(row.measured.seconds)),
        number(digits.ratio(row.ratio)),
        number(digits.cell(row.measured.countedFMA)),
        Cell(text: row.agreement.note),
        number(Format.bytes(Double(row.measured.peakBytes))),
      ]
    }
    let titles = [
      Cell(text: ""), number("time"), number("× plan"), number("counted fma"),
      Cell(text: ""), number("peak"),
    ]
    let alarms = report.alarms(run).map {
      "<p class=\"alarm\">\($0.escaped)</p>\n"
    }
    let notes =
      report.comparison(run).details.capitalizedStart
      + "; \(report.circumstances(run))"
    return "<h2>Measured</h2>\n" + alarms.joined() + table(titles, rows)
      + (report.omissions(run).map { quiet("Not run: \($0).") } ?? "")
      + quiet(notes)
  }
}
