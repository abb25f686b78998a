/// Which Jacobians are wanted, of which factors, under which limits.
///
/// | paper | here |
/// |---|---|
/// | F = F_q ∘ … ∘ F_1 | `factors`, first applied first |
/// | F'= F'_q ⋯ F'_1 | the default target, the whole chain |
/// | matrix-free (Dense) Jacobian Chain Product | `matrixFree` |
/// | available memory M | `limits.tapePerStep` |
/// | threads p | `limits.machines` |
/// | linearised computational graph | `graph`, instead of `targets` |
///
/// A problem is validated once, in its initialiser; whoever holds one need not
/// look again. Solvers may rely on: every dimension is from 1 to 2^40, every
/// word multiplies (every arc has a factor of its shape), every factor used can
/// be accumulated under the limits, and no sum of prices of a plan exceeds 128
/// bits.
public struct Problem: Hashable, Sendable {
  /// What the problem is called in reports.
  public let name: String
  /// Where the instance comes from, free text.
  package let source: String
  /// The factors, in order of application when there are no explicit targets.
  public let factors: [Factor]
  /// The wanted products: factor indices, **first applied first**; empty for a
  /// graph.
  public let targets: [[Int]]
  /// The graph whose blocks are wanted; nil where products are.
  public let graph: Graph?
  /// Whether eliminations (tangents and adjoints of F_i on a block) may be
  /// used; otherwise every factor is accumulated before it is multiplied.
  public let matrixFree: Bool
  /// Bounds on the whole plan.
  public let limits: Limits
  /// The validated canonical pattern of each factor.
  package let patterns: [Pattern]
  /// Whether every pattern is dense, so that prices follow from dimensions.
  package let isDense: Bool
  /// An upper bound on Σ fma of any plan that computes each step at most once
  /// per target. Where it would be 2^128 or more it is exact for given dense
  /// factors, up to 400 in all, so that none of their problems is refused
  /// whose plans all cost less. Of a graph: of any plan that eliminates its
  /// vertices one by one.
  package let worstPrice: UInt128

  /// The largest row or column count of a factor: 2^40.
  package static let dimensionLimit = 1 << 40

  /// Validates and creates a problem.
  ///
  /// - Parameters:
  ///   - factors: at least one, with distinct names.
  ///   - targets: words of factor indices, first applied first; nil for the
  ///     whole chain.
  /// - Throws: `ChainError` with the JSON path of the offending value.
  /// - Complexity: O(q + Σ word lengths), plus the patterns' own size.
  public init(
    name: String = "chain", source: String = "", factors: [Factor],
    targets: [[Int]]? = nil, matrixFree: Bool = true, limits: Limits = Limits()
  ) throws(ChainError) {
    try limits.check(at: "/limits")
    let patterns = try Self.patterns(of: factors)
    let words = targets ?? [Array(factors.indices)]
    try Self.check(words, of: factors, explicit: targets != nil)
    for word in words {
      for index in word {
        try Self.checkAccumulable(factors[index], index, limits)
      }
    }
    self.name = name
    self.source = source
    self.factors = factors
    self.targets = words
    graph = nil
    self.matrixFree = matrixFree
    self.limits = limits
    self.patterns = patterns
    isDense = patterns.allSatisfy(\.isDense)
    worstPrice = try Self.worstPrice(
      of: words, factors, patterns, matrixFree: matrixFree)
  }

  /// Validates and creates a problem on a graph.
  ///
  /// - Parameter factors: those that the arcs name, with distinct names; the
  ///   factor of an arc is size of its end × size of its beginning.
  /// - Throws: `ChainError` with the JSON path of the offending value.
  /// - Complexity: O(vertices + arcs), plus the patterns' own size.
  public init(
    name: String = "graph", source: String = "", factors: [Factor],
    graph: Graph, matrixFree: Bool = true, limits: Limits = Limits()
  ) throws(ChainError) {
    try limits.check(at: "/limits")
    let patterns = try Self.patterns(of: factors)
    try Self.check(graph, of: factors)
    for arc in graph.usefulArcs {
      let index = graph.arcs[arc].factor
      try Self.checkAccumulable(factors[index], index, limits)
    }
    self.name = name
    self.source = source
    self.factors = factors
    targets = []
    self.graph = graph
    self.matrixFree = matrixFree
    self.limits = limits
    self.patterns = patterns
    isDense = patterns.allSatisfy(\.isDense)
    worstPrice = try Self.worstPrice(of: graph, factors)
  }

  /// The only target, when there is one and its factors are distinct: what
  /// interval dynamic programming can solve. First applied first.
  package var chain: [Int]? {
    guard targets.count == 1, hasDistinctFactors else { return nil }
    return targets[0]
  }

  private var hasDistinctFactors: Bool {
    let word = targets[0]
    if word.count <= 1 || word.elementsEqual(0..<word.count) { return true }
    return Set(word).count == word.count
  }

  /// How many Jacobians are wanted.
  package var targetCount: Int { graph?.wanted.count ?? targets.count }

  /// The shape (rows m, columns n) of target (wanted block) `index`.
  public func shape(ofTarget index: Int) -> (rows: Int, columns: Int) {
    if let graph {
      let block = graph.wanted[index]
      return (graph.vertices[block.to].size, graph.vertices[block.from].size)
    }
    let word = targets[index]
    return (factors[word[word.count - 1]].rows, factors[word[0]].columns)
  }

  /// The factors that targets need, ascending.
  package var usedFactors: [Int] {
    let used =
      graph.map { graph in Set(graph.usefulArcs.map { graph.arcs[$0].factor }) }
      ?? Set(targets.joined())
    return used.sorted()
  }

  /// Whether an adjoint of `factor` fits the tape limits.
  @inlinable
  package func allowsAdjoint(of factor: Factor) -> Bool {
    factor.adjointCost != nil && factor.tape <= (limits.tapePerStep ?? .max)
      && factor.tape <= (limits.tapeTotal ?? .max)
  }

  /// fma of one evaluation of `factor`; nil where it has no such mode or the
  /// tape limits forbid it.
  @inlinable
  package func cost(of factor: Factor, _ mode: Mode) -> Int? {
    mode == .tangent || allowsAdjoint(of: factor) ? factor.cost(mode) : nil
  }

  /// fma of one evaluation of `factor` in an elimination; nil where there is
  /// none.
  @inlinable
  package func eliminationCost(of factor: Factor, _ mode: Mode) -> Int? {
    matrixFree ? cost(of: factor, mode) : nil
  }

  /// The same problem under other limits, or with eliminations (dis)allowed.
  package func with(
    limits: Limits? = nil, matrixFree: Bool? = nil
  ) throws(ChainError) -> Problem {
    let matrixFree = matrixFree ?? self.matrixFree
    let limits = limits ?? self.limits
    if let graph {
      return try Problem(
        name: name, source: source, factors: factors, graph: graph,
        matrixFree: matrixFree, limits: limits)
    }
    return try Problem(
      name: name, source: source, factors: factors, targets: targets,
      matrixFree: matrixFree, limits: limits)
  }
}
