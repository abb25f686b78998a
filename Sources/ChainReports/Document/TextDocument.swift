/// A document for a terminal: no line is wider, whatever the names.
struct TextDocument {
  private static let indent = 12

  let document: Document
  let width: Int
  let ink: Ink

  /// The whole document.
  var text: String {
    ([title] + document.blocks.map(lines)).filter { !$0.isEmpty }
      .map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private var title: [String] {
    let (name, details) = (document.title.plain, document.subtitle.plain)
    guard !details.isEmpty else {
      return [ink(name.fitted(to: width), .title)]
    }
    let room = width - details.columns - 3
    if room >= min(12, name.columns) {
      return [ink(name.fitted(to: room), .title) + " · " + details]
    }
    return [ink(name.fitted(to: width), .title)]
      + details.wrapped(to: width)
  }

  private func lines(_ block: Block) -> [String] {
    switch block {
    case .section(let title): [title.plain.fitted(to: width)]
    case .heading(let title): [title.plain.fitted(to: width)]
    case .paragraph(let text):
      text.plain.wrapped(to: width - 2).map { "  " + $0 }
    case .finding(let finding): lines(finding)
    case .facts(let facts): facts.flatMap { lines($0) }
    case .notice(let text, let label):
      lines(
        Fact("!!!", label.isEmpty ? text : "\(label): \(text)", .alarm))
    case .list(let items): items.flatMap { lines(Fact("", $0)) }
    case .cards(let cards):
      cards.flatMap { lines(Fact("", "\($0.figure) \($0.caption)")) }
    case .table(let table): TextTable(table, width: width, ink).lines
    case .figure(let figure): figure.drawing?.lines(columns: width) ?? []
    }
  }

  private func lines(_ finding: Finding) -> [String] {
    finding.lines.enumerated().flatMap { place, line in
      lines(
        Fact(place == 0 ? finding.label : "", line, .title),
        atMost: finding.lines.count == 1 ? max(4, width / 10) : 2)
    }
      + lines(Fact("", finding.verdict))
      + lines(Fact("", finding.notation, .quiet))
      + finding.facts.flatMap { lines($0) }
  }

  /// A label and a text that continues below itself; nothing for no text.
  private func lines(_ fact: Fact, atMost limit: Int = .max) -> [String] {
    var lines = fact.text.plain.wrapped(to: width - Self.indent)
    if lines.count > limit {
      lines.removeSubrange(limit...)
      lines[limit - 1] =
        (lines[limit - 1] + "  …").fitted(to: width - Self.indent)
    }
    return lines.enumerated().map { index, line in
      let label = index == 0 ? fact.label : ""
      let gap = Self.indent - 2 - label.columns
      return "  " + ink(label, .quiet) + String(repeating: " ", count: gap)
        + (fact.role.map { ink(line, $0) } ?? line)
    }
  }
}

extension String {
  /// As a terminal shows it: printable, with ordinary spaces between digits.
  var plain: String { printable.replacing("\u{202F}", with: " ") }
}
