/// A document in Markdown. Drawings that have no form in letters are left to
/// pages; their sentences and the tables say the same.
struct MarkdownDocument {
  let document: Document

  /// The whole document.
  var text: String {
    let rank = document.kind == .page ? "#" : "###"
    let subtitle =
      document.subtitle.isEmpty ? "" : " — \(document.subtitle.markdown)"
    var parts = ["\(rank) \(document.title.markdown)\(subtitle)"]
    var figures = 0
    for block in document.blocks {
      if case .figure = block { figures += 1 }
      parts.append(text(block, figures))
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func text(_ block: Block, _ figures: Int) -> String {
    switch block {
    case .section(let title): "## \(title.markdown)"
    case .heading(let title): "### \(title.markdown)"
    case .paragraph(let text): text.markdown
    case .finding(let finding): text(finding)
    case .facts(let facts): text(facts)
    case .notice(let text, let label):
      label.isEmpty
        ? "> **\(text.markdown)**"
        : "> **\(label.markdown):** \(text.markdown)"
    case .list(let items):
      items.map { "* \($0.markdown)" }.joined(separator: "\n")
    case .cards(let cards):
      cards.map { "* **\($0.figure.markdown)** \($0.caption.markdown)" }
        .joined(separator: "\n")
    case .table(let table): table.markdown
    case .figure(let figure): text(figure, figures)
    }
  }

  private func text(_ finding: Finding) -> String {
    let notation =
      finding.notation.isEmpty ? "" : "_\(finding.notation.markdown)._"
    return [
      "**\(finding.verdict.markdown)**", fenced(finding.lines), notation,
      text(finding.facts),
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func text(_ facts: [Fact]) -> String {
    facts.map {
      $0.label.isEmpty
        ? $0.text.markdown : "\($0.label.markdown): \($0.text.markdown)"
    }.joined(separator: "  \n")
  }

  private func text(_ figure: Figure, _ number: Int) -> String {
    if document.kind == .page {
      return "**Figure \(number): \(figure.title.markdown).** "
        + figure.caption.markdown
    }
    let lines = figure.drawing?.lines(columns: 80) ?? []
    return lines.isEmpty ? "" : fenced(lines)
  }

  /// Code, in a fence that no name can close.
  private func fenced(_ lines: [String]) -> String {
    let lines = lines.map { $0.printable.fitted(to: 2000) }
    var fence = "```"
    while lines.contains(where: { $0.contains(fence) }) { fence += "`" }
    return ([fence] + lines + [fence]).joined(separator: "\n")
  }
}

extension Table {
  /// The table in Markdown.
  package var markdown: String {
    var rows = rows.map { row in
      zip(row, columns).map { text($0, $1).markdown }
    }
    if let own { rows[own] = rows[own].map { $0.isEmpty ? "" : "**\($0)**" } }
    if let omission {
      let cells = columns.indices.map {
        $0 == 0 ? "…" : $0 == 1 ? omission.text.markdown : ""
      }
      rows.insert(cells, at: omission.before)
    }
    let head = [
      columns.map(\.heading.markdown),
      columns.map { $0.isNumber ? "---:" : "---" },
    ]
    let lines = (head + rows)
      .map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
    guard case .folded = place else { return lines }
    return "<details><summary>\(title.escaped)</summary>\n\n\(lines)\n\n"
      + "</details>"
  }
}

extension String {
  /// With everything that Markdown could read as markup, a mention or a link
  /// as a character reference, which is only ever text. Underscores inside a
  /// word mean nothing and stay readable.
  package var markdown: String {
    var result = ""
    let text = Array(printable.unicodeScalars)
    for (index, scalar) in text.enumerated() {
      let isMarkup =
        switch scalar {
        case "&", "<", ">", "|", "*", "`", "[", "]", "\\", "#", "~", "@", "$":
          true
        case "_":
          index == 0 || index + 1 == text.count
            || !text[index - 1].properties.isAlphabetic
            || !text[index + 1].properties.isAlphabetic
        case "-", "+": index == 0
        default: false
        }
      if isMarkup {
        result += "&#\(scalar.value);"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
