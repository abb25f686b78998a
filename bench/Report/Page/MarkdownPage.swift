import ChainReports

/// A page as Markdown. Drawings are left to the HTML; their sentences and the
/// tables say the same.
struct MarkdownPage {
  let page: Page

  /// The whole document.
  var document: String {
    var parts = ["# \(page.title.inMarkdown)"]
    var figures = 0
    for block in page.blocks {
      if case .figure = block { figures += 1 }
      parts.append(text(block, figures))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func text(_ block: Block, _ figures: Int) -> String {
    switch block {
    case .section(let title): "## \(title.inMarkdown)"
    case .heading(let title): "### \(title.inMarkdown)"
    case .paragraph(let text): text.inMarkdown
    case .notice(let text): "> **Missing:** \(text.inMarkdown)"
    case .list(let items):
      items.map { "* \($0.inMarkdown)" }.joined(separator: "\n")
    case .cards(let cards):
      cards.map { "* **\($0.figure.inMarkdown)** \($0.caption.inMarkdown)" }
        .joined(separator: "\n")
    case .table(let table): table.markdown
    case .figure(let figure):
      "**Figure \(figures): \(figure.title.inMarkdown).** "
        + figure.caption.inMarkdown
    }
  }
}

extension DataTable {
  /// A Markdown table.
  var markdown: String {
    let rule = columns.map { $0.isNumber ? "---:" : "---" }
    let lines =
      [columns.map(\.heading.inMarkdown), rule]
      + rows.map { $0.map(\.inMarkdown) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}

extension String {
  /// With what Markdown could read as markup as character references. The
  /// names of contestants keep their underscores readable: inside a word they
  /// mean nothing.
  var inMarkdown: String {
    var result = ""
    let text = Array(printable)
    for (index, character) in text.enumerated() {
      switch character {
      case "&", "<", ">", "|", "*", "`", "[", "]", "\\", "~", "@", "$":
        result += character.reference
      case "_":
        let isInside =
          index > 0 && index + 1 < text.count && text[index - 1].isLetter
          && text[index + 1].isLetter
        result += isInside ? "_" : character.reference
      case "#" where index == 0, "-" where index == 0, "+" where index == 0:
        result += character.reference
      default: result.append(character)
      }
    }
    return result
  }
}

extension Character {
  fileprivate var reference: String {
    unicodeScalars.map { "&#\($0.value);" }.joined()
  }
}
