/// What each span takes at least, on its own and around it: which operations a
/// plan within a horizon can use at all.
///
/// A plan that makes span v takes, on the path from v to the end, at least
/// `pathAround(v)` after v is there, and does at least `workAround(v)` besides
/// the work of v itself.
struct SpanReach {
  /// The shortest critical path and the least work of every span.
  let paths: [Int]
  let works: [Int]
  private let pathsAround: [Int]
  private let worksAround: [Int]
  /// As in the graph, but those of a span with the shortest path first.
  let operations: [SpanOperations.Operation]

  /// - Complexity: O(operations · log).
  init(_ graph: ProductGraph) {
    var paths = [Int](repeating: 0, count: graph.count)
    var works = paths
    for v in 0..<graph.count where !graph.isFree[v] {
      (paths[v], works[v]) = (.max, .max)
      for id in graph.operations(of: v) {
        let operation = graph.operations[id]
        let (a, b) = (operation.first, operation.second)
        paths[v] = min(
          paths[v],
          operation.price + max(a < 0 ? 0 : paths[a], b < 0 ? 0 : paths[b]))
        works[v] = min(
          works[v],
          operation.price + (a < 0 ? 0 : works[a]) + (b < 0 ? 0 : works[b]))
      }
    }
    let far = SpanFronts.impossible
    var pathsAround = [Int](repeating: far, count: graph.count)
    var worksAround = pathsAround
    pathsAround[graph.targets[0]] = 0
    worksAround[graph.targets[0]] = 0
    for v in stride(from: graph.count - 1, through: 0, by: -1)
    where pathsAround[v] < far && !graph.isFree[v] {
      for id in graph.operations(of: v) {
        let operation = graph.operations[id]
        let (a, b) = (operation.first, operation.second)
        for (operand, other) in [(a, b), (b, a)] where operand >= 0 {
          pathsAround[operand] = min(
            pathsAround[operand], pathsAround[v] + operation.price)
          worksAround[operand] = min(
            worksAround[operand],
            worksAround[v] + operation.price + (other < 0 ? 0 : works[other]))
        }
      }
    }
    operations = Self.sorted(graph, paths, works)
    self.paths = paths
    self.works = works
    self.pathsAround = pathsAround
    self.worksAround = worksAround
  }

  /// How long the critical path of span `v` may be in a plan that takes at most
  /// `horizon`, and how much work it may take on `machines` machines; negative
  /// when no such plan makes the span.
  func limits(
    of v: Int, horizon: Int, machines: Int
  ) -> (path: Int, work: Int) {
    (
      horizon - pathsAround[v],
      horizon.multipliedClamped(by: machines) - worksAround[v]
    )
  }

  /// The operations of every span, those with the shortest path first.
  private static func sorted(
    _ graph: ProductGraph, _ paths: [Int], _ works: [Int]
  ) -> [SpanOperations.Operation] {
    var all: [SpanOperations.Operation] = []
    all.reserveCapacity(graph.operations.count)
    for v in 0..<graph.count {
      for id in graph.operations(of: v) {
        let operation = graph.operations[id]
        let (a, b) = (operation.first, operation.second)
        all.append(
          SpanOperations.Operation(
            price: operation.price, id: Int32(id), tape: operation.tape,
            path: operation.price
              + max(a < 0 ? 0 : paths[a], b < 0 ? 0 : paths[b]),
            work: (a < 0 ? 0 : works[a]) + (b < 0 ? 0 : works[b]),
            first: Int32(a), second: Int32(b)))
      }
      sortByPath(&all, graph.operations(of: v))
    }
    return all
  }
}

/// Sorts some operations by their paths, those of equal ones as they are.
///
/// - Precondition: paths below 2^53 and at most 2^11 operations, which chains
///   within `SharedProducts.splitLimit` keep to: they have less than 300 factors.
private func sortByPath(
  _ all: inout [SpanOperations.Operation], _ range: Range<Int>
) {
  // One word each is sorted sooner than all that belongs to an operation.
  let own = Array(all[range])
  let keys = own.indices.map { UInt64(own[$0].path) << 11 | UInt64($0) }
  for (place, key) in zip(range, keys.sorted()) {
    all[place] = own[Int(key & (1 << 11 - 1))]
  }
}

extension Int {
  /// The product, or as much as is more than any work.
  fileprivate func multipliedClamped(by other: Int) -> Int {
    let product = multipliedReportingOverflow(by: other)
    return product.overflow
      ? SpanFronts.impossible
      : Swift.min(product.partialValue, SpanFronts.impossible)
  }
}
