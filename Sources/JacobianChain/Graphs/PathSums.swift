/// What the values of a plan mean on a graph where every factor stands on one
/// arc: each is a sum of paths between two vertices.
///
/// The factor of an arc is a variable. The arcs of a path tell their order, so
/// that paths are monomials and sums of paths polynomials, although the
/// variables commute; those are compared by their fingerprints. Shares no code
/// with whoever makes plans.
struct PathSums {
  /// A value.
  private struct Value {
    private var from: Int32
    private var to: Int32
    var print: Fingerprint

    init(_ block: Graph.Block, _ print: Fingerprint) {
      (from, to) = (Int32(block.from), Int32(block.to))
      self.print = print
    }

    var block: Graph.Block { Graph.Block(from: Int(from), to: Int(to)) }
  }

  private let problem: Problem
  private let graph: Graph
  /// The arc of each factor; nil when it has none.
  private let arcs: [Graph.Arc?]
  private var values: [Value] = []

  /// Nil when a factor stands on several arcs.
  ///
  /// - Parameter steps: how many there are to follow.
  init?(_ problem: Problem, _ graph: Graph, _ steps: Int) {
    var arcs = [Graph.Arc?](repeating: nil, count: problem.factors.count)
    for arc in graph.arcs {
      guard arcs[arc.factor] == nil else { return nil }
      arcs[arc.factor] = arc
    }
    (self.problem, self.graph, self.arcs) = (problem, graph, arcs)
    values.reserveCapacity(steps)
  }

  /// Follows one more step.
  ///
  /// - Precondition: its operands are earlier steps.
  /// - Throws: `ChainError` (`invalidPlan`) when its operands don't meet.
  mutating func append(_ step: Step, _ id: Int) throws(ChainError) {
    switch step {
    case .given(let factor), .accumulate(let factor, _):
      values.append(try leaf(factor, id))
    case .multiply(let outer, let inner):
      values.append(
        try product(values[outer], values[inner], id, at: "inner"))
    case .eliminate(let factor, .tangent, let operand):
      values.append(
        try product(leaf(factor, id), values[operand], id, at: "operand"))
    case .eliminate(let factor, .adjoint, let operand):
      values.append(
        try product(values[operand], leaf(factor, id), id, at: "operand"))
    case .add(let first, let second):
      let (a, b) = (values[first], values[second])
      guard a.block == b.block else {
        throw .invalidStep(
          id, "operands", "two values between the same vertices",
          "\(graph.name(a.block)) and \(graph.name(b.block))",
          "add what leads from one vertex to one other")
      }
      values.append(Value(a.block, a.print + b.print))
    }
  }

  private func leaf(_ factor: Int, _ id: Int) throws(ChainError) -> Value {
    guard let arc = arcs[factor] else {
      throw .invalidStep(
        id, "factor", "a factor of an edge",
        "\"\(problem.factors[factor].name)\", which no edge has",
        "leave the step out")
    }
    return Value(
      Graph.Block(from: arc.from, to: arc.to), Fingerprint(variable: factor))
  }

  private func product(
    _ outer: Value, _ inner: Value, _ id: Int, at key: String
  ) throws(ChainError) -> Value {
    let (after, before) = (outer.block, inner.block)
    guard after.from == before.to else {
      throw .invalidStep(
        id, key, "values that meet in a vertex",
        "\(graph.name(after)) after \(graph.name(before))",
        "the inner value must end where the outer one begins")
    }
    return Value(
      Graph.Block(from: before.from, to: after.to), outer.print * inner.print)
  }

  /// The vertices between which a value lies.
  func ends(of step: Int) -> Graph.Block { values[step].block }

  /// The sum of paths that a value is.
  func print(of step: Int) -> Fingerprint { values[step].print }

  /// Holds the wanted blocks against sums over all paths of the graph.
  ///
  /// - Precondition: `targets` are steps that were followed.
  /// - Throws: `ChainError` (`invalidPlan`) for the first that is another sum,
  ///   or when the control stops the comparison.
  /// - Complexity: O((vertices + arcs) · sources of wanted blocks).
  func check(
    _ targets: [Int], _ steps: [Step], _ control: SearchControl
  ) throws(ChainError) {
    let incidence = graph.incidence
    var meter = WorkMeter(control)
    var known: (source: Int, sums: [Fingerprint])?
    let order = targets.indices.sorted {
      (graph.wanted[$0].from, $0) < (graph.wanted[$1].from, $1)
    }
    for target in order {
      let block = graph.wanted[target]
      let value = values[targets[target]]
      guard value.block == block else {
        throw refuse(
          target, "∂\(graph.name(block))", "∂\(graph.name(value.block))",
          "let the target point at the step that makes this block")
      }
      if known?.source != block.from {
        known = (block.from, sums(from: block.from, incidence))
        _ = try meter.spend(graph.vertices.count + graph.arcs.count)
      }
      guard known!.sums[block.to] == value.print else {
        let words = PathDifference(
          block, of: graph, value: targets[target], steps,
          factors: problem.factors.count)
        throw refuse(
          target, "∂\(graph.name(block)), \(words.expected)", words.found,
          "add the product along every path exactly once")
      }
    }
  }

  private func refuse(
    _ target: Int, _ expected: String, _ found: String, _ advice: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/targets/\(target)", expected: expected,
      found: found, advice: advice)
  }

  /// The sums over all paths from a vertex to every other.
  private func sums(
    from source: Int, _ incidence: Incidence
  ) -> [Fingerprint] {
    var sums = [Fingerprint](repeating: .zero, count: graph.vertices.count)
    sums[source] = .one
    for vertex in graph.order where sums[vertex] != .zero {
      for arc in incidence.leaving[vertex] {
        sums[graph.arcs[arc].to] +=
          Fingerprint(variable: graph.arcs[arc].factor) * sums[vertex]
      }
    }
    return sums
  }
}
