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
  /// What leads from one vertex to another; copies come behind the vertices of
  /// the graph.
  private(set) var links: VertexLinks
  /// Lists of factors that aren't accumulated yet, in the order of arcs; links
  /// name them by number.
  private var waiting: [[Int]] = []
  /// The wanted blocks, between copies where there are any.
  private let blocks: [Graph.Block]
  /// nil where everything that paths join is part of a wanted block.
  private let reach: Reach?
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
    blocks = copies.blocks
    reach = copies.wantsAll ? nil : copies.reach
    intermediates = copies.intermediates
    links = VertexLinks(
      sizes: copies.originals.map { graph.vertices[$0].size },
      areOwnedByTails: way == .adjoint)
    for passage in copies.passages {
      var link = links.link(from: passage.from, to: passage.to)
      link.isPassage = true
      links.set(link, from: passage.from, to: passage.to)
    }
    for arc in graph.usefulArcs.map({ graph.arcs[$0] }) {
      var link = links.link(from: arc.from, to: arc.to)
      try join([arc.factor], to: &link)
      links.set(link, from: arc.from, to: arc.to)
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
      var link = links.link(from: block.from, to: block.to)
      guard try accumulate(factors(of: link), of: &link) else { return nil }
      links.set(link, from: block.from, to: block.to)
      targets.append(link.value!.step)
    }
    let plan = Plan(steps: steps, targets: targets)
    // Two values are the same only where a factor stands on several arcs.
    let used = problem.graph!.usefulArcs.map { problem.graph!.arcs[$0].factor }
    return Set(used).count == used.count ? plan : plan.mergingEqualSteps()
  }

  /// Eliminates a vertex; false where modes or limits forbid it.
  package mutating func eliminate(_ vertex: Int) throws(ChainError) -> Bool {
    guard let crossing = try chosenCrossing(of: vertex) else { return false }
    try perform(crossing)
    links.remove(vertex)
    return true
  }

  /// The vertices that a vertex is linked with.
  func neighbours(of vertex: Int) -> [Int] { links.neighbours(of: vertex) }

  /// Whether everything that paths join is part of a wanted block.
  var wantsAll: Bool { reach == nil }

  /// Whether something between two vertices is part of a wanted block.
  func isUseful(from: Int, to: Int) -> Bool {
    reach?.isUseful(from: from, to: to) ?? true
  }

  // MARK: Steps

  private mutating func append(_ step: Step) -> Int {
    steps.append(step)
    return steps.count - 1
  }

  /// The factors of a link that aren't accumulated yet, in the order of arcs.
  func factors(of link: VertexLinks.Link) -> [Int] {
    link.waiting < 0 ? [] : waiting[Int(link.waiting)]
  }

  /// Adds what leads from one vertex to another to what is there.
  private mutating func join(
    _ addend: VertexLinks.Link, to link: inout VertexLinks.Link
  ) throws(ChainError) {
    link.isPassage = link.isPassage || addend.isPassage
    if let value = addend.value { try add(value, to: &link) }
    guard addend.waiting >= 0 || link.waiting >= 0 else { return }
    try join(factors(of: addend), to: &link)
  }

  /// Adds factors to a link. Entries at hand are added at once, unless applying
  /// the factor alone may be cheaper than multiplying with them.
  private mutating func join(
    _ factors: [Int], to link: inout VertexLinks.Link
  ) throws(ChainError) {
    let factors = self.factors(of: link) + factors
    let isAlone = link.step < 0 && factors.count == 1
    let added = factors.filter { index in
      let factor = problem.factors[index]
      let isOnlyGiven = factor.tangentCost == nil && factor.adjointCost == nil
      return factor.isGiven && (isOnlyGiven || !isAlone)
    }
    setFactors(added.count == factors.count ? [] : factors, of: &link)
    _ = try accumulate(added, of: &link)
  }

  private mutating func setFactors(
    _ factors: [Int], of link: inout VertexLinks.Link
  ) {
    link.waiting = factors.isEmpty ? -1 : Int32(waiting.count)
    if !factors.isEmpty { waiting.append(factors) }
  }

  private mutating func add(
    _ value: Value, to link: inout VertexLinks.Link
  ) throws(ChainError) {
    var sum = value
    if let known = link.value {
      sum = Value(
        step: append(.add(known.step, value.step)),
        pattern: try table.union(known.pattern, value.pattern))
    }
    link.set(sum, isDense: table.isDense(sum.pattern))
  }

  /// Turns factors of a link into entries; false where one has no way.
  private mutating func accumulate(
    _ factors: [Int], of link: inout VertexLinks.Link
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
    let rest = self.factors(of: link).filter { !factors.contains($0) }
    setFactors(rest, of: &link)
    return true
  }

  /// What crosses a vertex, as the crossing says.
  private mutating func perform(_ crossing: Crossing) throws(ChainError) {
    let mode = crossing.mode
    let (entering, leaving) = (
      links.entering(crossing.vertex), links.leaving(crossing.vertex)
    )
    var (near, far) =
      mode == .tangent ? (entering, leaving) : (leaving, entering)
    for place in near.indices where near[place].waiting >= 0 {
      _ = try accumulate(factors(of: near[place]), of: &near[place])
    }
    for place in far.indices {
      if far[place].waiting >= 0 {
        _ = try accumulate(
          factors(of: far[place]).filter(crossing.accumulated.contains),
          of: &far[place])
      }
      let other = Int(far[place].vertex)
      var walk = links.walk(of: other, isHead: mode == .tangent)
      for nearLink in near {
        let end = Int(nearLink.vertex)
        let (from, to) = mode == .tangent ? (end, other) : (other, end)
        guard isUseful(from: from, to: to) else { continue }
        let addend = try product(nearLink, far[place], mode)
        var link = links.link(with: end, &walk)
        try join(addend, to: &link)
        links.set(link, &walk)
      }
      links.finish(walk)
    }
  }

  /// What a far link makes of an accumulated near one.
  private mutating func product(
    _ near: VertexLinks.Link, _ far: VertexLinks.Link, _ mode: Mode
  ) throws(ChainError) -> VertexLinks.Link {
    if near.isPassage { return far }
    if far.isPassage { return near }
    let value = near.value!
    var product = VertexLinks.Link(with: near.vertex)
    if let other = far.value {
      let (outer, inner) = mode == .tangent ? (other, value) : (value, other)
      try add(
        Value(
          step: append(.multiply(outer: outer.step, inner: inner.step)),
          pattern: try table.product(outer.pattern, inner.pattern)),
        to: &product)
    }
    guard far.waiting >= 0 else { return product }
    for factor in factors(of: far) {
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
