import ChainExecutor
import JacobianChain

extension Computation {
  /// A target of which an order of products made numbers that aren't finite.
  ///
  /// That says nothing yet: it may have met a pole that has no part in the
  /// target, or multiplied large numbers before small ones. So the answer comes
  /// from the functions alone. It is the same whichever order was chosen:
  /// their Jacobians' product, or an error that names the first pole. Only
  /// where that takes too long, the answer is an error without a name.
  ///
  /// - Throws: `ChainError` (`malformed`).
  /// - Complexity: O(entries of the functions' Jacobians), and as many
  ///   products as the target has rows, or columns, where there is an answer.
  func exactTarget(
    _ target: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    do {
      return try exactly(target, trajectory)
    } catch  where error.kind == .tooLarge {
      throw ChainError(
        .malformed, at: "/functions", expected: "a finite product",
        found: "an entry that isn't finite, in the order that was chosen",
        advice: "see which function has no finite derivative at the point, or "
          + "whether derivatives are too large to be multiplied")
    }
  }

  private func exactly(
    _ target: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    try stand(trajectory)
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    let ways = try solved.problem.ways(toTarget: target)
    var factors: [Int: ExactFactor] = [:]
    for way in ways where factors[way.factor] == nil {
      do {
        factors[way.factor] = try operands.exactFactor(way.factor)
      } catch {
        throw operands.failure(error, roles[way.factor])
      }
    }
    let product = ExactProduct(
      arcs: ways.map {
        .init(factor: factors[$0.factor]!, from: $0.from, to: $0.to)
      })
    if let pole = product.firstPole {
      throw try poleError(ways[pole.arc].factor, pole.entry, trajectory)
    }
    return try rounded(product, program.targetPattern(target))
  }

  /// All that functions have is needed, where the trajectory stands already.
  private func stand(_ trajectory: Trajectory) throws(ChainError) {
    for (k, node) in trajectory.graph.nodes.enumerated() {
      trajectory.kept[k].formUnion(node.function?.abilities ?? [])
    }
    for case .curvature(let k) in roles {
      trajectory.kept[k].insert(.curvature)
    }
    try trajectory.move(to: trajectory.point, end: planned.end)
  }

  private func rounded(
    _ product: ExactProduct, _ pattern: Pattern
  ) throws(ChainError) -> Matrix {
    let places = try pattern.expanded()
    var values = [Double](repeating: 0, count: places.entries)
    var overflow: (row: Int, column: Int)?
    // The side with fewer products.
    let isTall = pattern.rows > pattern.columns
    try (isTall ? product.transposed : product).forEachEntry {
      let (row, column) = isTall ? ($1, $0) : ($0, $1)
      let value = $2.rounded
      if !value.isFinite { overflow = overflow ?? (row, column) }
      if let position = places.position(row: row, column: column) {
        values[position] = value
      }
    }
    if let overflow {
      throw ChainError(
        .malformed, at: "/functions", expected: "derivatives that are doubles",
        found: "entry (\(overflow.row), \(overflow.column)) of the product is "
          + "beyond 1.8e308",
        advice: "scale the inputs or the outputs")
    }
    return try Matrix(pattern: pattern, sparseValues: values)
  }

  private func poleError(
    _ factor: Int, _ entry: ExactFactor.Entry, _ trajectory: Trajectory
  ) throws(ChainError) -> ChainError {
    let (row, column) = (entry.row, entry.column)
    let value = entry.value.rounded.word
    func error(
      _ k: Int, _ what: String, _ derivative: String, by input: Int
    ) throws(ChainError) -> ChainError {
      try trajectory.move(to: trajectory.point, end: k)
      return ChainError(
        .malformed, at: "/functions/\(k)",
        expected: "a finite \(what) of "
          + "\"\(trajectory.graph.nodes[k].name)\"",
        found: "\(derivative) is \(value) at "
          + trajectory.input(of: k, with: input),
        advice: "keep the point away from where the function has no such "
          + "derivative; 0 · ∞ is none either, by tangents and by adjoints")
    }
    switch roles[factor] {
    case .function(let k):
      return try error(
        k, "derivative", "∂(output \(row))/∂(input \(column))", by: column)
    case .part(let k, let part):
      let (i, j) = (
        part.rows.lowerBound + row, part.columns.lowerBound + column
      )
      return try error(
        k, "derivative", "∂(output \(i))/∂(input \(j))", by: j)
    case .transpose(let k):
      return try error(
        k, "derivative", "∂(output \(column))/∂(input \(row))", by: row)
    case .parameters(let k):
      return try error(
        k, "derivative", "∂(output \(row))/∂(parameter \(column))", by: 0)
    case .curvature(let k):
      return try error(
        k, "second derivative", "∂²/∂(input \(row))∂(input \(column))",
        by: column)
    case .unit: preconditionFailure("what a sum passes on is finite")
    case .seeds(let first, let stride):
      return ChainError(
        .malformed, at: "/seeds", expected: "finite seeds",
        found: "entry \(first + row * stride + column) is \(value)",
        advice: "correct the block that the Jacobian is multiplied by")
    }
  }
}

extension Problem {
  /// The arcs on all ways of a target, those that enter a vertex before those
  /// that leave it: from the vertex of the first to that of the last.
  fileprivate func ways(
    toTarget target: Int
  ) throws(ChainError) -> [Graph.Arc] {
    guard let graph else {
      return targets[target].enumerated().map {
        Graph.Arc(factor: $1, from: $0, to: $0 + 1)
      }
    }
    let (reach, places) = (
      try graph.reach(of: [graph.wanted[target]]), graph.places
    )
    return graph.usefulArcs.map { graph.arcs[$0] }
      .filter { reach.isUseful(from: $0.from, to: $0.to) }
      .map {
        Graph.Arc(
          factor: $0.factor, from: places[$0.from], to: places[$0.to])
      }
      .sorted { ($0.to, $0.from, $0.factor) < ($1.to, $1.from, $1.factor) }
  }
}
