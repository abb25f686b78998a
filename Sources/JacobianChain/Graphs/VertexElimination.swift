/// A graph whose vertices are eliminated one after the other, and the plan that
/// does it: for every vertex the products of what leaves it with what enters
/// it, each added to what is there already (Griewank & Reese 1991; Naumann 2004,
/// doi:10.1007/s10107-003-0456-9).
///
/// A wanted block may begin or end at a vertex that lies on paths of others: that
/// vertex is then eliminated like any other, and the block kept at a copy of it,
/// which is joined to it by a passage. What leads to no wanted block is left
/// out.
///
/// A factor that can be evaluated stays as it is until a product needs it: then
/// it is accumulated, or applied to what it meets, whatever costs less.
package struct VertexElimination {
  /// How values are pushed through a vertex.
  package enum Way: Hashable, Sendable, CaseIterable {
    /// What enters is accumulated; what leaves is multiplied with it or applied
    /// to it. Only tangents are evaluated.
    case tangent
    /// What leaves is accumulated; what enters is multiplied or applied. Only
    /// adjoints are evaluated.
    case adjoint
    /// The cheaper of the two at each vertex, with whatever mode is cheaper.
    case cheaper
  }

  /// What leads from one vertex to another.
  struct Link {
    /// The accumulated part.
    var value: Value?
    /// Factors that aren't accumulated yet, in the order of arcs.
    var factors: [Int] = []
    /// Nothing but a copy of a vertex: whatever meets it passes unchanged.
    var isPassage = false
  }

  /// A step and the number of its pattern.
  struct Value {
    var step: Int
    var pattern: Int
  }

  let problem: Problem
  let way: Way
  var table: PatternTable
  /// The number of each factor's pattern.
  let patterns: [Int]
  private var steps: [Step] = []
  /// The steps that hold factors' entries.
  private(set) var leaves: [Int: Int] = [:]
  /// What leaves each vertex; copies come behind the vertices of the graph.
  private(set) var leaving: [[Int: Link]]
  /// From where something enters each vertex.
  private(set) var entering: [Set<Int>]
  /// The wanted blocks, between copies where there are any.
  private let blocks: [Graph.Block]
  private let reach: Reach
  /// The vertices that have to be eliminated, in topological order.
  package let intermediates: [Int]

  /// - Precondition: the problem has a graph.
  /// - Throws: `ChainError` when patterns can't be held.
  package init(
    _ problem: Problem, by way: Way, control: SearchControl = .unlimited
  ) throws(ChainError) {
    let graph = problem.graph!
    (self.problem, self.way) = (problem, way)
    var table = PatternTable(control)
    patterns = problem.patterns.map { table.number(of: $0) }
    self.table = table
    let copies = try VertexCopies(graph)
    (blocks, reach) = (copies.blocks, copies.reach)
    intermediates = copies.intermediates
    leaving = [[Int: Link]](repeating: [:], count: copies.count)
    entering = [Set<Int>](repeating: [], count: copies.count)
    for passage in copies.passages {
      try join(Link(isPassage: true), from: passage.from, to: passage.to)
    }
    for arc in graph.usefulArcs.map({ graph.arcs[$0] }) {
      try join(Link(factors: [arc.factor]), from: arc.from, to: arc.to)
    }
  }

  /// Eliminates vertices and turns what is left into a plan, equal steps
  /// merged; nil where modes or limits forbid the way.
  ///
  /// - Parameter order: the intermediates of the problem, each once.
  /// - Throws: `ChainError` when patterns can't be held, or a stop.
  /// - Complexity: O(products) look-ups, plus the algebra of different patterns.
  package static func plan(
    eliminating order: [Int], of problem: Problem, by way: Way,
    control: SearchControl = .unlimited
  ) throws(ChainError) -> Plan? {
    var elimination = try VertexElimination(problem, by: way, control: control)
    return try elimination.eliminate(inOrder: order, control)
      ? try elimination.plan() : nil
  }

  /// Eliminates vertices one after the other; false where modes or limits forbid
  /// it.
  mutating func eliminate(
    inOrder order: [Int], _ control: SearchControl
  ) throws(ChainError) -> Bool {
    for vertex in order {
      try control.checkpoint()
      guard try eliminate(vertex) else { return false }
    }
    return true
  }

  /// The plan, once all intermediates are eliminated; nil where what is left
  /// can't be accumulated.
  package mutating func plan() throws(ChainError) -> Plan? {
    var targets: [Int] = []
    for block in blocks {
      var link = leaving[block.from][block.to]!
      guard try accumulate(link.factors, of: &link) else { return nil }
      leaving[block.from][block.to] = link
      targets.append(link.value!.step)
    }
    let plan = Plan(steps: steps, targets: targets)
    // Two values are the same only where a factor stands on several arcs.
    let used = problem.graph!.usefulArcs.map { problem.graph!.arcs[$0].factor }
    return Set(used).count == used.count ? plan : plan.mergingEqualSteps()
  }

  /// Eliminates a vertex; false where modes or limits forbid it.
  package mutating func eliminate(_ vertex: Int) throws(ChainError) -> Bool {
    guard let crossing = try crossing(of: vertex) else { return false }
    try perform(crossing)
    for before in entering[vertex] { leaving[before][vertex] = nil }
    for after in leaving[vertex].keys { entering[after].remove(vertex) }
    (entering[vertex], leaving[vertex]) = ([], [:])
    return true
  }

  /// The vertices that a vertex is linked with, ascending.
  package func neighbours(of vertex: Int) -> [Int] {
    (Array(entering[vertex]) + leaving[vertex].keys).sorted()
  }

  /// Whether something between two vertices is part of a wanted block.
  func isUseful(from: Int, to: Int) -> Bool {
    reach.isUseful(from: from, to: to)
  }

  // MARK: Steps

  private mutating func append(_ step: Step) -> Int {
    steps.append(step)
    return steps.count - 1
  }

  /// Adds what leads from one vertex to another to what is there.
  private mutating func join(
    _ addend: Link, from: Int, to: Int
  ) throws(ChainError) {
    var link = leaving[from][to] ?? Link()
    link.isPassage = link.isPassage || addend.isPassage
    if let value = addend.value { try add(value, to: &link) }
    link.factors += addend.factors
    // Entries at hand are added at once, unless applying the factor alone may
    // be cheaper than multiplying with them.
    let isAlone = link.value == nil && link.factors.count == 1
    let added = link.factors.filter { index in
      let factor = problem.factors[index]
      let isOnlyGiven = factor.tangentCost == nil && factor.adjointCost == nil
      return factor.isGiven && (isOnlyGiven || !isAlone)
    }
    _ = try accumulate(added, of: &link)
    leaving[from][to] = link
    entering[to].insert(from)
  }

  private mutating func add(
    _ value: Value, to link: inout Link
  ) throws(ChainError) {
    guard let known = link.value else {
      link.value = value
      return
    }
    link.value = Value(
      step: append(.add(known.step, value.step)),
      pattern: try table.union(known.pattern, value.pattern))
  }

  /// Turns factors of a link into entries; false where one has no way.
  private mutating func accumulate(
    _ factors: [Int], of link: inout Link
  ) throws(ChainError) -> Bool {
    guard !factors.isEmpty else { return true }
    for factor in factors {
      if leaves[factor] == nil {
        guard let leaf = try leaf(factor) else { return false }
        leaves[factor] = append(leaf.step)
      }
      try add(
        Value(step: leaves[factor]!, pattern: patterns[factor]), to: &link)
    }
    link.factors.removeAll { factors.contains($0) }
    return true
  }

  /// What crosses a vertex, as the crossing says.
  private mutating func perform(_ crossing: Crossing) throws(ChainError) {
    let (vertex, mode) = (crossing.vertex, crossing.mode)
    let (near, far) =
      mode == .tangent
      ? (entering[vertex].sorted(), leaving[vertex].keys.sorted())
      : (leaving[vertex].keys.sorted(), entering[vertex].sorted())
    var nearLinks: [Link] = []
    for other in near {
      var link = link(vertex, other, isNear: true, mode)
      _ = try accumulate(link.factors, of: &link)
      nearLinks.append(link)
    }
    for other in far {
      var farLink = link(vertex, other, isNear: false, mode)
      _ = try accumulate(
        farLink.factors.filter(crossing.accumulated.contains), of: &farLink)
      for (place, nearLink) in zip(near, nearLinks) {
        let (from, to) = mode == .tangent ? (place, other) : (other, place)
        guard isUseful(from: from, to: to) else { continue }
        try join(
          try product(nearLink, farLink, mode), from: from, to: to)
      }
    }
  }

  /// What leads between a vertex and a neighbour: on the near side of a sweep,
  /// or on the far one.
  func link(
    _ vertex: Int, _ other: Int, isNear: Bool, _ mode: Mode
  ) -> Link {
    isNear == (mode == .tangent)
      ? leaving[other][vertex]! : leaving[vertex][other]!
  }

  /// What a far link makes of an accumulated near one.
  private mutating func product(
    _ near: Link, _ far: Link, _ mode: Mode
  ) throws(ChainError) -> Link {
    if near.isPassage { return far }
    if far.isPassage { return near }
    let value = near.value!
    var product = Link()
    if let other = far.value {
      let (outer, inner) = mode == .tangent ? (other, value) : (value, other)
      product.value = Value(
        step: append(.multiply(outer: outer.step, inner: inner.step)),
        pattern: try table.product(outer.pattern, inner.pattern))
    }
    for factor in far.factors {
      let applied = Value(
        step: append(
          .eliminate(factor: factor, mode: mode, operand: value.step)),
        pattern: try pattern(of: factor, appliedTo: value.pattern, mode))
      try add(applied, to: &product)
    }
    return product
  }

  mutating func pattern(
    of factor: Int, appliedTo value: Int, _ mode: Mode
  ) throws(ChainError) -> Int {
    mode == .tangent
      ? try table.product(patterns[factor], value)
      : try table.product(value, patterns[factor])
  }
}
