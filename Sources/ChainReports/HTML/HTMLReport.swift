import JacobianChain

/// The report for a browser: one file without scripts or network, light and
/// dark, on paper and on a telephone.
struct HTMLReport {
  /// Longer names are cut; a report stays small whatever the problem.
  static let nameWidth = 48
  /// Longer orders are cut.
  private static let orderWidth = 2000
  private static let targetLimit = 20

  let report: Report
  let digits = DigitGrouping.narrow

  init(_ report: Report) { self.report = report }

  /// The whole document.
  var document: String {
    let name = report.solved.problem.name.printable.fitted(to: 120).escaped
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <title>\(name)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(name)</h1>
      <p class="quiet">\(report.subtitle.escaped)</p>
      \(summary)\(order)\(bars)\(schedule)\(drawing)\(stepTable)\
      \(measurements)\
      </body>
      </html>

      """
  }

  // MARK: What was chosen

  private var summary: String {
    let kind = report.solved.isProven ? "badge" : "badge open"
    var text = """
      <p class="verdict">\(report.verdict.escaped)</p>
      <p><span class="\(kind)">\(report.status)</span>
      <span class="quiet">\(report.solverLine.escaped)</span></p>

      """
    if !report.solved.isProven { text += quiet(report.proof) }
    if let bound = report.bound(digits) { text += quiet(bound) }
    if !report.reason.isEmpty { text += quiet(report.reason) }
    if let memory = report.memoryLine { text += quiet(memory) }
    if let machines = report.machinesLine(digits) { text += quiet(machines) }
    if let gain = report.speedUpLine(digits) { text += quiet(gain) }
    if let aside = report.aside(digits) { text += quiet(aside) }
    text += "<div class=\"cards\">\n"
    text += priceCards
    for baseline in Baseline.all(for: report.solved.problem) {
      text += card(
        report.solved.saving(over: baseline).map { "\(digits.ratio($0))×" }
          ?? "–",
        report.solved.baselines?[baseline] == nil
          ? "\(baseline.label): \(report.absence)"
          : "against \(baseline.phrase)")
    }
    return text + "</div>\n"
  }

  private var priceCards: String {
    let work = digits.cell(report.solved.plan.fma)
    if report.isTimed {
      return card(Format.nanoseconds(report.solved.price), "predicted")
        + card(work, "fma, \(Format.flop(report.flop))")
    }
    guard report.solved.scheduled != nil else {
      return card(work, "fma, \(Format.flop(report.flop))")
    }
    return card(digits.cell(report.solved.price), "fma of makespan")
      + card(work, "fma of work, \(Format.flop(report.flop))")
      + card(
        report.solved.speedUp.map { "\(digits.ratio($0))×" } ?? "–",
        "against one machine")
  }

  func quiet(_ sentence: String) -> String {
    "<p class=\"quiet\">\(sentence.escaped)</p>\n"
  }

  private func card(_ number: String, _ caption: String) -> String {
    "<div class=\"card\"><b>\(number.escaped)</b>"
      + "<span>\(caption.escaped)</span></div>\n"
  }

  private var order: String {
    let orders = report.orders(limit: Self.targetLimit)
    let lines = orders.map {
      $0.text.printable.fitted(to: Self.orderWidth).escaped.breakable
    }
    let title = lines.count == 1 ? "Order" : "Orders"
    return "<h2>\(title)</h2>\n<pre>\(lines.joined(separator: "\n"))</pre>\n"
      + (report.notation(of: orders).map { quiet($0 + ".") }
        ?? "")
  }

  // MARK: What it saves

  private var bars: String {
    let rows = report.priceRows
    let largest = rows.compactMap(\.price).max() ?? 0
    let title =
      report.isTimed
      ? "Predicted seconds"
      : report.solved.scheduled == nil ? "Price, fma," : "Makespan, fma,"
    var text = "<h2>\(title) and \(report.ratioLabel)</h2>\n"
    text += "<div class=\"bars\">\n"
    for row in rows {
      let share =
        largest == 0 ? 0 : Double(row.price ?? 0) / Double(largest) * 100
      let bar =
        share > 0
        ? "<div class=\"fill\(row.isOwn ? " own" : "")\" style=\"width:"
          + "\(Format.fixed(share, 2))%\"></div>" : ""
      text += """
        <div>\(row.label)</div>\
        <div class="number">\(row.price.map { report.cell($0, digits) } ?? report.absence)</div>\
        <div class="number">\(row.ratio.map(digits.ratio) ?? "–")</div>\
        <div class="track">\(bar)</div>

        """
    }
    text += "</div>\n"
    return text + (report.baselineNote.map { quiet("Baselines: \($0).") } ?? "")
  }
}
