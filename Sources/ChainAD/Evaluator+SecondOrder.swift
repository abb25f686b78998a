import ChainExecutor
import JacobianChain

/// Which second derivatives of a value y, with one component, are wanted.
struct SecondOrder: Hashable {
  var y: Int
  /// ∂²y/∂r∂c for each row r and column c, or the product of that with one
  /// vector, which lies over the columns.
  var rows: [Int]
  var columns: [Int]
  var isProduct = false

  struct Requests {
    /// The functions with a part in them.
    var curved: [Int]
    /// Of the λ, which are no blocks where they are 1.
    var adjoints: Request
    /// No blocks where nothing bends.
    var terms: Request
  }
}

/// Second derivatives, forward over reverse
/// (Christianson 1992, doi:10.1093/imanum/12.2.135; Pearlmutter 1994,
/// doi:10.1162/neco.1994.6.1.147) in the order that plans choose:
///
///     ∂²y/∂r∂c = Σ_k S_krᵀ · C_k · S_kc,   C_k = Σ_i λ_{k,i} · ∇²F_{k,i}
///
/// where S_kc is the Jacobian of the inputs of function k by c, and λ_k that of
/// y by its outputs; affine functions have no term. Of a path the terms are the
/// targets of one problem, so that what they share is computed once; of other
/// graphs the sum is a block of one graph, in which the values' adjoints are
/// vertices, too.
extension Evaluator {
  /// What has to be planned.
  ///
  /// - Throws: `ChainError` (`unsupported`) for a function with a part in them
  ///   whose second derivatives aren't known.
  func requests(
    _ wanted: SecondOrder
  ) throws(ChainError) -> SecondOrder.Requests {
    if let known = secondOrders[wanted] { return known }
    let curved = try table.curvedFunctions(
      of: wanted.y, by: wanted.rows, and: wanted.columns)
    var requests = SecondOrder.Requests(
      curved: curved, adjoints: Request(), terms: Request())
    let outputs = Set(curved.flatMap { graph.nodes[$0].outputs }).sorted()
    if !curved.isEmpty {
      requests.adjoints = try joined(
        Request(blocks: outputs.map { .init(from: $0, to: wanted.y) }))
      requests.terms = try terms(wanted, curved)
    }
    secondOrders[wanted] = requests
    return requests
  }

  private func terms(
    _ wanted: SecondOrder, _ curved: [Int]
  ) throws(ChainError) -> Request {
    var request = Request(curvature: curved)
    if wanted.isProduct {
      request.seeds = .init(
        mode: .tangent, width: 1, vertices: wanted.columns)
    }
    let source = graph.adjoint(of: graph.vertices.count)
    if table.isProducts(request) {
      request.curvature = []
      for k in curved {
        let input = graph.nodes[k].inputs[0]
        if wanted.isProduct {
          request.append(from: source, to: graph.adjoint(of: input), by: k)
          continue
        }
        for block in wanted.blocks where max(block.from, block.to) <= input {
          request.append(
            from: block.from, to: graph.adjoint(of: block.to), by: k)
        }
      }
      return request
    }
    request.blocks =
      wanted.isProduct
      ? wanted.rows.map { .init(from: source, to: graph.adjoint(of: $0)) }
      : wanted.blocks.map {
        .init(from: $0.from, to: graph.adjoint(of: $0.to))
      }
    return try joined(request)
  }

  /// One forward sweep, one plan for all λ_k, one for all terms.
  ///
  /// - Parameter others: what else is going to run at the point.
  /// - Returns: what has the terms; nil when there is none.
  private func run(
    _ wanted: SecondOrder, at point: [Double], seeds: [Double] = [],
    before others: [Computation] = []
  ) throws(ChainError) -> Computation? {
    let requests = try requests(wanted)
    guard !requests.terms.blocks.isEmpty else {
      try trajectory.evaluate(at: point)
      return nil
    }
    let terms = try computation(
      requests.terms, wanted.isProduct ? "Hessian · v" : "Hessian")
    let adjoints =
      requests.adjoints.blocks.isEmpty
      ? nil : try computation(requests.adjoints, "adjoints")
    trajectory.kept = terms.planned.kept
    for other in others + (adjoints.map { [$0] } ?? []) {
      for k in trajectory.kept.indices {
        trajectory.kept[k].formUnion(other.planned.kept[k])
      }
    }
    try trajectory.move(to: point)
    var weights = [wanted.y: [1.0]]
    if let adjoints {
      try adjoints.run(whereItStands: trajectory)
      let found = try adjoints.targets(trajectory)
      for (block, matrix) in zip(requests.adjoints.blocks, found) {
        weights[block.from] = try matrix.denseEntries()
      }
    }
    for k in requests.curved {
      terms.weights[k] = graph.nodes[k].outputs.flatMap {
        weights[$0]
          ?? [Double](repeating: 0, count: graph.vertices[$0].size)
      }
    }
    try terms.run(whereItStands: trajectory, seeds: seeds)
    terms.adjoints = adjoints
    if adjoints?.leftRange == true { terms.leftRange = true }
    return terms
  }

