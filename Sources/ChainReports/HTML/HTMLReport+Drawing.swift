import JacobianChain

/// The order as a picture: a tree of one target, a graph where values are
/// shared.
extension HTMLReport {
  /// The section with the drawing; empty when there is nothing to see.
  var drawing: String {
    if report.solved.problem.graph != nil { return computation + plan }
    let isJoint = report.solved.problem.targets.count > 1
    if isJoint || !SharedValues(report).ids.isEmpty {
      if let graph = SVGGraph(report) { return section(graph) }
      if isJoint { return tooLarge }
    }
    guard report.solved.problem.targets[0].count > 1 else { return "" }
    let isSmall = report.solved.problem.targets[0].count <= SVGTree.leafLimit
    let svg = isSmall ? SVGTree(report).markup : SVGOutline(report).markup
    let caption =
      isSmall
      ? "Price in the node, shaded by its share; the dimension that a product "
        + "sums over is in italics below it."
      : "Each node is a product; its area grows with its share of the price."
    let styles = Set(
      Outline(report, foldsRuns: !isSmall, limit: isSmall ? .max : 72).nodes
        .map(\.kind.style))
    return section("Bracketing", svg, legend(styles), caption)
  }

  private func section(
    _ title: String, _ svg: String, _ legend: String, _ caption: String,
    style: String = "scroll drawing"
  ) -> String {
    """
    <h2>\(title)</h2>
    <div class="\(style)">
    \(svg)</div>
    \(legend)<p class="quiet">\(caption)</p>

    """
  }

  /// The graph itself; empty when it is too large to be looked at.
  private var computation: String {
    guard let svg = SVGComputation(report) else {
      return "<h2>Graph</h2>\n<p class=\"quiet\">Not drawn: a drawing of more "
        + "than \(SVGComputation.vertexLimit) vertices can't be read.</p>\n"
    }
    return section(
      "Graph", svg.markup, legend(svg.styles),
      "Every variable with its number of components, above what it depends on; "
        + "the number in the corner says when it is eliminated.",
      style: "scroll drawing graph")
  }

  /// The plan on a graph.
  private var plan: String {
    SVGGraph(report).map { section($0) } ?? tooLarge
  }

  private func section(_ graph: SVGGraph) -> String {
    var styles = graph.styles.union(["target"])
    if graph.hasShared { styles.insert("shared") }
    return section(
      "Plan", graph.markup, legend(styles),
      "Every value stands once, above what it is made of; price in the node, "
        + "shaded by its share.", style: "scroll drawing graph")
  }

  private var tooLarge: String {
    let steps = StepList(report).ids.count
    return "<h2>Plan</h2>\n<p class=\"quiet\">Not drawn: the plan has "
      + "\(digits.grouped(steps)) steps, and a drawing of more than "
      + "\(PlanGraph.stepLimit) can't be read.</p>\n"
  }

  func legend(_ styles: Set<String>) -> String {
    let entries = [
      ("given", "given"), ("accumulate", "accumulated"),
      ("multiply", "product"), ("eliminate", "eliminated, matrix-free"),
      ("run", "run in one mode"), ("folded", "not drawn further"),
      ("shared", "used more than once"), ("target", "target"),
      ("add", "sum"), ("input", "input"), ("intermediate", "eliminated"),
      ("output", "output"), ("unit", "edge with entries 1 or −1"),
      ("several", "several short steps"), ("critical", "critical path"),
      ("idle", "idle"),
    ]
    let items = entries.filter { styles.contains($0.0) }.map {
      "<span class=\"\($0.0)\"><i></i>\($0.1)</span>"
    }
    return "<div class=\"legend\">\(items.joined())</div>\n"
  }
}
