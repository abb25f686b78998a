import ChainSolvers

extension ProductBranching {
  /// Two subproblems that have all plans of `node` between them.
  mutating func split(
    _ node: Subproblem, _ reduction: Reduction, _ shares: [Double]
  ) {
    var best: (v: Int, o: Int?, score: Double)?
    for v in 0..<graph.count where !graph.isFree[v] {
      let all = graph.operations(of: v)
      guard !all.contains(where: { reduction.isFixed[$0] }) else { continue }
      if reduction.isForced[v] {
        for o in all where reduction.isOpen[o] {
          // A split where nothing is split yet is the last resort.
          let score = min(shares[o], 1 - shares[o]) / 2 + shares[o] * 1e-6
          if score > best?.score ?? -1 { best = (v, o, score) }
        }
      } else {
        let share = min(all.reduce(0) { $0 + shares[$1] }, 1)
        let score = min(share, 1 - share) + share * 1e-6
        if score > best?.score ?? -1 { best = (v, nil, score) }
      }
    }
    // Columns are left, so some value that has to be computed is undecided.
    guard let best else { preconditionFailure("nothing to split") }
    var (with, without) = (node, node)
    with.isForced[best.v] = true
    for o in graph.operations(of: best.v) {
      guard let chosen = best.o else {
        without.isOpen[o] = false
        continue
      }
      if o == chosen {
        without.isOpen[o] = false
      } else {
        with.isOpen[o] = false
      }
    }
    open.append(without)
    open.append(with)
  }
}
