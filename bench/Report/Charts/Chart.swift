import ChainReports

/// A drawing that comes twice, for wide pages and for narrow ones: letters keep
/// their size.
protocol Chart: Drawing {
  var legend: Legend { get }

  func drawing(width: Double) -> SVG
}

extension Chart {
  func markup(id: String, of figure: Figure) -> String {
    let widths = [("large", 800.0), ("small", 352)]
    return legend.markup
      + widths.map { size, width in
        "<div class=\"\(size)\">"
          + drawing(width: width).markup(id: "\(id)-\(size)", of: figure)
          + "</div>\n"
      }.joined()
  }

  var styles: [String] { [ChartStyle.sheet] }
}

/// The style of charts: colours, and markers that differ in shape, too.
private enum ChartStyle {
  static let sheet = """
    figure svg{display:block;max-width:100%;height:auto}
    .small{display:none}
    .large svg{width:100%}.small svg{width:100%;max-width:30rem}
    text.axis{fill:var(--quiet)}
    .frame{stroke:var(--quiet);stroke-width:1;fill:none}
    .reference{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:2 3}
    .band{fill:var(--card)}
    .orange{--kind:var(--orange)}.sky{--kind:var(--sky)}
    .green{--kind:var(--green)}.blue{--kind:var(--blue)}
    .vermillion{--kind:var(--vermillion)}.purple{--kind:var(--purple)}
    .ink{--kind:var(--ink)}
    .mark{fill:var(--kind);fill-opacity:.55;stroke:var(--kind);
    stroke-width:1.6;stroke-linejoin:round}
    .mark.open{fill:var(--paper);fill-opacity:1;stroke-dasharray:2 1.6}
    .stroke{fill:none;stroke:var(--kind);stroke-width:2;stroke-linecap:round}
    .whisker{fill:none;stroke:var(--kind);stroke-width:1.4}
    .curve{fill:none;stroke:var(--kind);stroke-width:1.6}
    @media(max-width:50rem){.large{display:none}.small{display:block}}
    @media print{.large{display:block}.small{display:none}
    figure{break-inside:avoid}}
    """
}
