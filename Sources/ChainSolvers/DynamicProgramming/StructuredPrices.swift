import JacobianChain

/// Prices of a chain with structure: the pattern of each span is derived once,
/// then products are sums over pieces of counts.
struct StructuredPrices<Price: FixedWidthInteger & Sendable>: SpanPrices {
  /// What prices need to know of one span.
  private struct Span {
    let isUnit: Bool
    let columnCounts: CountVector
    let rowCounts: CountVector
    /// The count of every column and of every row, when they are all alike;
    /// `Price.max` otherwise.
    let uniformColumn: Price
    let uniformRow: Price
    var tangent: Price?
    var adjoint: Price?

    init(_ pattern: Pattern) {
      isUnit = pattern.structure.isUnit
      columnCounts = pattern.columnCounts
      rowCounts = pattern.rowCounts
      uniformColumn = columnCounts.uniform.map { Price($0) } ?? Price.max
      uniformRow = rowCounts.uniform.map { Price($0) } ?? Price.max
    }
  }

  /// What one span takes: itself and its two small arrays of pieces.
  static var bytesPerSpan: Int { MemoryLayout<Span>.stride + 2 * 64 }

  private let leaves: [LeafChoice]
  /// Span `i..<j` is at `starts[i] + j − i − 1`.
  private var spans: [Span] = []
  private let starts: [Int]
  /// The dimension at each interface k.
  private let shared: [Price]

  /// Derives all q (q + 1) / 2 spans; nil when `control` stopped it.
  init?(
    _ chain: [Int], of problem: Problem, _ control: SearchControl
  ) throws(ChainError) {
    let q = chain.count
    leaves = chain.map { LeafChoice(factor: $0, of: problem) }
    starts = SpanTable<Price>.starts(of: q)
    shared = chain.map { Price(problem.factors[$0].columns) }
    spans.reserveCapacity(q * (q + 1) / 2)
    for i in 0..<q {
      guard control.shouldStop() == nil else { return nil }
      var pattern = problem.patterns[chain[i]]
      spans.append(Span(pattern))
      for j in stride(from: i + 2, through: q, by: 1) {
        pattern = try Pattern.product(problem.patterns[chain[j - 1]], pattern)
        let inner = problem.factors[chain[i]]
        let outer = problem.factors[chain[j - 1]]
        func price(_ mode: Mode, _ cost: Int) -> Price {
          Price(
            CostModel.apply(
              evaluations: CostModel.evaluations(mode, pattern), cost: cost))
        }
        let free = problem.matrixFree
        var span = Span(pattern)
        if free {
          span.tangent = outer.tangentCost.map { price(.tangent, $0) }
          if problem.allowsAdjoint(of: inner) {
            span.adjoint = inner.adjointCost.map { price(.adjoint, $0) }
          }
        }
        spans.append(span)
      }
    }
  }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Price {
    let inner = spans[starts[i] + k - i - 1]
    let outer = spans[starts[k] + j - k - 1]
    if inner.isUnit || outer.isUnit { return 0 }
    if outer.uniformColumn != .max, inner.uniformRow != .max {
      return CostModel.dense(
        wrapping: outer.uniformColumn, shared[k], inner.uniformRow)
    }
    // Narrow prices are known to fit: see `Problem.fitsNarrowPrices`.
    if Price.self == Int.self {
      return Price(outer.columnCounts.wrappingDot(inner.rowCounts))
    }
    return Price(outer.columnCounts.dot(inner.rowCounts))
  }

  func tangent(_ i: Int, _ j: Int) -> Price? {
    spans[starts[i] + j - i - 1].tangent
  }

  func adjoint(_ i: Int, _ j: Int) -> Price? {
    spans[starts[i] + j - i - 1].adjoint
  }

  func relax(
    _ row: UnsafeMutablePointer<Price>, _ i: Int, _ k: Int, base: Price,
    tail: UnsafePointer<Price>, count: Int
  ) {
    for step in 0..<count {
      let price = base &+ tail[step] &+ multiply(i, k, k + 1 + step)
      row[step] = min(row[step], price)
    }
  }
}
