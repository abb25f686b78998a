import JacobianChain

/// A bound on plans for many targets, by dual ascent.
///
/// Different values are made by different operations. So a plan pays for one
/// operation of each target, and for one of each other value u that these
/// use: f_u at least, the least price of an operation that makes u. That is a
/// problem of facility location, in which the values that aren't targets are
/// to be opened, and a feasible point of the dual of its linear program is
///
///     maximise Σ_t v_t
///     v_t ≤ price(o) + Σ_{u used by o} w_tu   for each operation o of t
///     Σ_t w_tu ≤ f_u,  w ≥ 0
///
/// Target after target v_t is raised as far as what is left of f allows
/// (Erlenkotter 1978, doi:10.1287/opre.26.6.992), once longest first and once
/// shortest first. Everything is exact, in integers.
///
/// Without any value to be opened, as for Sᵗ for all t, this is the optimum.
package struct ValueBound {
  private let graph: ProductGraph
  private let targets: [Int]
  /// f of each value; 0 for targets and free ones.
  private let openings: [Int]

  package init(_ graph: ProductGraph) {
    self.graph = graph
    targets = Set(graph.targets).filter { !graph.isFree[$0] }.sorted()
    var isTarget = [Bool](repeating: false, count: graph.count)
    for target in targets { isTarget[target] = true }
    openings = (0..<graph.count).map { value in
      guard !isTarget[value], !graph.isFree[value] else { return 0 }
      return graph.operations(of: value).reduce(Int.max) {
        min($0, graph.operations[$1].price)
      }
    }
  }

  /// No plan costs less.
  ///
  /// - Complexity: O(operations of the targets · log).
  package var value: Int { max(ascend(targets), ascend(targets.reversed())) }

  private func ascend(_ order: [Int]) -> Int {
    var left = openings
    var paid = [Int](repeating: 0, count: graph.count)
    var total = 0
    for target in order {
      let range = graph.operations(of: target)
      var v = Int.max
      for id in range {
        let operation = graph.operations[id]
        v = min(
          v,
          operation.price + rest(operation.first, left)
            + rest(operation.second, left))
      }
      total += v
      var touched: [Int] = []
      for id in range where graph.operations[id].price < v {
        let operation = graph.operations[id]
        var need = v - operation.price
        for value in [operation.first, operation.second] where value >= 0 {
          need -= paid[value]
        }
        // The one of which more is left pays first.
        let (first, second) = (operation.first, operation.second)
        let isFirst = rest(first, left) >= rest(second, left)
        for value in isFirst ? [first, second] : [second, first]
        where value >= 0 && need > 0 {
          let part = min(need, left[value])
          left[value] -= part
          paid[value] += part
          need -= part
          touched.append(value)
        }
      }
      for value in touched { paid[value] = 0 }
    }
    return total
  }

  private func rest(_ value: Int, _ left: [Int]) -> Int {
    value < 0 ? 0 : left[value]
  }
}
