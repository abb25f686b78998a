import JacobianChain

/// The plan as a Graphviz digraph: the computational graph of the chain as a
/// row of boxes, and the order as ellipses numbered like the step table, with
/// dashed arrows from operands to products. A value stands once, however often
/// it is used; targets have a double border. The factors of a long chain stand
/// in rows of eight, and arrows are drawn between products only, so that the
/// drawing fits a page.
struct DOTReport {
  let report: Report
  /// The factors that a target reads.
  private let factorsRead: [Int]

  init(_ report: Report) {
    self.report = report
    factorsRead = Set(report.solved.problem.targets.joined()).sorted()
  }

  /// The whole document.
  ///
  /// - Complexity: O(factors + steps).
  var document: String {
    var text = """
      digraph "\(report.solved.problem.name.quoted)" {
        label="\(report.solved.problem.name.quoted) · \(report.subtitle)\\n\
      \(report.verdict)\\n\
      \(report.amount(report.solved.price))\(kind), \
      \(report.proof)"
        labelloc=t rankdir=\(direction) fontname="Helvetica"
        node [fontname="Helvetica" fontsize=11]
        edge [fontname="Helvetica" fontsize=9]

      """
    text += report.solved.problem.graph.map(computation) ?? ""
    text += factors
    text += steps
    return text + "}\n"
  }

  private var kind: String {
    report.solved.scheduled == nil ? "" : " of makespan"
  }

  /// The computational graph: factors in the order of application, and the
  /// dimension of the vector that flows between two of them on its edge.
  private var factors: String {
    let problem = report.solved.problem
    var text = isLong ? "  {\n" : "  { rank=same\n"
    text += "    node [shape=box]\n"
    let targets = targetFactors
    for index in problem.usedFactors {
      let factor = problem.factors[index]
      let pattern = problem.patterns[index]
      var label = "\(factor.name.quoted)\\n\(pattern.shape)"
      if !pattern.isDense { label += "\\n\(pattern.structure.name)" }
      let border = targets.contains(index) ? " peripheries=2" : ""
      text += "    f\(index) [label=\"\(label)\"\(border)]\n"
    }
    if isLong { text += rows }
    guard problem.graph == nil, flows else { return text + "  }\n" }
    // Several targets have several inputs and outputs.
    let hasEnds = problem.targets.count == 1
    if hasEnds {
      text += "    node [shape=plaintext]\n    x [label=\"x\"]\n"
      text += "    y [label=\"y\"]\n"
    }
    text += "  }\n"
    var drawn = Set<[Int]>()
    func edge(_ from: Int?, _ to: Int?, _ dimension: Int) {
      guard drawn.insert([from ?? -1, to ?? -1]).inserted else { return }
      let tail = from.map { "f\($0)" } ?? "x"
      let head = to.map { "f\($0)" } ?? "y"
      let free = isLong && !hasEnds ? " constraint=false" : ""
      text += "  \(tail) -> \(head) [label=\"\(dimension)\"\(free)]\n"
    }
    for word in problem.targets {
      if hasEnds { edge(nil, word[0], problem.factors[word[0]].columns) }
      for (inner, outer) in zip(word, word.dropFirst()) {
        edge(inner, outer, problem.factors[inner].rows)
      }
      let last = word[word.count - 1]
      if hasEnds { edge(last, nil, problem.factors[last].rows) }
    }
    return text
  }

  /// Whether the factors would make too long a row.
  private var isLong: Bool { factorsRead.count > 12 }

  /// The factors, eight in a row, the first ones at the bottom.
  private var rows: String {
    let starts = stride(from: 0, to: factorsRead.count, by: Self.rowLength)
    let rows = starts.map { factorsRead[$0...].prefix(Self.rowLength) }
    return rows.map { row in
      "    { rank=same " + row.map { "f\($0)" }.joined(separator: " ") + " }\n"
    }.joined()
      + zip(rows, rows.dropFirst()).map { below, above in
        "    f\(below.first!) -> f\(above.first!) [style=invis weight=100]\n"
      }.joined()
  }

  private static let rowLength = 8

  /// Bottom to top; for long chains whose order has few levels left to right,
  /// as pages are longer than wide.
  private var direction: String {
    guard isLong else { return "BT" }
    let plan = report.solved.plan.plan
    var levels: [Int] = []
    for step in plan.steps {
      let (first, second) = step.operands
      let below = [first, second].compactMap { $0.map { levels[$0] } }
      levels.append((below.max() ?? 0) + 1)
    }
    let factors = report.solved.problem.factors.count
    return factors > 6 * (levels.max() ?? 1) ? "LR" : "BT"
  }

