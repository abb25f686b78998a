import JacobianChain

/// The bracketing of a short chain: root on top, the chain as written at the
/// bottom, prices in the nodes and contracted dimensions between the edges.
struct SVGTree {
  /// Longer chains are drawn as an outline.
  static let leafLimit = 12

  private static let rowHeight = 88.0
  private static let nodeHeight = 42.0
  private static let gap = 14.0
  private static let widest = 108.0
  private static let margin = 24.0
  /// What a page has room for.
  private static let pageWidth = 1020.0

  private let report: Report
  private let outline: Outline
  /// From one factor to the next: narrower where that keeps a drawing on the
  /// page, but never than what stands in the nodes.
  private var columnWidth = Self.widest
  /// Centres, by node.
  private var places: [(x: Double, y: Double)] = []
  private var height = 0.0

  init(_ report: Report) {
    self.report = report
    outline = Outline(report, foldsRuns: false)
    let deepest =
      outline.nodes.lazy.filter { $0.children.isEmpty }.map(\.depth).max() ?? 0
    let needed =
      outline.nodes.indices.map { index in
        let (first, second) = texts(index)
        return max(7.6 * Double(first.columns), 6.4 * Double(second.columns))
      }.max() ?? 0
    columnWidth = min(
      Self.widest,
      max(
        needed + 6 + Self.gap,
        (Self.pageWidth - 2 * Self.margin) / Double(outline.word.count)))
    places = Array(repeating: (0, 0), count: outline.nodes.count)
    for (index, node) in outline.nodes.enumerated().reversed() {
      if node.children.isEmpty {
        let position = outline.word.count - 1 - node.span.lowerBound
        places[index] = (
          Self.margin + (Double(position) + 0.5) * columnWidth,
          30 + Double(deepest) * Self.rowHeight
        )
      } else {
        let xs = node.children.map { places[$0].x }
        places[index] = (
          (xs[0] + xs[1]) / 2, 30 + Double(node.depth) * Self.rowHeight
        )
      }
    }
    height = 30 + Double(deepest) * Self.rowHeight + 62
  }

  /// The classes of the nodes, for the legend.
  var styles: Set<String> { Set(outline.nodes.map(\.kind.style)) }

  /// The drawing.
  var svg: SVG {
    var svg = SVG(
      width: 2 * Self.margin + Double(outline.word.count) * columnWidth,
      height: height)
    svg.rows = (30 + Self.rowHeight / 2, Self.rowHeight)
    for index in outline.nodes.indices { drawEdges(below: index, on: &svg) }
    for index in outline.nodes.indices { drawNode(index, on: &svg) }
    drawDimensions(on: &svg)
    return svg
  }

  private func drawEdges(below index: Int, on svg: inout SVG) {
    let children = outline.nodes[index].children
    guard !children.isEmpty else { return }
    let (x, y) = places[index]
    let bend = y + Self.nodeHeight / 2 + 12
    for child in children {
      let end = places[child]
      let side = end.x < x ? -1.0 : 1.0
      svg.path(
        "M\(svg.n(x)) \(svg.n(y))V\(svg.n(bend - 6))"
          + "q0 6 \(svg.n(6 * side)) 6H\(svg.n(end.x - 6 * side))"
          + "q\(svg.n(6 * side)) 0 \(svg.n(6 * side)) 6V\(svg.n(end.y))",
        class: "edge")
    }
    // The dimension that the join sums over: columns of the outer operand.
    let inner = outline.nodes[children[1]].span
    let factor = outline.word[inner.upperBound - 1]
    svg.text(
      "\(report.solved.problem.factors[factor].rows)", x: x, y: bend + 16,
      class: "dim")
  }

  private var nodeWidth: Double { columnWidth - Self.gap }

  /// What stands in a node.
  private func texts(_ index: Int) -> (String, String) {
    let node = outline.nodes[index]
    let step = node.step.map { report.solved.plan.steps[$0] }
    let cell = DigitGrouping.narrow.cell(node.fma)
    guard node.children.isEmpty else {
      return (cell, step?.pattern.shape ?? "")
    }
    return (
      outline.name(of: index, in: report.solved.problem).fitted(to: 12),
      node.kind.leafNote(step) ?? cell
    )
  }

  private func drawNode(_ index: Int, on svg: inout SVG) {
    let node = outline.nodes[index]
    let (x, y) = places[index]
    let left = x - nodeWidth / 2
    let top = y - Self.nodeHeight / 2
    let share = report.share(of: node.fma)
    let name = outline.name(of: index, in: report.solved.problem)
    let step = node.step.map { report.solved.plan.steps[$0] }
    svg.group(node.tooltip(name, step?.pattern, share), class: node.kind.style)
    { svg in
      svg.rect(left, top, nodeWidth, Self.nodeHeight, class: "back")
      svg.rect(left, top, nodeWidth, Self.nodeHeight, class: "tint")
      if share > 0 {
        svg.rect(
          left, top, nodeWidth * share, Self.nodeHeight, class: "share")
      }
      svg.rect(left, top, nodeWidth, Self.nodeHeight, class: "frame")
      let (first, second) = texts(index)
      svg.text(first, x: x, y: y - 3, class: "main")
      svg.text(second, x: x, y: y + 13, class: "sub")
    }
  }

  /// The interfaces of the chain below the leaves, output on the left.
  private func drawDimensions(on svg: inout SVG) {
    let word = Array(outline.word.reversed())
    let factors = report.solved.problem.factors
    let dimensions = [factors[word[0]].rows] + word.map { factors[$0].columns }
    for (position, dimension) in dimensions.enumerated() {
      let x = Self.margin + Double(position) * columnWidth
      svg.text("\(dimension)", x: x, y: height - 10, class: "dim")
    }
  }
}
