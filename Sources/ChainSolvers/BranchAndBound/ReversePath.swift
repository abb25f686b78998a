import JacobianChain

/// The decisions of a search that met its target.
struct ReversePath {
  /// Operations in order of their start in reverse time.
  let operations: [Int]
  /// The leaves that were packed at the end, each with its start, forward in
  /// time.
  let leaves: [(operation: Int, start: Int)]

  /// The operation of each span, and when it starts, forward in time, in a
  /// schedule that ends at `target`.
  ///
  /// - Complexity: O(decisions · machines).
  func replayed(
    in spans: borrowing SpanOperations, machines: Int, target: Int
  ) -> (chosen: [Int], starts: [Int]) {
    var chosen = [Int](repeating: -1, count: spans.count)
    var starts = [Int](repeating: 0, count: spans.count)
    var releases = [Int](repeating: 0, count: spans.count)
    var busy = [Int](repeating: 0, count: machines)
    for o in operations {
      let v = spans.span(madeBy: o)
      let first = busy.indices.min { busy[$0] < busy[$1] }!
      let start = max(releases[v], busy[first])
      let end = start + spans.price(o)
      if spans.price(o) > 0 {
        for k in busy.indices { busy[k] = max(busy[k], start) }
        busy[first] = end
      }
      chosen[v] = Int(spans[o].id)
      starts[v] = target - end
      for operand in [spans.first(o), spans.second(o)] where operand >= 0 {
        releases[operand] = end
      }
    }
    for leaf in leaves {
      let v = spans.span(madeBy: leaf.operation)
      chosen[v] = Int(spans[leaf.operation].id)
      starts[v] = leaf.start
    }
    return (chosen, starts)
  }
}

extension ReversePath {
  /// Follows a state back to the whole chain.
  ///
  /// - Parameters:
  ///   - last: the operation that leads on from the state.
  ///   - trace: the expanded state.
  ///   - origins: for every expanded state the one before it, −1 for the first.
  ///   - operations: for every expanded state the operation that led to it.
  init(
    to last: Int, _ trace: Int, _ origins: [Int32], _ operations: [Int32],
    leaves: [(operation: Int, start: Int)]
  ) {
    var path = [last]
    var state = trace
    while origins[state] >= 0 {
      path.append(Int(operations[state]))
      state = Int(origins[state])
    }
    self.init(operations: path.reversed(), leaves: leaves)
  }
}