  /// Factors that are targets as they are.
  private var targetFactors: Set<Int> {
    let plan = report.solved.plan.plan
    return Set(
      plan.targets.compactMap { id in
        if case .given(let factor) = plan.steps[id] { factor } else { nil }
      })
  }

  /// Whether the factors can stand in a row, each before those that read it.
  /// Where words repeat factors, or swap them, arrows would run in circles.
  private var flows: Bool {
    let problem = report.solved.problem
    var next = [Set<Int>](repeating: [], count: problem.factors.count)
    var readers = [Int](repeating: 0, count: problem.factors.count)
    for word in problem.targets {
      for (inner, outer) in zip(word, word.dropFirst())
      where next[inner].insert(outer).inserted {
        readers[outer] += 1
      }
    }
    var ready = readers.indices.filter { readers[$0] == 0 }
    var count = 0
    while let factor = ready.popLast() {
      count += 1
      for outer in next[factor] {
        readers[outer] -= 1
        if readers[outer] == 0 { ready.append(outer) }
      }
    }
    return count == problem.factors.count
  }

  /// The order: one node per step that does something.
  private var steps: String {
    let plan = report.solved.plan
    let list = StepList(report)
    let targets = Set(plan.plan.targets)
    let shared = SharedValues(report)
    var tasks: [Int: Schedule.Task] = [:]
    for task in report.solved.scheduled?.schedule.schedule.tasks ?? [] {
      tasks[task.step] = task
    }
    var text = "  node [shape=ellipse style=filled]\n  edge [style=dashed]\n"
    for (position, id) in list.ids.enumerated() {
      let row = list[position]
      let name = row.product.full.quoted
      var label =
        "\(row.number): \(name)\\n\(row.pattern.shape)\\n"
        + "\(DigitGrouping.narrow.grouped(row.fma)) fma"
      if let task = tasks[id] {
        label +=
          "\\nmachine \(task.machine + 1) from "
          + DigitGrouping.narrow.grouped(task.start)
      }
      if case .evaluations = row.action { label += "\\n\(row.action.long)" }
      if shared.uses[id] > 1 { label += "\\nused \(shared.uses[id])×" }
      let border = targets.contains(id) ? " penwidth=2 peripheries=2" : ""
      text +=
        "  s\(id) [label=\"\(label)\" fillcolor=\"\(colour(id))\"\(border)]\n"
      // The longest run of products is straight.
      let spine = isLong ? plan.longestOperand(of: id) : nil
      for operand in operands(id) {
        let weight = spine.map { operand == "s\($0)" } ?? false
        text +=
          "  \(operand) -> s\(id)\(weight ? " [weight=100]" : "")\n"
      }
    }
    return text
  }

  private func operands(_ id: Int) -> [String] {
    let steps = report.solved.plan.plan.steps
    func value(_ id: Int) -> String {
      if case .given(let factor) = steps[id] { "f\(factor)" } else { "s\(id)" }
    }
    if isLong {
      let (first, second) = steps[id].operands
      return [first, second].compactMap { $0 }
        .filter { !report.solved.plan.isGiven($0) }.map(value)
    }
    return switch steps[id] {
    case .given: []
    case .accumulate(let factor, _): ["f\(factor)"]
    case .multiply(let outer, let inner): [value(outer), value(inner)]
    case .eliminate(let factor, _, let operand):
      ["f\(factor)", value(operand)]
    case .add(let first, let second): [value(first), value(second)]
    }
  }

  private func colour(_ id: Int) -> String {
    switch report.solved.plan.plan.steps[id] {
    case .given: "#e8e8e8"
    case .accumulate: "#f7d79a"
    case .multiply: "#a9cfe8"
    case .eliminate: "#9adbc5"
    case .add: "#e5b9d3"
    }
  }
}

extension PricedPlan {
  /// The operand of a step whose value has the most factors.
  fileprivate func longestOperand(of id: Int) -> Int? {
    let (first, second) = plan.steps[id].operands
    return [first, second].compactMap { $0 }
      .max { steps[$0].length < steps[$1].length }
  }
}

extension String {
  /// As the inside of a quoted DOT string; escape sequences such as `\N` lose
  /// their meaning.
  var quoted: String {
    var result = ""
    for scalar in printable.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
      // Else what follows might be read as an entity.
      if scalar == "&" { result += "amp;" }
    }
    return result
  }
}
