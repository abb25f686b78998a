import JacobianChain

/// The plan as a graph in which every value stands once: factors at the
/// bottom, targets with a double frame, values that are used more than once
/// with their number of uses and lines in a colour of their own.
struct SVGGraph {
  private static let rowHeight = 96.0
  private static let nodeHeight = 42.0
  private static let leaf = (widths: 50.0...90.0, columns: 10)
  private static let product = (widths: 112.0...166.0, columns: 20)
  private static let gap = 18.0
  private static let lineWidth = 16.0
  private static let margin = 14.0

  private let report: Report
  private let graph: PlanGraph
  private let shared: SharedValues
  private let targets: Set<Int>
  /// The centre and the width of every node.
  private let x, widths: [Double]

  /// nil when the plan has too many steps to be looked at.
  init?(_ report: Report) {
    guard let graph = PlanGraph(report) else { return nil }
    self.report = report
    self.graph = graph
    shared = SharedValues(report)
    targets = Set(report.solved.plan.plan.targets)
    let widths = graph.nodes.map { Self.width(of: $0, report) }
    self.widths = widths
    x = graph.places(
      widths: widths.map { $0 == 0 ? Self.lineWidth : $0 + Self.gap }
    ).map { $0 + Self.margin - Self.gap / 2 }
  }

  /// Values are as wide as their text; a line has no width.
  private static func width(of node: PlanGraph.Node, _ report: Report) -> Double
  {
    guard node.kind != .line else { return 0 }
    let limits = node.layer == 0 ? leaf : product
    let (name, note) = text(of: node, report)
    let text = max(
      7.6 * Double(name.fitted(to: limits.columns).columns),
      6.4 * Double(note.columns))
    return min(
      max(text + 14, limits.widths.lowerBound), limits.widths.upperBound)
  }

  /// The name of a node, and what stands below it.
  private static func text(
    of node: PlanGraph.Node, _ report: Report
  ) -> (name: ProductName, note: String) {
    switch node.kind {
    case .applied(let factor):
      return (
        ProductName(ends: [factor], length: 1, report.solved.problem), "applied"
      )
    case .value(let id):
      let name = ProductName(
        of: id, in: report.solved.plan, report.solved.problem)
      let price = DigitGrouping.narrow.cell(report.solved.plan.steps[id].fma)
      return (name, report.solved.plan.isGiven(id) ? "given" : price)
    case .line, .vertex: preconditionFailure("no value of a plan")
    }
  }

  /// Whether some value is used more than once.
  var hasShared: Bool { !shared.ids.isEmpty }

  /// The classes of the nodes, for the legend.
  var styles: Set<String> { Set(graph.nodes.indices.map(style)) }

  /// The drawing.
  var svg: SVG {
    let right = graph.nodes.indices.map {
      x[$0] + widths[$0] / 2
    }
    var svg = SVG(
      width: (right.max() ?? 0) + Self.margin,
      height: y(0) + Self.nodeHeight / 2 + Self.margin)
    svg.rows = (y(graph.layers.count - 1) + Self.rowHeight / 2, Self.rowHeight)
    // Lines of shared values last, where they are seen.
    for highlighted in [false, true] {
      for node in graph.nodes.indices {
        drawEdges(below: node, highlighted, on: &svg)
      }
    }
    for node in graph.nodes.indices { drawNode(node, on: &svg) }
    return svg
  }

  private func y(_ layer: Int) -> Double {
    Self.margin + 4 + Self.nodeHeight / 2
      + Double(graph.layers.count - 1 - layer) * Self.rowHeight
  }

  private func isShared(_ node: Int) -> Bool {
    guard case .value(let step) = graph.nodes[node].kind else { return false }
    return shared.uses[step] > 1 && !report.solved.plan.isGiven(step)
  }

