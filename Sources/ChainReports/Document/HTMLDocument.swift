/// A document for a browser: one file without scripts or network, light and
/// dark, on paper and on a telephone.
struct HTMLDocument {
  let document: Document

  /// The whole document.
  var text: String {
    let title = document.title.printable.fitted(to: 120).escaped
    let subtitle =
      document.subtitle.isEmpty ? "" : quiet(document.subtitle)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width,initial-scale=1">
      <title>\(title)</title>
      <style>
      \(styles.joined(separator: "\n"))
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      \(subtitle)\(contents)\(body)\
      </body>
      </html>

      """
  }

  /// Those of all drawings, each once.
  private var styles: [String] {
    var styles = [PageStyle.text]
    for case .figure(let figure) in document.blocks {
      let own = figure.drawing?.styles ?? []
      styles += own.filter { !styles.contains($0) }
    }
    return styles + [PageStyle.paper]
  }

  /// Links to the sections of a page.
  private var contents: String {
    let titles = document.blocks.compactMap { block in
      if case .section(let title) = block { title } else { nil }
    }
    guard !titles.isEmpty else { return "" }
    let links = titles.enumerated().map {
      "<a href=\"#section-\($0 + 1)\">\($1.escaped)</a>"
    }
    return "<nav aria-label=\"Sections\">\(links.joined(separator: "\n"))"
      + "</nav>\n"
  }

  private var body: String {
    var text = ""
    var (section, figure) = (0, 0)
    for block in document.blocks {
      if case .section = block { section += 1 }
      if case .figure = block { figure += 1 }
      text += markup(block, section, figure)
    }
    return text
  }

  private func markup(_ block: Block, _ section: Int, _ figure: Int) -> String {
    switch block {
    case .section(let title):
      "<h2 class=\"section\" id=\"section-\(section)\">\(title.escaped)</h2>\n"
    case .heading(let title): "<h3>\(title.escaped)</h3>\n"
    case .paragraph(let text): "<p>\(text.escaped)</p>\n"
    case .finding(let finding): markup(finding)
    case .facts(let facts): markup(facts)
    case .notice(let text, let label):
      label.isEmpty
        ? "<p class=\"notice\"><b>\(text.escaped)</b></p>\n"
        : "<p class=\"notice\"><b>\(label.escaped):</b> \(text.escaped)</p>\n"
    case .list(let items):
      "<ul>\n" + items.map { "<li>\($0.escaped)</li>\n" }.joined() + "</ul>\n"
    case .cards(let cards): markup(cards)
    case .table(let table): table.html
    case .figure(let drawn): markup(drawn, number: figure)
    }
  }

  private func quiet(_ text: String) -> String {
    "<p class=\"quiet\">\(text.escaped)</p>\n"
  }

  private func markup(_ finding: Finding) -> String {
    let badge = finding.badge.isGood ? "badge" : "badge open"
    let lines = finding.lines.map {
      $0.printable.fitted(to: 2000).escaped.breakable
    }
    return """
      <p class="verdict">\(finding.verdict.escaped) \
      <span class="\(badge)">\(finding.badge.text.escaped)</span></p>
      <pre>\(lines.joined(separator: "\n"))</pre>

      """ + (finding.notation.isEmpty ? "" : quiet(finding.notation + "."))
        + markup(finding.cards) + markup(finding.facts)
  }

  private func markup(_ cards: [Card]) -> String {
    let cards = cards.map {
      "<div class=\"card\"><b>\($0.figure.escaped)</b>"
        + "<span>\($0.caption.escaped)</span></div>\n"
    }
    return "<div class=\"cards\">\n\(cards.joined())</div>\n"
  }

  private func markup(_ facts: [Fact]) -> String {
    let items = facts.map { fact in
      (fact.label.isEmpty ? "" : "<dt>\(fact.label.escaped)</dt>")
        + "<dd>\(fact.text.escaped.breakable)</dd>\n"
    }
    return "<dl>\n\(items.joined())</dl>\n"
  }

  private func markup(_ figure: Figure, number: Int) -> String {
    let drawing =
      figure.drawing.map { $0.markup(id: "figure-\(number)", of: figure) }
      ?? ""
    let title =
      document.kind == .page
      ? "<p class=\"title\"><b>Figure \(number).</b> \(figure.title.escaped)</p>"
      : "<h2>\(figure.title.escaped)</h2>"
    return """
      <figure id="figure-\(number)">
      \(title)
      \(drawing)<figcaption>\(figure.caption.escaped)</figcaption>
      </figure>

      """
  }
}

extension Table {
  /// So many columns at most are legible on a sheet that is higher than wide.
  private static let upright = 9

  /// The table in HTML; what doesn't fit beside itself can be scrolled, and a
  /// telephone does without the column that can be missed most.
  fileprivate var html: String {
    let size = columns.count > Self.upright ? " lying" : ""
    let heading =
      switch place {
      case .inline: ""
      case .titled, .folded: "<h2>\(title.escaped)</h2>\n"
      }
    return """
      \(heading)<div class="scroll\(size)" role="region" tabindex="0" \
      aria-label="\(title.escaped)">
      <table\(bars == nil ? "" : " class=\"bars\"")>
      <thead>
      \(head)</thead>
      <tbody>
      \(rows.indices.map(row).joined())\(omission(before: rows.count))</tbody>
      </table>
      </div>

      """
  }

  private var head: String {
    let cells = columns.enumerated().map { index, column in
      let long = column.heading.count > 16 ? " long" : ""
      return
        "<th scope=\"col\" class=\"\(style(index, column.heading))\(long)\">"
        + "\(column.heading.escaped.breakable)</th>"
    }
    return "<tr>\(cells.joined())\(bars == nil ? "" : "<th></th>")</tr>\n"
  }

  /// A name may take several lines, a number may not, and the text that a row
  /// begins with only where there is little room.
  private func style(_ index: Int, _ text: String) -> String {
    let style =
      switch columns[index].alignment {
      case .number: "number"
      case .name: "name"
      case .text: text.count > 26 ? "name" : "text"
      case .sign: text.count > 26 ? "name" : "sign"
      }
    return index == spare ? "\(style) spare" : style
  }

  /// The column that a narrow terminal gives up first.
  private var spare: Int? {
    sacrifices.lazy.compactMap {
      if case .column(let index) = $0 { index } else { nil }
    }.first
  }

  private func row(_ index: Int) -> String {
    var cells = columns.indices.map { column in
      let text = self.text(rows[index][column], columns[column])
      return
        "<td class=\"\(style(column, text))\">\(text.escaped.breakable)</td>"
    }
    if let bars {
      let share = bars.shares[index] * 100
      cells.append(
        "<td class=\"bar\">"
          + (share > 0
            ? "<div style=\"width:\(Format.fixed(share, 2))%\"></div>" : "")
          + "</td>")
    }
    let mark = index == own ? " class=\"own\"" : ""
    return omission(before: index) + "<tr\(mark)>\(cells.joined())</tr>\n"
  }

  private func omission(before index: Int) -> String {
    guard let omission, omission.before == index else { return "" }
    let span = columns.count - 1 + (bars == nil ? 0 : 1)
    return "<tr><td class=\"\(style(0, ""))\">⋮</td>"
      + "<td colspan=\"\(span)\">\(omission.text.escaped)</td></tr>\n"
  }
}
