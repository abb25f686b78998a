import ChainReports

/// A page as one HTML file: no scripts, no network, light and dark, on paper
/// and on a telephone.
struct HTMLPage {
  let page: Page

  /// The whole document.
  var document: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <title>\(page.title.escaped)</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>\(page.title.escaped)</h1>
    \(contents)\(body)\
    </body>
    </html>

    """
  }

  private var contents: String {
    let links = sections.enumerated().map {
      "<a href=\"#section-\($0 + 1)\">\($1.escaped)</a>"
    }
    return "<nav aria-label=\"Sections\">\(links.joined(separator: "\n"))"
      + "</nav>\n"
  }

  private var sections: [String] {
    page.blocks.compactMap {
      if case .section(let title) = $0 { title } else { nil }
    }
  }

  private var body: String {
    var text = ""
    var (section, figure) = (0, 0)
    for block in page.blocks {
      if case .section = block { section += 1 }
      if case .figure = block { figure += 1 }
      text += markup(block, section, figure)
    }
    return text
  }

  private func markup(_ block: Block, _ section: Int, _ figure: Int) -> String {
    switch block {
    case .section(let title):
      "<h2 id=\"section-\(section)\">\(title.escaped)</h2>\n"
    case .heading(let title): "<h3>\(title.escaped)</h3>\n"
    case .paragraph(let text): "<p>\(text.escaped)</p>\n"
    case .notice(let text):
      "<p class=\"missing\"><b>Missing:</b> \(text.escaped)</p>\n"
    case .list(let items):
      "<ul>\n" + items.map { "<li>\($0.escaped)</li>\n" }.joined() + "</ul>\n"
    case .cards(let cards):
      "<div class=\"cards\">\n" + cards.map(\.markup).joined() + "</div>\n"
    case .table(let table): table.markup
    case .figure(let drawn): drawn.markup(number: figure)
    }
  }
}

extension Card {
  fileprivate var markup: String {
    "<div class=\"card\"><b>\(figure.escaped)</b>"
      + "<span>\(caption.escaped)</span></div>\n"
  }
}

extension DataTable {
  fileprivate var markup: String {
    func row(_ cells: [String], _ tag: String) -> String {
      let cells = zip(columns, cells).enumerated().map { place, pair in
        let (column, text) = pair
        let scope = tag == "th" ? " scope=\"col\"" : ""
        // A name may take several lines, a number may not.
        let style =
          (column.isNumber ? "number" : text.count > 26 ? "name" : "text")
          + (tag == "th" && text.count > 16 ? " long" : "")
        return "<\(tag)\(scope) class=\"\(style)\">\(text.escaped)</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let size = columns.count > 7 ? " wide" : ""
    return """
      <div class="scroll\(size)" role="region" tabindex="0" \
      aria-label="\(title.escaped)">
      <table>
      <thead>
      \(row(columns.map(\.heading), "th"))</thead>
      <tbody>
      \(rows.map { row($0, "td") }.joined())</tbody>
      </table>
      </div>

      """
  }
}

extension Figure {
  /// The drawing twice, for wide pages and for narrow ones: letters keep
  /// their size.
  fileprivate func markup(number: Int) -> String {
    func drawing(_ width: Double, _ style: String) -> String {
      let id = "figure-\(number)-\(style)"
      let svg =
        switch chart {
        case .dots(let chart): chart.drawing(width: width)
        case .curves(let chart): chart.drawing(width: width)
        }
      return "<div class=\"\(style)\">"
        + svg.markup(id: id, title: title, description: caption) + "</div>\n"
    }
    let legend =
      switch chart {
      case .dots(let chart): chart.legend
      case .curves(let chart): chart.legend
      }
    return """
      <figure id="figure-\(number)">
      <p class="title"><b>Figure \(number).</b> \(title.escaped)</p>
      \(legend.markup)\(drawing(800, "large"))\(drawing(352, "small"))\
      <figcaption>\(caption.escaped)</figcaption>
      </figure>

      """
  }
}
