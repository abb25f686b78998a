/// Sorts out the operations of one value that another one makes superfluous:
/// it needs no more operands, and costs no more fma and no more tape.
struct DominanceFilter {
  /// The operations of the value at hand.
  var candidates: [ProductGraph.Operation] = []
  /// `heads[v + 1]`: the last candidate whose greater operand is v, −1 for
  /// none; all −1 between two values.
  private var heads: [Int32] = [-1]
  /// The candidate before, with the same greater operand.
  private var previous: [Int32] = []

  /// Appends the candidates that no other one dominates, in their order; the
  /// earlier of equals stays.
  ///
  /// - Complexity: O(candidates), as few of them share operands.
  mutating func appendUndominated(to operations: inout [ProductGraph.Operation])
  {
    previous.removeAll(keepingCapacity: true)
    for (id, candidate) in candidates.enumerated() {
      let slot = candidate.first + 1
      while heads.count <= slot { heads.append(-1) }
      previous.append(heads[slot])
      heads[slot] = Int32(id)
    }
    for id in candidates.indices where !isDominated(id) {
      operations.append(candidates[id])
    }
    for candidate in candidates { heads[candidate.first + 1] = -1 }
  }

  private func isDominated(_ id: Int) -> Bool {
    let (first, second) = (candidates[id].first, candidates[id].second)
    // What needs a part of both operands starts with one of them, or none.
    return isDominated(id, below: first, or: second)
      || (second >= 0 && isDominated(id, below: second, or: -1))
      || (first >= 0 && isDominated(id, below: -1, or: -1))
  }

  /// Whether an operation with operand `first`, and `second` or no other one,
  /// dominates.
  private func isDominated(
    _ id: Int, below first: Int, or second: Int
  ) -> Bool {
    var other = first + 1 < heads.count ? heads[first + 1] : -1
    while other >= 0 {
      let needs = candidates[Int(other)].second
      if needs == second || needs < 0, beats(Int(other), id) { return true }
      other = previous[Int(other)]
    }
    return false
  }

  private func beats(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (candidates[a], candidates[b])
    guard a != b, x.price <= y.price, x.tape <= y.tape else { return false }
    return x.price < y.price || x.tape < y.tape || x.first != y.first
      || x.second != y.second || a < b
  }
}
