extension Problem {
  /// Σ over targets of what their plans cost at most, refused when 128 bits
  /// can't hold it, so that no sum over a plan has to be checked again.
  ///
  /// Of given dense factors, up to 400 in all, only what some order really
  /// costs is refused; otherwise the bound counts, and a problem whose plans
  /// cost less than 2^128 may be refused, too.
  ///
  /// - Throws: `ChainError` (`tooLarge`).
  /// - Complexity: O(Σ word lengths), where that is below 2^128.
  static func worstPrice(
    of words: [[Int]], _ factors: [Factor], _ patterns: [Pattern],
    matrixFree: Bool
  ) throws(ChainError) -> UInt128 {
    func bound(_ word: [Int]) -> UInt128? {
      worstPrice(of: word, factors, patterns, matrixFree)
    }
    var sum: UInt128? = 0
    for word in words {
      sum = sum.flatMap { sum in bound(word).flatMap { sum.sum($0) } }
    }
    if let sum { return sum }
    let isShort = words.reduce(0) { $0 + $1.count } <= dearestLimit
    var total: UInt128 = 0
    for (target, word) in words.enumerated() {
      let dearest = isShort ? dearestOrder(of: word, factors, patterns) : nil
      let price = dearest ?? bound(word)
      let next = price.flatMap { total.sum($0) }
      guard let next else {
        let dimension = word.reduce(factors[word[0]].columns) {
          max($0, factors[$1].rows)
        }
        throw ChainError(
          .tooLarge, at: "/targets/\(target)",
          expected: "prices whose sum is below 2^128 fma",
          found: "\(word.count) factors with dimensions up to \(dimension)",
          advice: "shorten the chain or correct its dimensions")
      }
      total = next
    }
    return total
  }

  /// What the plan of one word costs at most; nil from 2^128 on.
  ///
  /// Each interface k of dimension d_k is joined once, by a product of Jacobians
  /// that have at most C nonzeros in a column above it and R in a row below it,
  /// for d_k · C · R fma. Each factor is evaluated once, for as many columns or
  /// rows as any value beside it has. For dense given chains of one dimension d
  /// that is what all plans cost: (q − 1) · d³.
  private static func worstPrice(
    of word: [Int], _ factors: [Factor], _ patterns: [Pattern],
    _ matrixFree: Bool
  ) -> UInt128? {
    let own = word.map { factors[$0] }
    var below = SpanWidth(own[0].columns)
    let rows = word.indices.map { position in
      below.extend(
        by: Growth(rowsOf: patterns[word[position]]),
        from: own[position].columns)
      return below
    }
    var above = SpanWidth(own[own.count - 1].rows)
    var total: UInt128 = 0
    for position in word.indices.reversed() {
      let factor = own[position]
      let (widest, highest) =
        matrixFree
        ? (rows[position].widest, max(above.widest, factor.rows))
        : (factor.columns, factor.rows)
      let evaluation = max(
        CostModel.apply(evaluations: widest, cost: factor.tangentCost ?? 0),
        CostModel.apply(evaluations: highest, cost: factor.adjointCost ?? 0))
      guard let evaluated = total.sum(evaluation) else { return nil }
      total = evaluated
      above.extend(
        by: Growth(columnsOf: patterns[word[position]]), from: factor.rows)
      guard position > 0 else { break }
      let join = CostModel.dense(
        factor.columns, above.most, rows[position - 1].most)
      guard let joined = total.sum(join) else { return nil }
      total = joined
    }
    return total
  }

