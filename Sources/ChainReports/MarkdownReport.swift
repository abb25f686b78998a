import JacobianChain

/// The report as somebody pastes it into an issue or a pull request.
struct MarkdownReport {
  /// Longer plans show their first and last steps.
  private static let stepLimit = 40
  private static let nameWidth = 60
  private static let targetLimit = 20
  private static let sharedLimit = 12

  private let report: Report
  private let digits = DigitGrouping.narrow

  init(_ report: Report) { self.report = report }

  /// The whole document.
  var document: String {
    var parts = [
      "### \(name) — \(report.subtitle)", summary, baselines, order,
    ]
    parts += [schedule, shared, steps]
    if let run = report.run { parts.append(measurements(run)) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var name: String {
    report.solved.problem.name.printable.fitted(to: Self.nameWidth).markdown
  }

  private var summary: String {
    var facts = [
      "**\(report.verdict)**",
      "\(report.cost(digits)), \(report.proof)",
    ]
    facts += [
      report.memoryLine, report.machinesLine(digits),
      report.speedUpLine(digits),
    ]
    .compactMap { $0 }
    if let aside = report.aside(digits) { facts.append(aside) }
    if let bound = report.bound(digits) { facts.append(bound) }
    facts.append(report.solverLine.printable.markdown)
    if !report.reason.isEmpty {
      facts.append(report.reason.printable.markdown)
    }
    if let profile = report.profileLine {
      facts.append("profile: \(profile.printable.markdown)")
    }
    return facts.joined(separator: "  \n")
  }

  private var baselines: String {
    let rows = report.priceRows.map { row in
      let stars = row.isOwn ? "**" : ""
      let price = row.price.map {
        "\(stars)\(report.exact($0, digits))\(stars)"
      }
      return [
        "\(stars)\(row.label)\(stars)", price ?? report.absence,
        row.ratio.map(digits.ratio) ?? "–",
      ] + (report.showsWork ? [row.work.map(digits.grouped) ?? "–"] : [])
    }
    let prices = table(
      [("", true), (report.priceLabel, false), (report.ratioLabel, false)]
        + (report.showsWork ? [("work", false)] : []), rows)
    return report.baselineNote.map { "\(prices)\n\n_Baselines: \($0)._" }
      ?? prices
  }

  /// The drawing of the terminal; steps have their numbers there, no names.
  private var schedule: String {
    guard let gantt = TextGantt(report) else { return "" }
    return (["```"] + gantt.lines + ["```"]).joined(separator: "\n")
  }

  /// Code, in a fence that no name can close.
  private var order: String {
    let orders = report.orders(limit: Self.targetLimit)
    let lines = orders.map { $0.text.printable.fitted(to: 2000) }
    var fence = "```"
    while lines.contains(where: { $0.contains(fence) }) { fence += "`" }
    let code = ([fence] + lines + [fence]).joined(separator: "\n")
    return report.notation(of: orders)
      .map { "\(code)\n\n_\($0.markdown)._" } ?? code
  }

  private var shared: String {
    let phrases = SharedValues(report)
      .phrases(limit: Self.sharedLimit, nameWidth: Self.nameWidth)
    guard !phrases.isEmpty else { return "" }
    return "Used more than once: \(phrases.joined(separator: ", ").markdown)."
  }

  private var steps: String {
    let list = StepList(report)
    let (head, omitted, tail) = list.excerpt(Self.stepLimit)
    guard !head.isEmpty else { return "" }
    func cells(_ row: StepList.Row) -> [String] {
      [
        "\(row.number)", row.product.fitted(to: Self.nameWidth).markdown,
        row.pattern.shape, row.pattern.structure.name, row.action.long,
        digits.grouped(row.fma), Format.percent(row.share).markdown,
      ]
    }
    var rows = head.map(cells)
    if omitted > 0 {
      rows.append(
        ["…", "\(digits.grouped(omitted)) steps left out", "", "", "", "", ""])
    }
    rows += tail.map(cells)
    let steps = table(
      [
        ("step", false), ("product", true), ("shape", true),
        ("structure", true), ("how", true), ("fma", false), ("share", false),
      ], rows)
    return "<details><summary>\(counted(list.ids.count, "step"))</summary>\n\n"
      + "\(steps)\n\n</details>"
  }

  private func measurements(_ run: RunRecord) -> String {
    let rows = report.measuredRows(run).map { row in
      [
        row.label, Format.seconds(row.measured.seconds),
        digits.ratio(row.ratio),
        "\(digits.grouped(row.measured.countedFMA)) \(row.agreement.note)",
        Format.bytes(Double(row.measured.peakBytes)),
      ]
    }
    let measured = table(
      [
        ("measured", true), ("time", false), ("× plan", false),
        ("counted fma", false), ("peak", false),
      ], rows)
    let notes =
      report.comparison(run).details.capitalizedStart.printable.markdown + "; "
      + report.circumstances(run) + "."
    let alarms = report.alarms(run).map { "> **\($0)**" }
    let omissions = report.omissions(run)
      .map { ["Not run: \($0.printable.markdown)."] }
    return ([measured] + alarms + (omissions ?? []) + [notes])
      .joined(separator: "\n\n")
  }

  private func table(
    _ columns: [(title: String, isText: Bool)], _ rows: [[String]]
  ) -> String {
    let head = [
      columns.map(\.title), columns.map { $0.isText ? ":--" : "--:" },
    ]
    return (head + rows)
      .map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}

extension String {
  /// With everything that Markdown could read as markup, a mention or a link
  /// as a character reference, which is only ever text.
  var markdown: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&", "<", ">", "|", "*", "_", "`", "[", "]", "\\", "#", "~", "@",
        "$", "!":
        result += "&#\(scalar.value);"
      default:
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
