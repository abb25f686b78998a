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
  private let graph: ProductGraph

  /// - Complexity: O(operations).
  init(_ graph: ProductGraph) {
    self.graph = graph
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

  /// Whether a plan within the limits of the span that operation `id` makes can
  /// use it.
  func allows(_ id: Int, _ limits: (path: Int, work: Int)) -> Bool {
    path(id) <= limits.path && work(id) <= limits.work
  }

  /// The shortest path through operation `id`, up to the span that it makes.
  func path(_ id: Int) -> Int {
    let operation = graph.operations[id]
    let (a, b) = (operation.first, operation.second)
    return operation.price + max(a < 0 ? 0 : paths[a], b < 0 ? 0 : paths[b])
  }

  /// The least work of operation `id` and its operands.
  func work(_ id: Int) -> Int {
    let operation = graph.operations[id]
    let (a, b) = (operation.first, operation.second)
    return operation.price + (a < 0 ? 0 : works[a]) + (b < 0 ? 0 : works[b])
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
