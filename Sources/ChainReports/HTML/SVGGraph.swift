import JacobianChain

/// The plan as a graph in which every value stands once: factors at the
/// bottom, targets with a double frame, values that are used more than once
/// with their number of uses and lines in a colour of their own.
struct SVGGraph {
  private static let rowHeight = 96.0
  private static let node = (width: 112.0, height: 42.0)
  private static let leafWidth = 84.0
  private static let gap = 18.0
  private static let lineWidth = 16.0
  private static let margin = 14.0

  private let report: Report
  private let graph: PlanGraph
  private let shared: SharedValues
  private let targets: Set<Int>
  private let x: [Double]

  /// nil when the plan has too many steps to be looked at.
  init?(_ report: Report) {
    guard let graph = PlanGraph(report) else { return nil }
    self.report = report
    self.graph = graph
    shared = SharedValues(report)
    targets = Set(report.optimum.plan.targets)
    x = graph.places { node in
      node.kind == .line
        ? Self.lineWidth : Self.width(of: node) + Self.gap
    }.map { $0 + Self.margin - Self.gap / 2 }
  }

  private static func width(of node: PlanGraph.Node) -> Double {
    node.kind == .line ? 0 : node.layer == 0 ? leafWidth : Self.node.width
  }

  /// Whether some value is used more than once.
  var hasShared: Bool { !shared.ids.isEmpty }

  /// The classes of the nodes, for the legend.
  var styles: Set<String> { Set(graph.nodes.indices.map(style)) }

  /// The `<svg>` element.
  var markup: String {
    let right = graph.nodes.indices.map {
      x[$0] + Self.width(of: graph.nodes[$0]) / 2
    }
    var svg = SVG(
      width: (right.max() ?? 0) + Self.margin,
      height: y(0) + Self.node.height / 2 + Self.margin,
      title: "The plan as a graph, every value once")
    // Lines of shared values last, where they are seen.
    for highlighted in [false, true] {
      for node in graph.nodes.indices {
        drawEdges(below: node, highlighted, on: &svg)
      }
    }
    for node in graph.nodes.indices { drawNode(node, on: &svg) }
    return svg.markup
  }

  private func y(_ layer: Int) -> Double {
    Self.margin + 4 + Self.node.height / 2
      + Double(graph.layers.count - 1 - layer) * Self.rowHeight
  }

  private func isShared(_ node: Int) -> Bool {
    guard case .value(let step) = graph.nodes[node].kind else { return false }
    return shared.uses[step] > 1 && !report.optimum.isGiven(step)
  }

  private func drawEdges(
    below node: Int, _ highlighted: Bool, on svg: inout SVG
  ) {
    let (end, half) = (graph.nodes[node], Self.node.height / 2)
    let isHighlighted = { isShared(graph.nodes[$0].source) == highlighted }
    let ends = end.below.sorted { x[$0] < x[$1] }
    for (port, start) in ends.enumerated() where isHighlighted(start) {
      // Two operands arrive side by side, the left one on the left.
      let shift = ends.count == 1 ? 0 : port == 0 ? -16.0 : 16.0
      let isSquare = ends.count == 2 && ends[0] == ends[1]
      let (x1, x2) = (x[start] + (isSquare ? shift / 2 : 0), x[node] + shift)
      let isLine = end.kind == .line
      let bottom = y(graph.nodes[start].layer) - half
      let top = y(end.layer) + half
      let middle = (bottom + top) / 2
      var path =
        "M\(svg.n(x1)) \(svg.n(bottom))C\(svg.n(x1)) \(svg.n(middle)) "
        + "\(svg.n(x2)) \(svg.n(middle)) \(svg.n(x2)) \(svg.n(top))"
      // A line goes straight past the values beside it.
      if isLine { path += "V\(svg.n(top - 2 * half))" }
      svg.path(path, class: highlighted ? "edge shared" : "edge")
    }
  }

  private func style(_ node: Int) -> String {
    switch graph.nodes[node].kind {
    case .line: return ""
    case .applied: return "eliminate"
    case .value(let step):
      return switch report.optimum.plan.steps[step] {
      case .given: "given"
      case .accumulate: "accumulate"
      case .multiply: "multiply"
      case .eliminate: "eliminate"
      }
    }
  }

  private func drawNode(_ node: Int, on svg: inout SVG) {
    let place = (x: x[node], y: y(graph.nodes[node].layer))
    let width = Self.width(of: graph.nodes[node])
    let columns = width == Self.leafWidth ? 10 : 14
    let name: ProductName
    var note: String
    var share = 0.0
    var (isTarget, uses) = (false, 1)
    switch graph.nodes[node].kind {
    case .line: return
    case .applied(let factor):
      name = ProductName(ends: [factor], length: 1, report.problem)
      note = "applied"
    case .value(let id):
      let step = report.optimum.steps[id]
      name = ProductName(of: id, in: report.optimum, report.problem)
      note =
        report.optimum.isGiven(id)
        ? "given" : DigitGrouping.narrow.cell(step.fma)
      share = report.share(of: step.fma)
      isTarget = targets.contains(id)
      if isShared(node) { uses = shared.uses[id] }
    }
    svg.open("g", class: style(node))
    svg.title(tooltip(node, name))
    let (left, top) = (place.x - width / 2, place.y - Self.node.height / 2)
    let height = Self.node.height
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
    svg.text(name.fitted(to: columns), x: place.x, y: place.y - 3, class: "main")
    svg.text(note, x: place.x, y: place.y + 13, class: "sub")
    if uses > 1 {
      let badge = (width: 14 + 7.0 * Double("\(uses)".count), height: 16.0)
      let (x, y) = (left + width - 10, top - 12)
      svg.rect(
        x - badge.width / 2, y, badge.width, badge.height, class: "badge")
      svg.text("\(uses)×", x: x, y: y + 12, class: "uses")
    }
    svg.close("g")
  }

  /// What a pointer that rests on a node is told.
  private func tooltip(_ node: Int, _ name: ProductName) -> String {
    var parts = [name.fitted(to: 60)]
    guard case .value(let id) = graph.nodes[node].kind else {
      return parts[0] + ", applied"
    }
    let step = report.optimum.steps[id]
    parts.append("\(step.pattern.shape) \(step.pattern.structure.name)")
    parts.append("\(DigitGrouping.narrow.grouped(step.fma)) fma")
    parts.append(Format.percent(report.share(of: step.fma)))
    if isShared(node) { parts.append("used \(shared.uses[id]) times") }
    if targets.contains(id) { parts.append("target") }
    return parts.joined(separator: ", ")
  }
}
