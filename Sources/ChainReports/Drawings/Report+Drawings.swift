import JacobianChain

/// The order as pictures: a tree of one target, a graph where values are
/// shared, and a schedule over time.
extension Report {
  /// What there is to be seen.
  var figures: [Figure] {
    (schedule.map { [$0] } ?? []) + orderFigures
  }

  private var schedule: Figure? {
    guard let drawing = ScheduleDrawing(self) else { return nil }
    return Figure(
      title: "Schedule on \(machinesPhrase)", drawing: drawing,
      caption: (["A thick line marks the steps of the critical path"]
        + drawing.omissions).map { "\($0)." }.joined(separator: " "))
  }

  private var orderFigures: [Figure] {
    if solved.problem.graph != nil { return [computation, plan] }
    let isJoint = solved.problem.targets.count > 1
    if isJoint || !SharedValues(self).ids.isEmpty {
      let plan = plan
      if isJoint || plan.drawing != nil { return [plan] }
    }
    guard solved.problem.targets[0].count > 1 else { return [] }
    let drawing = BracketingDrawing(report: self)
    return [
      Figure(
        title: "Bracketing", drawing: drawing,
        caption: drawing.isSmall
          ? "Price in the node, shaded by its share; the dimension that a "
            + "product sums over is in italics below it."
          : "Each node is a product; its area grows with its share of the "
            + "price.")
    ]
  }

  private var computation: Figure {
    let svg = SVGComputation(self)
    return Figure(
      title: "Graph",
      drawing: svg.map { GraphDrawing(svg: $0.svg, kinds: $0.styles) },
      caption: svg == nil
        ? "Not drawn: a drawing of more than \(SVGComputation.vertexLimit) "
          + "vertices can't be read."
        : "Every variable with its number of components, above what it "
          + "depends on; the number in the corner says when it is eliminated.")
  }

  /// Every value once.
  private var plan: Figure {
    guard let graph = SVGGraph(self) else {
      let steps = DigitGrouping.narrow.grouped(StepList(self).ids.count)
      return Figure(
        title: "Plan", drawing: nil,
        caption: "Not drawn: the plan has \(steps) steps, and a drawing of "
          + "more than \(PlanGraph.stepLimit) can't be read.")
    }
    return Figure(
      title: "Plan",
      drawing: GraphDrawing(
        svg: graph.svg,
        kinds: graph.styles
          .union(graph.hasShared ? ["target", "shared"] : ["target"])),
      caption: "Every value stands once, above what it is made of; price in "
        + "the node, shaded by its share.")
  }
}

/// A graph that is laid out already.
private struct GraphDrawing: Drawing {
  let svg: SVG
  let kinds: Set<String>

  func markup(id: String, of figure: Figure) -> String {
    svg.scrolled(id: id, of: figure) + Legend.markup(kinds)
  }

  var styles: [String] { [DrawingStyle.boxes, DrawingStyle.nodes] }
}

/// The bracketing of one target.
private struct BracketingDrawing: Drawing {
  let report: Report

  /// Longer chains are drawn as an outline.
  var isSmall: Bool {
    report.solved.problem.targets[0].count <= SVGTree.leafLimit
  }

  func lines(columns: Int) -> [String] {
    TextDendrogram(report, width: columns)?.lines ?? []
  }

  func markup(id: String, of figure: Figure) -> String {
    let (svg, styles) =
      isSmall
      ? (SVGTree(report).svg, SVGTree(report).styles)
      : (SVGOutline(report).svg, SVGOutline(report).styles)
    return svg.scrolled(id: id, of: figure) + Legend.markup(styles)
  }

  var styles: [String] { [DrawingStyle.boxes, DrawingStyle.nodes] }
}

/// A schedule, once for pages and once for telephones.
private struct ScheduleDrawing: Drawing {
  let report: Report
  private let charts: [(place: SVGGantt.Place, chart: SVGGantt)]

  init?(_ report: Report) {
    self.report = report
    charts = SVGGantt.Place.allCases.compactMap { place in
      SVGGantt(report, for: place).map { (place, $0) }
    }
    if charts.isEmpty { return nil }
  }

  /// What isn't drawn.
  var omissions: [String] { charts[0].chart.layout.omissions }

  func lines(columns: Int) -> [String] {
    TextGantt(report, width: columns)?.lines ?? []
  }

  func markup(id: String, of figure: Figure) -> String {
    let drawings = charts.map { place, chart in
      "<div class=\"scroll gantt \(place)\">"
        + chart.svg.markup(id: "\(id)-\(place)", of: figure) + "</div>\n"
    }
    let styles = charts.reduce(Set(["critical", "idle"])) {
      $0.union($1.chart.styles)
    }
    return drawings.joined() + Legend.markup(styles)
  }

  var styles: [String] { [DrawingStyle.boxes, DrawingStyle.gantt] }
}
