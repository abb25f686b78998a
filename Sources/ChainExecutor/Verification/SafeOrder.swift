import JacobianChain

/// Another order of a target whose result passes verification: what is offered
/// when the values of a plan leave the range of doubles in between.
struct SafeOrder {
  /// "forward mode", "reverse mode", "the best single split"; nil for others.
  let name: String?
  /// `(c·b)·a`; of a graph the vertices as they are eliminated, `v, u`.
  let words: String

  /// Spans of longer words are not looked at one by one.
  private static let lengthLimit = 32
  /// Nor are all orders of more vertices.
  private static let vertexLimit = 5

  /// The first order that works, of the usual ones and then of all others that
  /// are looked at: of a product those whose values all stay in the range, of
  /// a small graph all orders of its vertices; nil when there is none.
  ///
  /// - Parameter control: may stop it between two steps of a run and between
  ///   two blocks of vectors.
  /// - Throws: `ChainError` when it did, or when a candidate takes too much.
  /// - Complexity: a run and a verification of each candidate, and O(q²)
  ///   verifications for a word of q ≤ 32 factors when they are cheap.
  static func first(
    for target: Int, of problem: Problem, operands: [Operand],
    control: SearchControl
  ) throws(ChainError) -> SafeOrder? {
    let single = try problem.single(target)
    func works(_ plan: PricedPlan) throws(ChainError) -> Bool {
      guard plan.fma <= Executor.patience else { return false }
      let run = try Executor().run(
        plan, of: single, operands: operands, control: control)
      let reference = try Reference(
        Route(target: 0, of: single), of: single, operands: operands,
        control: control)
      let check = try Verification(
        of: run.targets[0], target: 0, against: reference)
      return check.outlier == nil
    }
    let baselines = try Baselines(of: single, control: control)
    // Those that there was no time for are nil.
    try control.checkpoint()
    for baseline in Baseline.all(for: single) {
      guard let plan = baselines[baseline], try works(plan) else { continue }
      let order = baselines.orders[baseline].map(single.words)
      return SafeOrder(
        name: baseline.phrase,
        words: order ?? plan.bracketing(ofTarget: 0, in: single))
    }
    guard single.graph == nil else {
      return try ofVertices(single, control, works)
    }
    for isStrict in [true, false] {
      guard
        let plan = try inRange(
          single.targets[0], single, operands, keepingDigits: isStrict,
          control),
        try works(plan)
      else { continue }
      return SafeOrder(
        name: nil, words: plan.bracketing(ofTarget: 0, in: single))
    }
    return nil
  }

  /// The first order of the vertices of a small graph that works.
  private static func ofVertices(
    _ problem: Problem, _ control: SearchControl,
    _ works: (PricedPlan) throws(ChainError) -> Bool
  ) throws(ChainError) -> SafeOrder? {
    let vertices = try VertexElimination(
      problem, by: .cheaper, control: control
    ).intermediates
    guard vertices.count <= vertexLimit else { return nil }
    let orders = vertices.reduce([[]] as [[Int]]) { orders, vertex in
      orders.flatMap { order in
        (0...order.count).map {
          Array(order[..<$0]) + [vertex] + Array(order[$0...])
        }
      }
    }
    for order in orders {
      guard
        let plan = try VertexElimination.plan(
          eliminating: order, of: problem, by: .cheaper, control: control
        )?.allowed(in: problem, control),
        try works(plan)
      else { continue }
      return SafeOrder(name: nil, words: problem.words(order))
    }
    return nil
  }

  /// A bracketing all of whose values are neither too large nor, if
  /// `keepingDigits`, too small: a dynamic program over the spans that are.
  private static func inRange(
    _ word: [Int], _ problem: Problem, _ operands: [Operand],
    keepingDigits: Bool, _ control: SearchControl
  ) throws(ChainError) -> PricedPlan? {
    let count = word.count
    guard count <= lengthLimit else { return nil }
    // splits[i][j]: where the span from i to j is split, its start for a leaf.
    var splits = [[Int?]](
      repeating: .init(repeating: nil, count: count + 1), count: count)
    for start in 0..<count { splits[start][start + 1] = start }
    for length in 2...max(2, count) where length <= count {
      for start in 0...count - length {
        let end = start + length
        let split = (start + 1..<end).first {
          splits[start][$0] != nil && splits[$0][end] != nil
        }
        guard let split else { continue }
        let reference = try Reference(
          Route(word: Array(word[start..<end]), of: problem), of: problem,
          operands: operands, control: control)
        guard let fits = try reference.fits(keepingDigits: keepingDigits)
        else { return nil }
        if fits { splits[start][end] = split }
      }
    }
    guard splits[0][count] != nil else { return nil }
    var plan = Plan(steps: [], targets: [])
    func append(_ start: Int, _ end: Int) -> Int? {
      guard let split = splits[start][end] else { return nil }
      if split == start {
        guard let leaf = problem.leaf(word[start]) else { return nil }
        plan.steps.append(leaf)
      } else {
        guard let inner = append(start, split), let outer = append(split, end)
        else { return nil }
        plan.steps.append(.multiply(outer: outer, inner: inner))
      }
      return plan.steps.count - 1
    }
    guard let root = append(0, count) else { return nil }
    plan.targets = [root]
    return try plan.allowed(in: problem, control)
  }
}

extension Plan {
  /// The plan with its price; nil when the total tape of the problem forbids it.
  fileprivate func allowed(
    in problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> PricedPlan? {
    do {
      return try priced(for: problem, control: control)
    } catch  where error.kind == .invalidPlan {
      return nil
    }
  }
}

extension Problem {
  /// The problem of one of the targets alone.
  fileprivate func single(_ target: Int) throws(ChainError) -> Problem {
    guard let graph else {
      return try Problem(
        factors: factors, targets: [targets[target]], matrixFree: matrixFree,
        limits: limits)
    }
    return try Problem(
      factors: factors,
      graph: Graph(
        vertices: graph.vertices, arcs: graph.arcs,
        wanted: [graph.wanted[target]]),
      matrixFree: matrixFree, limits: limits)
  }

  /// The names of vertices.
  fileprivate func words(_ vertices: [Int]) -> String {
    vertices.map { graph!.vertices[$0].name }.joined(separator: ", ")
  }

  /// How the entries of a factor are had; nil when they can't.
  fileprivate func leaf(_ factor: Int) -> Step? {
    if factors[factor].isGiven { return .given(factor: factor) }
    let mode = Mode.allCases.first { cost(of: factors[factor], $0) != nil }
    return mode.map { .accumulate(factor: factor, mode: $0) }
  }
}

extension Reference {
  /// Whether all entries of the product are doubles, normal ones if
  /// `keepingDigits`; nil when finding out would take too long.
  fileprivate func fits(keepingDigits: Bool) throws(ChainError) -> Bool? {
    let (rows, columns) = (route.sizes[route.end], route.sizes[route.start])
    func length(_ mode: Mode) -> Int { mode == .tangent ? columns : rows }
    guard let mode = modes.min(by: { length($0) < length($1) }),
      Double(length(mode)) * cost(mode) <= Verification.oneHotLimit
    else { return nil }
    for line in 0..<length(mode) {
      let block = try apply(
        mode, WideBlock(units: line..<line + 1, of: length(mode)))
      for element in 0..<block.count {
        let size = block.value(element, 0).high.magnitude
        guard size.isFinite else { return false }
        if keepingDigits, block.losesDigits(element, 0) { return false }
      }
    }
    return true
  }
}