  /// N³ + Σ costs · N, where N is the sum of the sizes of all vertices and the
  /// costs are those of one evaluation for each arc: whoever eliminates vertex v
  /// multiplies at most N · n_v · N and evaluates for at most N columns or rows.
  ///
  /// - Throws: `ChainError` (`tooLarge`) from 2^128 on.
  static func worstPrice(
    of graph: Graph, _ factors: [Factor]
  ) throws(ChainError) -> UInt128 {
    let sizes = graph.vertices.reduce(UInt128(0)) { $0 + UInt128($1.size) }
    let costs = graph.arcs.reduce(UInt128(0)) { sum, arc in
      let factor = factors[arc.factor]
      let costs = Mode.allCases.compactMap { factor.cost($0) }
      return sum + UInt128(costs.max() ?? 0)
    }
    let square = sizes.multipliedReportingOverflow(by: sizes)
    let each = square.partialValue.sum(costs)
    let price = each.map { sizes.multipliedReportingOverflow(by: $0) }
    guard !square.overflow, let price, !price.overflow else {
      throw ChainError(
        .tooLarge, at: "/graph",
        expected: "prices whose sum is below 2^128 fma",
        found: "\(graph.vertices.count) vertices with \(sizes) components",
        advice: "split the graph or correct the sizes of its vertices")
    }
    return price.partialValue
  }
}

/// How one more factor multiplies the nonzeros in a row (column) of a span.
private enum Growth {
  /// Not at all, and entries stay where they are.
  case none
  /// By at most so many.
  case times(Int)
  /// A band: widths of neighbouring ones add up.
  case band(Int)
  /// So many blocks: the product with as many has as many, and the widest
  /// counts.
  case blocks(count: Int, Int)

  init(rowsOf pattern: Pattern) {
    switch pattern.structure {
    case .dense, .sparse, .submatrix: self = .times(pattern.columns)
    case .diagonal, .identity, .negatedIdentity: self = .none
    case .selection, .negatedSelection: self = .times(1)
    case .banded(let lower, let upper): self = .band(lower + upper)
    case .blockDiagonal(let count, _, let width):
      self = .blocks(count: count, width)
    }
  }

  init(columnsOf pattern: Pattern) {
    switch pattern.structure {
    case .dense, .sparse, .submatrix, .selection, .negatedSelection:
      self = .times(pattern.rows)
    case .diagonal, .identity, .negatedIdentity: self = .none
    case .banded(let lower, let upper): self = .band(lower + upper)
    case .blockDiagonal(let count, let height, _):
      self = .blocks(count: count, height)
    }
  }
}

/// The most nonzeros in a row of any span that ends at one interface of a word
/// (in a column, of any that begins there), and its most columns (rows).
private struct SpanWidth {
  /// The most nonzeros in a row of a span.
  private(set) var most = 1
  /// The most columns of a span.
  private(set) var widest: Int
  /// Bands or blocks that follow one another: what came before them, and how
  /// they multiply it.
  private var base = 1
  private var run = Growth.none

  init(_ dimension: Int) { widest = dimension }

  /// Goes on to the next interface, through a factor that begins at a dimension
  /// d; no row has more nonzeros than the span has columns.
  mutating func extend(by growth: Growth, from dimension: Int) {
    widest = max(widest, dimension)
    let factor: Int
    switch (run, growth) {
    case (_, .none):
      return
    case (.band(let width), .band(let next)):
      run = .band(width.sum(next))
      factor = width.sum(next).sum(1)
    case (.blocks(let count, let width), .blocks(let same, let next))
    where count == same:
      run = .blocks(count: count, max(width, next))
      factor = max(width, next)
    case (_, .band(let width)):
      (base, run, factor) = (most, growth, width.sum(1))
    case (_, .blocks(_, let width)), (_, .times(let width)):
      (base, run, factor) = (most, growth, width)
    }
    let product = base.multipliedReportingOverflow(by: factor)
    most = min(widest, product.overflow ? .max : product.partialValue)
  }
}

extension FixedWidthInteger {
  /// The sum; nil when it doesn't fit.
  fileprivate func sum(_ other: Self) -> Self? {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? nil : sum.partialValue
  }
}

extension Int {
  /// The sum, or `Int.max` where it doesn't fit.
  fileprivate func sum(_ other: Int) -> Int {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? .max : sum.partialValue
  }
}