  private func drawEdges(
    below node: Int, _ highlighted: Bool, on svg: inout SVG
  ) {
    let (end, half) = (graph.nodes[node], Self.nodeHeight / 2)
    let ends = end.below.sorted { x[$0] < x[$1] }
    for (port, start) in ends.enumerated()
    where isShared(graph.nodes[start].source) == highlighted {
      // Two operands arrive side by side, the left one on the left.
      let shift = ends.count == 1 ? 0 : port == 0 ? -16.0 : 16.0
      let x1 = x[start] + departure(from: start, to: node, port)
      let x2 = x[node] + shift
      let bottom = y(graph.nodes[start].layer) - half
      let top = y(end.layer) + half
      let middle = (bottom + top) / 2
      var path =
        "M\(svg.n(x1)) \(svg.n(bottom))C\(svg.n(x1)) \(svg.n(middle)) "
        + "\(svg.n(x2)) \(svg.n(middle)) \(svg.n(x2)) \(svg.n(top))"
      // A line goes straight past the values beside it.
      if end.kind == .line { path += "V\(svg.n(top - 2 * half))" }
      svg.path(path, class: highlighted ? "edge shared" : "edge")
    }
  }

  /// Where an edge leaves a value: its edges stand side by side in the order
  /// of their ends. A line leaves from one point.
  private func departure(from start: Int, to node: Int, _ port: Int) -> Double {
    guard graph.nodes[start].kind != .line else { return 0 }
    let ends = graph.nodes[start].above.sorted { x[$0] < x[$1] }
      .flatMap { end in
        graph.nodes[end].below.filter { $0 == start }.map { _ in end }
      }
    let isSecond =
      port == 1 && graph.nodes[node].below.first == start
      && graph.nodes[node].below.last == start
    let index = ends.firstIndex(of: node)! + (isSecond ? 1 : 0)
    let step = min(8, 36 / Double(max(1, ends.count - 1)))
    return (Double(index) - Double(ends.count - 1) / 2) * step
  }

  private func style(_ node: Int) -> String {
    switch graph.nodes[node].kind {
    case .line, .vertex: ""
    case .applied: "eliminate"
    case .value(let step): report.solved.plan.plan.steps[step].style
    }
  }

  private func drawNode(_ node: Int, on svg: inout SVG) {
    let place = (x: x[node], y: y(graph.nodes[node].layer))
    let width = widths[node]
    let columns = (graph.nodes[node].layer == 0 ? Self.leaf : Self.product)
      .columns
    guard graph.nodes[node].kind != .line else { return }
    let (name, note) = Self.text(of: graph.nodes[node], report)
    var share = 0.0
    var (isTarget, uses) = (false, 1)
    if case .value(let id) = graph.nodes[node].kind {
      share = report.share(of: report.solved.plan.steps[id].fma)
      isTarget = targets.contains(id)
      if isShared(node) { uses = shared.uses[id] }
    }
    svg.group(tooltip(node, name), class: style(node)) { svg in
      let (left, top) = (place.x - width / 2, place.y - Self.nodeHeight / 2)
      let height = Self.nodeHeight
      if isTarget {
        svg.rect(left - 4, top - 4, width + 8, height + 8, class: "back")
        svg.rect(left - 4, top - 4, width + 8, height + 8, class: "frame")
      }
      svg.rect(left, top, width, height, class: "back")
      svg.rect(left, top, width, height, class: "tint")
      if share > 0 {
        svg.rect(left, top, width * share, height, class: "share")
      }
      svg.rect(left, top, width, height, class: "frame")
      svg.text(
        name.fitted(to: columns), x: place.x, y: place.y - 3, class: "main")
      svg.text(note, x: place.x, y: place.y + 13, class: "sub")
      if uses > 1 {
        let badge = (width: 14 + 7.0 * Double("\(uses)".count), height: 16.0)
        let (x, y) = (left + width - 10, top - 12)
        svg.rect(
          x - badge.width / 2, y, badge.width, badge.height, class: "badge")
        svg.text("\(uses)×", x: x, y: y + 12, class: "uses")
      }
    }
  }

  /// What a pointer that rests on a node is told.
  private func tooltip(_ node: Int, _ name: ProductName) -> String {
    var parts = [name.fitted(to: 60)]
    guard case .value(let id) = graph.nodes[node].kind else {
      return parts[0] + ", applied"
    }
    let step = report.solved.plan.steps[id]
    parts.append("\(step.pattern.shape) \(step.pattern.structure.name)")
    parts.append("\(DigitGrouping.narrow.grouped(step.fma)) fma")
    parts.append(Format.percent(report.share(of: step.fma)))
    if isShared(node) { parts.append("used \(shared.uses[id]) times") }
    if targets.contains(id) { parts.append("target") }
    return parts.joined(separator: ", ")
  }
}