  /// ∂²y/∂r∂c by blocks from c to r; of two that are transposes of each other
  /// there is one, of those that are 0 may be none.
  func secondDerivatives(
    _ wanted: SecondOrder, at point: [Double]
  ) throws(ChainError) -> [Graph.Block: Matrix] {
    guard let computation = try run(wanted, at: point) else { return [:] }
    var terms: [Graph.Block: [Matrix]] = [:]
    let targets = try computation.targets(trajectory)
    for (way, term) in zip(computation.request.blocks, targets) {
      let block = Graph.Block(
        from: way.from, to: way.to - graph.adjoint(of: 0))
      terms[block, default: []].append(term)
    }
    var blocks: [Graph.Block: Matrix] = [:]
    for (block, terms) in terms {
      blocks[block] =
        block.from == block.to
        ? try Matrix.symmetricSum(terms) : try Matrix.sum(terms)
    }
    return blocks
  }

  /// Σ_c ∂²y/∂r∂c · v_c without second derivatives as matrices, by rows.
  ///
  /// - Parameter vector: over the columns, one after the other.
  func secondOrderProduct(
    _ wanted: SecondOrder, at point: [Double], vector: [Double]
  ) throws(ChainError) -> [Int: [Double]] {
    let requests = try requests(wanted)
    guard table.isProducts(requests.terms), wanted.rows.count == 1 else {
      guard let terms = try run(wanted, at: point, seeds: vector) else {
        return [:]
      }
      var products: [Int: [Double]] = [:]
      let targets = try terms.targets(trajectory)
      for (way, target) in zip(requests.terms.blocks, targets) {
        products[way.to - graph.adjoint(of: 0)] = try target.denseEntries()
      }
      return products
    }
    let sum = try productOnPath(wanted, requests.curved, point, vector)
    return sum.isEmpty ? [:] : [wanted.rows[0]: sum]
  }

  /// Tangents go in as far as the last function with curvature, then adjoints
  /// come out and take each C_k · S_k · v along.
  private func productOnPath(
    _ wanted: SecondOrder, _ curved: [Int], _ point: [Double],
    _ vector: [Double]
  ) throws(ChainError) -> [Double] {
    let first = wanted.rows[0]
    var ways: [Computation] = []
    for (start, end) in zip([first] + curved, curved) where start < end {
      ways.append(
        try computation(
          .adjoints(
            from: start, to: end, width: 1, last: graph.vertices.count - 1),
          "adjoints of z_\(end) by z_\(start)"))
    }
    let terms = try run(wanted, at: point, seeds: vector, before: ways)
    guard let terms else { return [] }
    // Where something left the range of doubles, perhaps all at once.
    var isAsked = false
    func exactly(
      after computation: Computation
    ) throws(ChainError) -> [Double]? {
      guard computation.leftRange, !isAsked else { return nil }
      isAsked = true
      return try exactProduct(terms, first, curved, vector)
    }
    if let found = try exactly(after: terms) { return found }
    // Of several functions without derivatives the first one is named.
    let bent = try terms.targets(trajectory)
    var sum: [Double] = []
    for (k, term) in zip(curved, bent).reversed() {
      let own = try term.denseEntries()
      sum = sum.isEmpty ? own : zip(sum, own).map(+)
      guard k > first else { break }
      let way = ways.removeLast()
      try way.run(whereItStands: trajectory, seeds: sum)
      if let found = try exactly(after: way) { return found }
      sum = try way.target(0, trajectory).denseEntries()
    }
    return sum
  }
}

extension SecondOrder {
  /// ∂²y/∂r∂c from c to r, one of each two that are transposes of each other.
  fileprivate var blocks: [Graph.Block] {
    var known: Set<Graph.Block> = []
    return rows.flatMap { row in
      columns.map { Graph.Block(from: $0, to: row) }
    }.filter {
      !known.contains(Graph.Block(from: $0.to, to: $0.from))
        && known.insert($0).inserted
    }
  }
}

extension Request {
  /// One more block by the curvature of a node alone.
  fileprivate mutating func append(from: Int, to: Int, by k: Int) {
    blocks.append(Graph.Block(from: from, to: to))
    curvature.append(k)
  }
}
