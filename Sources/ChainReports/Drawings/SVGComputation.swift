import JacobianChain

/// A graph as a drawing: inputs at the bottom, every variable above what it
/// depends on, with its size and its turn in the order of elimination.
struct SVGComputation {
  /// More can't be read.
  static let vertexLimit = 60

  private static let rowHeight = 88.0
  private static let nodeHeight = 42.0
  private static let widths = 50.0...130.0
  private static let columns = 14
  private static let gap = 22.0
  private static let lineWidth = 18.0
  private static let margin = 16.0

  private let problem: Problem
  private let graph: Graph
  private let layout: PlanGraph
  /// The layer of each vertex.
  private let layers: [Int: Int]
  /// When each vertex is eliminated, from 1.
  private let turns: [Int: Int]
  /// The centre and the width of every node.
  private let x, widths: [Double]

  /// nil when there are too many vertices to be looked at.
  init?(_ report: Report) {
    problem = report.solved.problem
    guard let graph = problem.graph,
      graph.vertices.count <= Self.vertexLimit
    else { return nil }
    self.graph = graph
    let layout = PlanGraph(of: graph)
    self.layout = layout
    var layers: [Int: Int] = [:]
    for node in layout.nodes {
      if case .vertex(let vertex) = node.kind { layers[vertex] = node.layer }
    }
    self.layers = layers
    var turns: [Int: Int] = [:]
    for (turn, vertex) in (report.eliminationOrder ?? []).enumerated() {
      turns[vertex] = turn + 1
    }
    self.turns = turns
    widths = layout.nodes.map { node in
      guard case .vertex(let vertex) = node.kind else { return 0 }
      let name = graph.vertices[vertex].name.printable
        .abridged(to: Self.columns)
      let text = max(
        7.6 * Double(name.columns),
        6.4 * Double(Self.note(graph.vertices[vertex]).columns))
      return min(max(text + 18, Self.widths.lowerBound), Self.widths.upperBound)
    }
    x = layout.places(
      widths: widths.map { $0 == 0 ? Self.lineWidth : $0 + Self.gap }
    ).map { $0 + Self.margin - Self.gap / 2 }
  }

  private static func note(_ vertex: Graph.Vertex) -> String {
    "size \(DigitGrouping.narrow.grouped(vertex.size))"
  }

  /// The classes of the drawing, for the legend.
  var styles: Set<String> {
    var styles = Set(graph.vertices.indices.map(style))
    if graph.arcs.contains(where: isUnit) { styles.insert("unit") }
    return styles
  }

  private func isUnit(_ arc: Graph.Arc) -> Bool {
    problem.patterns[arc.factor].structure.isUnit
  }

  private func style(_ vertex: Int) -> String {
    if turns[vertex] != nil { return "intermediate" }
    if graph.wanted.contains(where: { $0.to == vertex }) { return "output" }
    if graph.wanted.contains(where: { $0.from == vertex }) { return "input" }
    return "folded"
  }

  /// The drawing.
  var svg: SVG {
    let right = layout.nodes.indices.map { x[$0] + widths[$0] / 2 }
    var svg = SVG(
      width: (right.max() ?? 0) + Self.margin,
      height: y(0) + Self.nodeHeight / 2 + Self.margin)
    svg.rows = (y(layout.layers.count - 1) + Self.rowHeight / 2, Self.rowHeight)
    for node in layout.nodes.indices { drawEdges(below: node, on: &svg) }
    for node in layout.nodes.indices { drawNode(node, on: &svg) }
    return svg
  }

  private func y(_ layer: Int) -> Double {
    Self.margin + 6 + Self.nodeHeight / 2
      + Double(layout.layers.count - 1 - layer) * Self.rowHeight
  }

  private func drawEdges(below node: Int, on svg: inout SVG) {
    let (end, half) = (layout.nodes[node], Self.nodeHeight / 2)
    let ends = end.below.sorted { x[$0] < x[$1] }
    for (port, start) in ends.enumerated() {
      let spread = min(14, (widths[node] - 16) / Double(max(1, ends.count - 1)))
      let shift = (Double(port) - Double(ends.count - 1) / 2) * max(0, spread)
      let (x1, x2) = (x[start], x[node] + shift)
      let bottom = y(layout.nodes[start].layer) - half
      let top = y(end.layer) + half
      let middle = (bottom + top) / 2
      var path =
        "M\(svg.n(x1)) \(svg.n(bottom))C\(svg.n(x1)) \(svg.n(middle)) "
        + "\(svg.n(x2)) \(svg.n(middle)) \(svg.n(x2)) \(svg.n(top))"
      if end.kind == .line { path += "V\(svg.n(top - 2 * half))" }
      let isUnit = arcs(from: start, to: node).allSatisfy(isUnit)
      svg.path(path, class: isUnit ? "edge unit" : "edge")
    }
  }

  /// The arcs that a piece of a line stands for: those that end at its upper
  /// node, or all that it leads on to.
  private func arcs(from start: Int, to node: Int) -> [Graph.Arc] {
    guard
      case .vertex(let from) = layout.nodes[layout.nodes[start].source].kind
    else { return [] }
    return graph.arcs.filter { arc in
      guard arc.from == from else { return false }
      switch layout.nodes[node].kind {
      case .vertex(let to): return arc.to == to
      case .line: return layers[arc.to]! > layout.nodes[node].layer
      case .value, .applied: return false
      }
    }
  }

  private func drawNode(_ node: Int, on svg: inout SVG) {
    guard case .vertex(let vertex) = layout.nodes[node].kind else { return }
    let place = (x: x[node], y: y(layout.nodes[node].layer))
    let (width, height) = (widths[node], Self.nodeHeight)
    let (left, top) = (place.x - width / 2, place.y - height / 2)
    svg.group(tooltip(vertex), class: style(vertex)) { svg in
      svg.rect(left, top, width, height, radius: 20, class: "back")
      svg.rect(left, top, width, height, radius: 20, class: "tint")
      svg.rect(left, top, width, height, radius: 20, class: "frame")
      svg.text(
        graph.vertices[vertex].name.printable.abridged(to: Self.columns),
        x: place.x, y: place.y - 3, class: "main")
      svg.text(
        Self.note(graph.vertices[vertex]), x: place.x, y: place.y + 13,
        class: "sub")
      if let turn = turns[vertex] {
        let badge = 14 + 7.0 * Double("\(turn)".count)
        let (x, y) = (left + width - 8, top - 10)
        svg.rect(x - badge / 2, y, badge, 16, class: "badge")
        svg.text("\(turn)", x: x, y: y + 12, class: "uses")
      }
    }
  }

  /// What a pointer that rests on a vertex is told.
  private func tooltip(_ vertex: Int) -> String {
    let entering = graph.arcs.filter { $0.to == vertex }.map { arc in
      let pattern = problem.patterns[arc.factor]
      return "\(problem.factors[arc.factor].name): \(pattern.shape) "
        + "\(pattern.structure.name), from \(graph.vertices[arc.from].name)"
    }
    var parts = [
      "\(graph.vertices[vertex].name), \(Self.note(graph.vertices[vertex]))"
    ]
    parts += entering.prefix(8)
    if entering.count > 8 { parts.append("… and \(entering.count - 8) more") }
    return parts.map { $0.printable }.joined(separator: "; ")
  }
}
