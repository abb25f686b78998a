import ChainExecutor
import JacobianChain

extension Computation {
  /// A target of which an order of products made numbers that aren't finite.
  ///
  /// That says nothing yet: it may have met a pole that has no part in the
  /// target, or multiplied large numbers before small ones. So the answer comes
  /// from the functions alone. It is the same whichever order was chosen: the
  /// sum of their Jacobians' products along all paths, or an error that names
  /// the first pole. Only where that takes too long, the answer is an error
  /// without a name.
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
      guard let graph = solved.problem.graph else {
        throw .notFinite("product")
      }
      throw .notFinite("derivative \(graph.name(graph.wanted[target]))")
    }
  }

  /// A target by the functions alone.
  func exactly(
    _ target: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    trajectory.wideTargets += 1
    return try paths(target, trajectory).rounded(
      in: program.targetPattern(target))
  }

  /// What a target is the sum of.
  private func paths(
    _ target: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> ExactPaths {
    let operands = try wholeOperands(trajectory)
    let route = try Route(target: target, of: solved.problem)
    var known: [Int: ExactFactor] = [:]
    for factor in route.hops.map(\.factor) where known[factor] == nil {
      do {
        known[factor] = try operands.exactFactor(factor)
      } catch {
        throw operands.failure(error, roles[factor])
      }
    }
    let paths = ExactPaths(route, route.hops.map { known[$0.factor]! })
    let pole = paths.firstPole { rank(route.hops[$0].factor, at: $0) }
    if let pole {
      throw try poleError(
        route.hops[pole.hop].factor, pole.entry, trajectory)
    }
    return paths
  }

  /// λ of node k, as it is.
  func exactWeights(
    of k: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> [Wide] {
    var weights = self.weights[k]!.map { Wide($0) }
    guard let adjoints, adjoints.leftRange else { return weights }
    var first = 0
    for vertex in trajectory.graph.nodes[k].outputs {
      let end = first + trajectory.graph.vertices[vertex].size
      let blocks = adjoints.request.blocks
      if let target = blocks.firstIndex(where: { $0.from == vertex }) {
        weights.replaceSubrange(
          first..<end, with: try adjoints.paths(target, trajectory).row())
      }
      first = end
    }
    return weights
  }

  /// Which pole is the first one: that of the first factor on the way, and of
  /// second derivatives that of the first function, so that all orders of
  /// terms and sums of them say the same.
  private func rank(_ factor: Int, at hop: Int) -> Int {
    guard !request.curvature.isEmpty else { return hop }
    let count = planned.kept.count
    switch roles[factor] {
    case .seeds, .unit: return -1
    case .curvature(let k), .curvaturePart(let k, _): return 2 * k
    case .function(let k), .parameters(let k): return 2 * k + 1
    case .part(let k, let part):
      return part.isTransposed ? 3 * count - k : 2 * k + 1
    case .transpose(let k): return 3 * count - k
    }
  }

  /// The factors with all that functions have, where the trajectory stands.
  func wholeOperands(
    _ trajectory: Trajectory
  ) throws(ChainError) -> ComputationOperands {
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    guard wholeMove != trajectory.moves else { return operands }
    for (k, node) in trajectory.graph.nodes.enumerated() {
      trajectory.kept[k].formUnion(node.function?.abilities ?? [])
    }
    for need in roles.compactMap({ $0.need(nil) })
    where need.ability == .curvature {
      trajectory.kept[need.node].insert(.curvature)
    }
    try trajectory.move(to: trajectory.point, end: planned.end)
    wholeMove = trajectory.moves
    return operands
  }

  private func poleError(
    _ factor: Int, _ entry: ExactFactor.Entry, _ trajectory: Trajectory
  ) throws(ChainError) -> ChainError {
    let (row, column) = (entry.row, entry.column)
    func error(
      _ k: Int, _ what: String, _ derivative: String, by input: Int
    ) throws(ChainError) -> ChainError {
      try trajectory.move(to: trajectory.point, end: k)
      return .pole(
        ofFunction: k, trajectory.graph.nodes[k].name, what, derivative,
        entry.value, at: trajectory.input(of: k, with: input))
    }
    switch roles[factor] {
    case .function(let k):
      return try error(
        k, "derivative", "∂(output \(row))/∂(input \(column))", by: column)
    case .part(let k, let part):
      let (i, j) = part.place(row, column)
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
    case .curvaturePart(let k, let part):
      let (i, j) = part.place(row, column)
      return try error(
        k, "second derivative", "∂²/∂(input \(i))∂(input \(j))", by: j)
    case .unit: preconditionFailure("what a sum passes on is finite")
    case .seeds(let first, let stride):
      return ChainError(
        .malformed, at: "/seeds", expected: "finite seeds",
        found: "entry \(first + row * stride + column) is "
          + entry.value.rounded.word,
        advice: "correct the block that the Jacobian is multiplied by")
    }
  }
}
