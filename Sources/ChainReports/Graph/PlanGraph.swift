import JacobianChain

/// A plan as a layered graph, in which every value stands once: factors at
/// the bottom, a value above all that it is made of.
///
/// A value that is read further up than in the next layer rises on a line of
/// its own for each reader, so that no two edges merge; the points of a line are
/// nodes, too, so that lines get room between the values.
struct PlanGraph {
  /// What a node stands for.
  enum Kind: Hashable {
    /// The value of a step.
    case value(step: Int)
    /// A factor that is only applied.
    case applied(factor: Int)
    /// A vertex of the graph that is drawn instead of a plan.
    case vertex(Int)
    /// A line that passes a layer.
    case line
  }

  /// One node.
  struct Node {
    var kind: Kind
    /// 0 is the bottom.
    var layer: Int
    /// The nodes one layer down that it is made of, outer operand first; the
    /// same one twice for a square.
    var below: [Int] = []
    /// The nodes one layer up that are made of it, each once.
    var above: [Int] = []
    /// The value that is drawn or passes.
    var source: Int
  }

  /// The nodes; the sources of a node come before it.
  private(set) var nodes: [Node] = []
  /// The nodes of each layer, from left to right.
  var layers: [[Int]] = [[]]

  /// The most steps that a drawing shows.
  static let stepLimit = 60

  /// nil when the plan has too many steps to be looked at.
  ///
  /// - Complexity: O(1) in the length of the plan: no more than 60 steps and
  ///   what they read are drawn.
  init?(_ report: Report) {
    let plan = report.solved.plan.plan
    guard StepList(report).ids.count <= Self.stepLimit else { return nil }
    // Entries that no step reads and nobody asked for are left out.
    var isUsed = [Bool](repeating: false, count: plan.steps.count)
    for target in plan.targets { isUsed[target] = true }
    for (id, step) in plan.steps.enumerated() {
      if !report.solved.plan.isGiven(id) { isUsed[id] = true }
      let (first, second) = step.operands
      if let first { isUsed[first] = true }
      if let second { isUsed[second] = true }
    }
    var places: [Int: Int] = [:]
    for (id, step) in plan.steps.enumerated() where isUsed[id] {
      let operands: [Int]
      switch step {
      case .given, .accumulate: operands = []
      case .multiply(let outer, let inner):
        operands = [places[outer]!, places[inner]!]
      case .add(let first, let second):
        operands = [places[first]!, places[second]!]
      case .eliminate(let factor, let mode, let operand):
        let own = applied(factor)
        operands =
          mode == .tangent ? [own, places[operand]!] : [places[operand]!, own]
      }
      places[id] = add(.value(step: id), reading: operands)
    }
    startInOrder(of: report)
    orderLayers()
  }

  /// A graph itself: inputs at the bottom, a vertex above all that it depends
  /// on.
  ///
  /// - Complexity: O((V + A) · layers).
  init(of graph: Graph) {
    let entering = graph.incidence.entering
    var places: [Int: Int] = [:]
    for vertex in graph.order {
      var operands: [Int] = []
      for arc in entering[vertex] {
        let place = places[graph.arcs[arc].from]!
        if !operands.contains(place) { operands.append(place) }
      }
      places[vertex] = add(.vertex(vertex), reading: operands)
    }
    for layer in layers.indices.dropFirst() { arrange(layer, by: \.below) }
    orderLayers()
  }

  private mutating func applied(_ factor: Int) -> Int {
    let kind = Kind.applied(factor: factor)
    return nodes.firstIndex { $0.kind == kind } ?? add(kind, reading: [])
  }

  private mutating func add(_ kind: Kind, reading operands: [Int]) -> Int {
    let layer =
      operands.isEmpty ? 0 : operands.map { nodes[$0].layer }.max()! + 1
    let below = operands.map { line(of: $0, at: layer - 1) }
    let node = append(Node(kind: kind, layer: layer, source: nodes.count))
    nodes[node].below = below
    for operand in below where !nodes[operand].above.contains(node) {
      nodes[operand].above.append(node)
    }
    return node
  }

  /// A new line that rises from a value to a layer; its last point.
  private mutating func line(of value: Int, at layer: Int) -> Int {
    var end = value
    while nodes[end].layer < layer {
      let point = append(
        Node(kind: .line, layer: nodes[end].layer + 1, source: value))
      nodes[point].below = [end]
      nodes[end].above.append(point)
      end = point
    }
    return end
  }

  private mutating func append(_ node: Node) -> Int {
    nodes.append(node)
    while layers.count <= node.layer { layers.append([]) }
    layers[node.layer].append(nodes.count - 1)
    return nodes.count - 1
  }
}
