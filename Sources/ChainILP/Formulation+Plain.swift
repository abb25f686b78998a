import ChainSolvers

extension Formulating {
  /// Σ_{o makes v} x_o ≥ y_v, and x_o ≤ y_u for every operand u of o; y_v = 1
  /// is put in for forced values. With `flows`, values at one position have
  /// no y: what makes them equals what uses them.
  func addPlain(to result: inout FormulatedProgram, flows: Bool) {
    var makers = [[Int]](repeating: [], count: graph.count)
    var users = [[(column: Int, operation: Int, value: Int)]](
      repeating: [], count: graph.count)
    for v in 0..<graph.count where !graph.isFree[v] {
      for o in undecided(v) {
        let column = result.program.add(
          name("x", operation: o, of: v), objective: graph.operations[o].price)
        result.columns[o] = column
        makers[v].append(column)
        for u in needs(o) { users[u].append((column, o, v)) }
      }
    }
    let isSingle = flows ? singlePositions() : nil
    for v in 0..<graph.count where !makers[v].isEmpty {
      let makes = name("make", value: v)
      if reduction.isForced[v] {
        let exactly = isSingle?[v] ?? false ? 1 : nil
        result.program.require(
          makes, makers[v], atLeast: 1, atMost: exactly)
      } else if isSingle?[v] ?? false {
        result.program.require(
          makes, makers[v], minus: users[v].map(\.column), atLeast: 0,
          atMost: 0)
      } else {
        let available = result.program.add(
          name("y", value: v), objective: 0)
        result.program.require(
          makes, makers[v], minus: [available], atLeast: 0)
        for user in users[v] {
          result.program.require(
            name("use", operation: user.operation, of: user.value)
              + (labels.map { "_of_\($0.value(v))" } ?? ""),
            [available], minus: [user.column], atLeast: 0)
        }
      }
    }
  }

  /// For each value, whether it occurs at exactly one position of the targets.
  private func singlePositions() -> [Bool] {
    var count = [Int](repeating: 0, count: graph.count)
    var seen: Set<Int> = []
    for (t, word) in graph.words.enumerated()
    where seen.insert(graph.targets[t]).inserted {
      let spans = graph.spans(of: t)
      for b in word.indices {
        for e in b + 1...word.count { count[spans[b, e]] += 1 }
      }
    }
    return count.map { $0 == 1 }
  }
}
