import JacobianChain

/// What each step on a path costs by itself, and which steps of several paths may
/// be one.
final class PathPrices {
  private let graph: FaceGraph
  private let algebra: ArcAlgebra
  private let kinds: [Int16]
  private var largestCounts: [Int16: (row: Int, column: Int)] = [:]

  /// The steps of all paths.
  struct Table {
    /// For everything that may be paid once: the cells that it may serve.
    fileprivate(set) var uses: [[CostShares.Use]] = []
    /// Infinity for steps that don't exist, else 0.
    fileprivate(set) var fixed: [Double]
    fileprivate var numbers: [Step: Int] = [:]

    init(cells: Int) { fixed = [Double](repeating: 0, count: cells) }
  }

  /// A step by what it is the same for.
  fileprivate enum Step: Hashable {
    case leaf(factor: Int)
    case tangent(from: Int, factor: Int)
    case adjoint(factor: Int, to: Int)
    case product(from: Int, at: Int, to: Int)
  }

  init(_ graph: FaceGraph, control: SearchControl) {
    self.graph = graph
    // Of its own: what no search needs mustn't make one fail.
    let algebra = ArcAlgebra(isUniform: false, control: control)
    self.algebra = algebra
    kinds = graph.links.map {
      algebra.number(of: graph.algebra.patterns[Int($0.kind)])
    }
  }

  /// The most entries of a row and of a column of a pattern.
  private func largest(_ kind: Int16) -> (row: Int, column: Int) {
    if let known = largestCounts[kind] { return known }
    let pattern = algebra.patterns[Int(kind)]
    let counts = (
      row: pattern.rowCounts.maximum, column: pattern.columnCounts.maximum
    )
    largestCounts[kind] = counts
    return counts
  }

  /// Enters the steps of a path.
  ///
  /// - Parameters:
  ///   - links: without passages, which cost nothing.
  ///   - start: the number of its first cell.
  /// - Returns: false when a pattern can't be held.
  /// - Complexity: O(length³).
  func add(
    _ links: [Int], _ spans: PathSpans, from start: Int, to table: inout Table
  ) -> Bool {
    let problem = graph.problem
    let ends = [graph.links[links[0]].from] + links.map { graph.links[$0].to }
    for i in links.indices {
      let first = graph.links[links[i]].factor
      let leaf = problem.leafPrice(first).map { Int(clamping: $0) }
      table.enter(start + spans.leaf(i), .leaf(factor: first), leaf)
    }
    // Patterns of the spans that begin at a place, by their ends.
    var shorter = [[Int16]](repeating: [], count: links.count)
    for i in links.indices.reversed() {
      var own = [Int16](repeating: 0, count: links.count + 1)
      own[i + 1] = kinds[links[i]]
      for j in i + 2..<max(i + 2, links.count + 1) {
        own[j] = algebra.product(kinds[links[j - 1]], own[j - 1])
        let (widest, tallest) = largest(own[j])
        let (first, last) = (
          graph.links[links[i]].factor, graph.links[links[j - 1]].factor
        )
        table.enter(
          start + spans.tangent(i, j), .tangent(from: ends[i], factor: last),
          graph.cost(last, .tangent).map { $0 * widest })
        table.enter(
          start + spans.adjoint(i, j), .adjoint(factor: first, to: ends[j]),
          graph.cost(first, .adjoint).map { $0 * tallest })
        for m in i + 1..<j {
          table.enter(
            start + spans.product(i, m, j),
            .product(from: ends[i], at: ends[m], to: ends[j]),
            algebra.price(shorter[m][j], own[m]))
        }
        guard algebra.failure == nil else { return false }
      }
      shorter[i] = own
    }
    return true
  }
}

extension PathPrices.Table {
  /// - Parameter price: fma; nil for a step that doesn't exist.
  fileprivate mutating func enter(
    _ cell: Int, _ step: PathPrices.Step, _ price: Int?
  ) {
    guard let price else {
      fixed[cell] = .infinity
      return
    }
    guard price > 0 else { return }
    let use = CostShares.Use(cell: cell, price: price)
    if let number = numbers[step] {
      uses[number].append(use)
    } else {
      numbers[step] = uses.count
      uses.append([use])
    }
  }
}

extension FaceGraph {
  /// Whether an object can be applied as a function.
  func isFunction(_ object: FaceState.Object) -> Bool {
    object.factor >= 0 && problem.mayApply(object.factor)
  }

  /// fma of one evaluation of a factor; nil where it can't be applied so.
  func cost(_ factor: Int, _ mode: Mode) -> Int? {
    problem.eliminationCost(of: problem.factors[factor], mode)
  }

  /// The links that are no passages, by bits.
  ///
  /// - Precondition: at most 64 links.
  var factorLinks: UInt64 {
    links.indices.reduce(0) {
      links[$1].factor < 0 ? $0 : $0 | 1 << UInt64($1)
    }
  }
}
