import JacobianChain

/// What can't be avoided when faces are eliminated: products at a vertex, and
/// evaluations of a factor.
///
/// Every pair of a path α from the inputs to v and a path β from v to the
/// outputs is joined by exactly one product at v, of a value p → v that α passes
/// and a value v → s that β passes. Let flows send κ_in(v) units to v and κ_out(v)
/// units on from it, along paths, no more than n_u through any u (`VertexCuts`).
/// A product joins pairs of at most n_p · n_s units, of κ_in · κ_out in all: so
/// products at v cost n_v·κ_in·κ_out or more. That is the separator bound, and
/// it holds for every plan, whether or not v goes at once.
///
/// A factor u → v that isn't accumulated is applied to values that all paths to u
/// pass, κ_in(u) tangents or more; or else one of those paths is met by adjoints
/// alone, κ_out(v) of them or more.
///
/// Both count what was paid at that place before, so what was paid is taken off.
struct FaceBounds {
  /// By vertex; 0 where a factor that may be applied begins or ends.
  private let products: [Int]
  /// By factor; 0 for given ones.
  private let evaluations: [Int]

  /// - Throws: `ChainError` (`tooLarge`) when blocks begin at too many vertices.
  init(_ graph: FaceGraph, control: SearchControl) throws(ChainError) {
    let problem = graph.problem
    var (columns, rows) = try graph.cuts(control)
    var isMultiplied = graph.sizes.indices.map {
      !graph.isInput[$0] && !graph.isOutput[$0]
    }
    for link in graph.links
    where link.factor < 0 || problem.mayApply(link.factor) {
      (isMultiplied[link.from], isMultiplied[link.to]) = (false, false)
    }
    products = graph.sizes.indices.map { vertex in
      isMultiplied[vertex]
        ? graph.sizes[vertex] * columns[vertex] * rows[vertex] : 0
    }
    // A value that begins at an input has all of its columns.
    for vertex in graph.sizes.indices {
      if graph.isInput[vertex] { columns[vertex] = graph.sizes[vertex] }
      if graph.isOutput[vertex] { rows[vertex] = graph.sizes[vertex] }
    }
    var evaluations = [Int](repeating: 0, count: problem.factors.count)
    for link in graph.links
    where link.factor >= 0 && !problem.factors[link.factor].isGiven {
      let factor = problem.factors[link.factor]
      var least = problem.leafPrice(link.factor).map { Int(clamping: $0) }
      for (mode, count) in [
        (Mode.tangent, columns[link.from]), (.adjoint, rows[link.to]),
      ] {
        if let cost = problem.eliminationCost(of: factor, mode) {
          least = min(least ?? .max, count * cost)
        }
      }
      evaluations[link.factor] = least ?? 0
    }
    self.evaluations = evaluations
  }

  /// What is left to pay from a state on at least, fma.
  func rest(_ state: FaceState) -> Int {
    var sum = 0
    for (least, paid) in zip(products, state.productsPaid) where least > paid {
      sum += least - paid
    }
    for (index, least) in evaluations.enumerated()
    where state.accumulated >> UInt64(index) & 1 == 0 {
      sum += max(0, least - state.applicationsPaid[index])
    }
    return sum
  }
}

extension FaceGraph {
  /// For each vertex the least weight of what leads into it and out of it; 0
  /// where nothing is known, as for blocks that aren't all wanted.
  fileprivate func cuts(
    _ control: SearchControl
  ) throws(ChainError) -> (columns: [Int], rows: [Int]) {
    var columns = sizes.map { _ in 0 }
    var rows = columns
    // Two parallel units may be kept apart, where each is free.
    let isMerged = Dictionary(grouping: links) {
      Graph.Block(from: $0.from, to: $0.to)
    }.values.allSatisfy { parallel in
      parallel.count == 1
        || parallel.allSatisfy { algebra.patterns[Int($0.kind)].isDense }
    }
    guard isMerged else { return (columns, rows) }
    let whole = try EliminationGraph(problem, control: control)
    guard whole.hasCuts else { return (columns, rows) }
    let inward = VertexCuts(whole, inward: true)
    let outward = VertexCuts(whole, inward: false)
    for (vertex, origin) in whole.origins.enumerated() {
      columns[origin] = inward.cut(vertex)
      rows[origin] = outward.cut(vertex)
    }
    return (columns, rows)
  }
}
