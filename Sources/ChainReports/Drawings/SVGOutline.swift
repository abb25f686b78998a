import JacobianChain

/// The bracketing of a long chain: one row per node, root on the left, runs in
/// one mode folded into one node, and no more nodes than can be looked at.
struct SVGOutline {
  private static let nodeLimit = 72
  private static let rowHeight = 26.0
  /// From a node to its children: less where a deep tree is on the page then.
  private static let columnWidths = 8.0...24.0
  private static let margin = 18.0
  /// What an upright sheet of paper has room for.
  private static let pageWidth = 800.0

  private let report: Report
  private let outline: Outline

  init(_ report: Report) {
    self.report = report
    outline = Outline(report, foldsRuns: true, limit: Self.nodeLimit)
  }

  /// The classes of the nodes, for the legend.
  var styles: Set<String> { Set(outline.nodes.map(\.kind.style)) }

  /// The drawing.
  var svg: SVG {
    // A parent has its own row between those of its children, so neither
    // labels nor edges can ever cross a label.
    let order = outline.inOrder
    let labels = outline.nodes.indices.map { label($0) }
    let columnWidth =
      zip(outline.nodes, labels).map { node, label in
        (Self.pageWidth - 2 * Self.margin - Self.width(of: label))
          / Double(max(1, node.depth))
      }.min() ?? 0
    let indent = min(
      max(columnWidth, Self.columnWidths.lowerBound),
      Self.columnWidths.upperBound)
    var places = [(x: Double, y: Double)](
      repeating: (0, 0), count: outline.nodes.count)
    for (row, index) in order.enumerated() {
      places[index] = (
        Self.margin + Double(outline.nodes[index].depth) * indent,
        Self.margin + Double(row) * Self.rowHeight
      )
    }
    let width =
      zip(places, labels).map { $0.x + Self.width(of: $1) }.max() ?? 0
    var svg = SVG(
      width: width,
      height: 2 * Self.margin + Double(order.count - 1) * Self.rowHeight)
    svg.rows = (Self.margin + Self.rowHeight / 2, Self.rowHeight)
    for (index, node) in outline.nodes.enumerated() {
      let (x, y) = places[index]
      for child in node.children {
        let end = places[child]
        let side = end.y < y ? -1.0 : 1.0
        svg.path(
          "M\(svg.n(x)) \(svg.n(y))V\(svg.n(end.y - 6 * side))"
            + "q0 \(svg.n(6 * side)) 6 \(svg.n(6 * side))H\(svg.n(end.x))",
          class: "edge")
      }
    }
    for (index, node) in outline.nodes.enumerated() {
      let (x, y) = places[index]
      let share = report.share(of: node.fma)
      svg.group(class: node.kind.style) { svg in
        svg.circle(x, y, 4 + 8 * share.squareRoot())
        svg.label(
          labels[index].name, labels[index].facts,
          x: x + 8 + 8 * share.squareRoot(), y: y + 4)
      }
    }
    return svg
  }

  /// From a node to the end of its label.
  private static func width(of label: (name: String, facts: String)) -> Double {
    24 + 7.2 * Double(label.name.columns + label.facts.columns + 3)
  }

  private func label(_ index: Int) -> (name: String, facts: String) {
    let node = outline.nodes[index]
    let name = outline.name(of: index, in: report.solved.problem)
    let step = node.step.map { report.solved.plan.steps[$0] }
    var facts = [node.kind.note]
    if let shape = step?.pattern.shape { facts.append(shape) }
    if node.fma > 0 {
      facts.append("\(DigitGrouping.narrow.cell(node.fma)) fma")
      facts.append(Format.percent(report.share(of: node.fma)))
    }
    return (
      name.fitted(to: 30), facts.filter { !$0.isEmpty }.joined(separator: " · ")
    )
  }
}
