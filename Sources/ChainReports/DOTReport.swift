import JacobianChain

/// The plan as a Graphviz digraph: the computational graph of the chain as a
/// row of boxes, and the order as ellipses numbered like the step table, with
/// dashed arrows from operands to products.
struct DOTReport {
  private let report: Report

  init(_ report: Report) { self.report = report }

  /// The whole document.
  ///
  /// - Complexity: O(factors + steps).
  var document: String {
    var text = """
      digraph "\(report.problem.name.quoted)" {
        label="\(report.problem.name.quoted) · \(report.subtitle)\\n\
      \(report.verdict)\\n\
      \(DigitGrouping.narrow.grouped(report.optimum.fma)) fma, \(report.proof)"
        labelloc=t rankdir=BT fontname="Helvetica"
        node [fontname="Helvetica" fontsize=11]
        edge [fontname="Helvetica" fontsize=9]

      """
    text += factors
    text += steps
    return text + "}\n"
  }

  /// The computational graph: factors in the order of application, and the
  /// dimension of the vector that flows between two of them on its edge.
  private var factors: String {
    let problem = report.problem
    var text = "  { rank=same\n    node [shape=box]\n"
    for index in Set(problem.targets.joined()).sorted() {
      let factor = problem.factors[index]
      let pattern = problem.patterns[index]
      var label = "\(factor.name.quoted)\\n\(pattern.shape)"
      if !pattern.isDense { label += "\\n\(pattern.structure.name)" }
      text += "    f\(index) [label=\"\(label)\"]\n"
    }
    text += "    node [shape=plaintext]\n    x [label=\"x\"]\n"
    text += "    y [label=\"y\"]\n  }\n"
    var drawn = Set<[Int]>()
    func edge(_ from: Int?, _ to: Int?, _ dimension: Int) {
      guard drawn.insert([from ?? -1, to ?? -1]).inserted else { return }
      let tail = from.map { "f\($0)" } ?? "x"
      let head = to.map { "f\($0)" } ?? "y"
      text += "  \(tail) -> \(head) [label=\"\(dimension)\"]\n"
    }
    for word in problem.targets {
      edge(nil, word[0], problem.factors[word[0]].columns)
      for (inner, outer) in zip(word, word.dropFirst()) {
        edge(inner, outer, problem.factors[inner].rows)
      }
      let last = word[word.count - 1]
      edge(last, nil, problem.factors[last].rows)
    }
    return text
  }

  /// The order: one node per step that does something.
  private var steps: String {
    let plan = report.optimum
    let list = StepList(report)
    let targets = Set(plan.plan.targets)
    var text = "  node [shape=ellipse style=filled]\n  edge [style=dashed]\n"
    for (position, id) in list.ids.enumerated() {
      let row = list[position]
      let name = row.product.full.quoted
      var label =
        "\(row.number): \(name)\\n\(row.pattern.shape)\\n"
        + "\(DigitGrouping.narrow.grouped(row.fma)) fma"
      if case .evaluations = row.action { label += "\\n\(row.action.long)" }
      let border = targets.contains(id) ? " penwidth=2" : ""
      text +=
        "  s\(id) [label=\"\(label)\" fillcolor=\"\(colour(id))\"\(border)]\n"
      for operand in operands(id) { text += "  \(operand) -> s\(id)\n" }
    }
    return text
  }

  private func operands(_ id: Int) -> [String] {
    let steps = report.optimum.plan.steps
    func value(_ id: Int) -> String {
      if case .given(let factor) = steps[id] { "f\(factor)" } else { "s\(id)" }
    }
    return switch steps[id] {
    case .given: []
    case .accumulate(let factor, _): ["f\(factor)"]
    case .multiply(let outer, let inner): [value(outer), value(inner)]
    case .eliminate(let factor, _, let operand):
      ["f\(factor)", value(operand)]
    }
  }

  private func colour(_ id: Int) -> String {
    switch report.optimum.plan.steps[id] {
    case .given: "#e8e8e8"
    case .accumulate: "#f7d79a"
    case .multiply: "#a9cfe8"
    case .eliminate: "#9adbc5"
    }
  }
}

extension String {
  /// As the inside of a quoted DOT string; escape sequences such as `\N` lose
  /// their meaning.
  fileprivate var quoted: String {
    var result = ""
    for scalar in printable.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
