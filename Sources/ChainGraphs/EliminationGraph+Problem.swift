import JacobianChain

extension EliminationGraph {
  /// The graph of a problem whose factors all have their entries; vertices
  /// where wanted blocks begin or end in the middle have a copy each.
  ///
  /// `origins` are vertices of the problem, copies from their number on.
  ///
  /// - Parameter rate: what products are priced in; sums cost nothing here.
  /// - Precondition: the problem has a graph.
  /// - Throws: `ChainError` (`tooLarge`) when blocks begin at too many vertices.
  package init(
    _ problem: Problem, at rate: Rate = .fma,
    control: SearchControl = .unlimited
  ) throws(ChainError) {
    let graph = problem.graph!
    let copies = try VertexCopies(graph)
    let useful = graph.usefulArcs.map { graph.arcs[$0] }
    var sizes = graph.vertices.map(\.size)
    sizes += [Int](repeating: 0, count: copies.count - sizes.count)
    for passage in copies.passages {
      let size = max(sizes[passage.from], sizes[passage.to])
      (sizes[passage.from], sizes[passage.to]) = (size, size)
    }
    var roles = [Role](repeating: .input, count: copies.count)
    for arc in useful { roles[arc.to] = .output }
    for passage in copies.passages { roles[passage.to] = .output }
    for vertex in copies.intermediates { roles[vertex] = .intermediate }

    // Two units make a diagonal: dense where it has one entry.
    let isOfUnits = useful.allSatisfy { arc in
      let pattern = problem.patterns[arc.factor]
      switch pattern.structure {
      case .dense: return true
      case .identity, .negatedIdentity: return pattern.rows == 1
      default: return false
      }
    }
    let isUniform = rate == .fma && isOfUnits
    let algebra = ArcAlgebra(
      isUniform: isUniform, rate: rate,
      reading: Reading(of: problem, at: rate), control: control)
    func kind(_ pattern: Pattern, isGiven: Bool = false) -> Int16 {
      guard isUniform else {
        return algebra.number(of: pattern, isGiven: isGiven)
      }
      return pattern.isDense ? ArcAlgebra.dense : ArcAlgebra.unit
    }
    var arcs = useful.map {
      Arc(
        from: $0.from, to: $0.to,
        kind: kind(
          problem.patterns[$0.factor],
          isGiven: problem.factors[$0.factor].isOnlyGiven))
    }
    for passage in copies.passages {
      arcs.append(
        Arc(
          from: passage.from, to: passage.to,
          kind: kind(Pattern(identityOf: sizes[passage.from]))))
    }
    var isUseful: ((Int, Int) -> Bool)?
    if !copies.wantsAll { isUseful = copies.reach.isUseful(from:to:) }
    self.init(
      sizes: sizes, roles: roles, arcs: arcs, algebra: algebra,
      isUseful: isUseful)
  }
}

extension Pattern {
  /// The identity of n × n.
  init(identityOf size: Int) {
    do {
      try self.init(
        rows: size, columns: size, structure: .identity, at: "/graph")
    } catch {
      preconditionFailure("a valid size: \(error)")
    }
  }
}
