import JacobianChain

/// An order of pairwise products as `numpy.einsum` and opt_einsum count it:
/// operands stand in a row, a product takes two of them out and goes to the
/// end.
package struct ContractionPath: Hashable, Sendable {
  /// The positions of each product's operands, the lower one first.
  package struct Pair: Hashable, Sendable {
    package let first: Int
    package let second: Int
  }

  /// One pair for each product.
  package let pairs: [Pair]

  /// The pairs, one after the other.
  package var positions: [Int] { pairs.flatMap { [$0.first, $0.second] } }

  /// The path of products that name their operands.
  ///
  /// - Parameters:
  ///   - count: how many operands there are, 0 ..< count.
  ///   - products: product k takes two earlier values that nothing else takes,
  ///     and is value count + k.
  /// - Complexity: O((count + products) · log).
  package init(count: Int, products: [(Int, Int)]) {
    // Values stand in the order of their numbers: a position is the number of
    // earlier ones that are left, which a Fenwick tree (doi:10.1002/spe.4380240306)
    // counts.
    var tree = [Int](repeating: 0, count: count + products.count + 1)
    func add(_ change: Int, at value: Int) {
      var node = value + 1
      while node < tree.count {
        tree[node] += change
        node += node & -node
      }
    }
    func left(before value: Int) -> Int {
      var (node, sum) = (value, 0)
      while node > 0 {
        sum += tree[node]
        node -= node & -node
      }
      return sum
    }
    for value in 0..<count { add(1, at: value) }
    pairs = products.enumerated().map { place, product in
      let one = left(before: product.0)
      let other = left(before: product.1)
      add(-1, at: product.0)
      add(-1, at: product.1)
      add(1, at: count + place)
      return Pair(first: min(one, other), second: max(one, other))
    }
  }

  /// The path of one target, whose factors are the operands, outermost first.
  ///
  /// - Throws: `ChainError` (`unsupported`) at the step for eliminations, and
  ///   for values that are used twice.
  /// - Complexity: O(s log s) for a target of s steps.
  package init(of solved: Solved, target: Int) throws(ChainError) {
    let steps = solved.plan.plan.steps
    var leaves: [Int] = []
    var products: [Int] = []
    var seen: Set<Int> = []
    var pending = [solved.plan.plan.targets[target]]
    while let id = pending.popLast() {
      guard seen.insert(id).inserted else {
        throw Self.refusal(
          id, "values that are used once", "a value used again")
      }
      switch steps[id] {
      case .given, .accumulate:
        leaves.append(id)
      case .multiply(let outer, let inner):
        products.append(id)
        pending += [inner, outer]
      case .add:
        throw Self.refusal(id, "products", "a sum")
      case .eliminate:
        throw Self.refusal(
          id, "products of given or accumulated factors", "eliminate")
      }
    }
    products.sort()
    var values: [Int: Int] = [:]
    for (place, id) in (leaves + products).enumerated() { values[id] = place }
    self.init(
      count: leaves.count,
      products: products.map { id in
        let (first, second) = steps[id].operands
        return (values[first!]!, values[second!]!)
      })
  }

  static func refusal(
    _ step: Int, _ expected: String, _ found: String
  ) -> ChainError {
    ChainError(
      .unsupported, at: "plan: /steps/\(step)", expected: expected,
      found: found,
      advice: found == "eliminate"
        ? "set matrixFree to false in the problem"
        : "give repeated factors names of their own, or take numpy instead")
  }
}
