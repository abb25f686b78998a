import ChainSolvers

/// Good plans, fast: targets are put in one after the other, each by a dynamic
/// program over the graph in which values that are there already cost nothing;
/// then each is taken out and put in again while that helps.
///
/// Prices may be weighted with hints from a relaxation. What comes out is
/// priced in integers by others; the hints only steer.
struct Incumbent {
  private let graph: ProductGraph
  /// The operation of each value that is computed; −1 for the rest.
  private(set) var chosen: [Int]
  /// How many targets' trees contain each value.
  private var users: [Int]
  private var trees: [(target: Int, values: [Int])] = []

  /// Puts all targets in under `weights` per operation, then improves the
  /// choice at `prices` per operation.
  ///
  /// - Complexity: O(targets · operations) for each of at most
  ///   `sweeps` + 1 rounds.
  init(
    _ graph: ProductGraph, weights: [Double], prices: [Double],
    sweeps: Int = 4
  ) {
    self.graph = graph
    chosen = [Int](repeating: -1, count: graph.count)
    users = [Int](repeating: 0, count: graph.count)
    // Long words first: what they compute serves short ones.
    let targets = Set(graph.targets).filter { !graph.isFree[$0] }
    for target in targets.sorted(by: >) { insert(target, weights) }
    var best = total(prices)
    var known = chosen
    for _ in 0..<sweeps {
      for (target, values) in trees {
        trees.removeFirst()
        remove(values)
        insert(target, prices)
      }
      let now = total(prices)
      guard now < best else { break }
      (best, known) = (now, chosen)
    }
    chosen = known
  }

  private func total(_ prices: [Double]) -> Double {
    chosen.reduce(0) { $0 + ($1 < 0 ? 0 : prices[$1]) }
  }

  private mutating func remove(_ values: [Int]) {
    for v in values {
      users[v] -= 1
      if users[v] == 0 { chosen[v] = -1 }
    }
  }

  /// Finds the cheapest tree of `target` when values with users are free.
  private mutating func insert(_ target: Int, _ weights: [Double]) {
    var cost = [Double](repeating: 0, count: target + 1)
    var best = chosen
    for v in 0...target where !graph.isFree[v] && chosen[v] < 0 {
      var least = Double.infinity
      for o in graph.operations(of: v) {
        let operation = graph.operations[o]
        var sum = weights[o]
        if operation.first >= 0 { sum += cost[operation.first] }
        if operation.second >= 0 { sum += cost[operation.second] }
        if sum < least { (least, best[v]) = (sum, o) }
      }
      cost[v] = least
    }
    // The tree holds the values that others computed, too: they have to stay
    // when those others go.
    var isPart = [Bool](repeating: false, count: target + 1)
    isPart[target] = true
    var tree: [Int] = []
    for v in stride(from: target, through: 0, by: -1) where isPart[v] {
      tree.append(v)
      users[v] += 1
      chosen[v] = best[v]
      let operation = graph.operations[best[v]]
      if operation.first >= 0 { isPart[operation.first] = true }
      if operation.second >= 0 { isPart[operation.second] = true }
    }
    trees.append((target, tree))
  }
}
