import JacobianChain

extension Problem {
  /// An upper bound on the price of any plan of a chain: `worstPrice`, or less
  /// where every factor is an n × n band. A span has at most as many nonzeros
  /// a row as its factors' widths add up to, so its product costs at most
  /// n · (sum of the outer widths) · (sum of the inner ones), and the joins of
  /// a tree pair every two factors once.
  var priceBound: UInt128 {
    let word = targets[0]
    let size = patterns[word[0]].rows
    var width: UInt128 = 0
    for index in word {
      switch patterns[index].structure {
      case .diagonal, .identity, .negatedIdentity: width += 1
      case .banded(let lower, let upper)
      where patterns[index].rows == patterns[index].columns:
        width += UInt128(lower + upper + 1)
      case .dense, .banded, .blockDiagonal, .selection, .negatedSelection,
        .sparse, .submatrix:
        return worstPrice
      }
    }
    guard width < 1 << 36 else { return worstPrice }
    let costs = word.flatMap { index in
      Mode.allCases.compactMap { factors[index].cost($0) }
    }
    let evaluations = CostModel.apply(
      evaluations: 2 * word.count * Int(width), cost: costs.max() ?? 0)
    let products = CostModel.dense(size, Int(width), Int(width)) / 2
    return min(worstPrice, products + evaluations)
  }

  /// Whether no sum of prices can exceed 62 bits: one bound up front instead
  /// of an overflow check a step. Every candidate price is that of a real
  /// plan, so no sum passes it.
  var fitsNarrowPrices: Bool { worstPrice < Int.limit }
}

extension Support {
  /// What every solver of products refuses: graphs; nil for other problems.
  package static func refusal(ofGraph problem: Problem) -> Support? {
    problem.graph.map { _ in .unsupported("solves products, no graphs") }
  }

  /// What every solver of a single chain refuses: makespan, several targets,
  /// repeated factors, and time where its prices are fma; nil when the problem
  /// is a chain.
  static func refusal(
    of problem: Problem, objective: Objective, knowsTime: Bool
  ) -> Support? {
    guard !objective.isScheduled, objective == .fma || knowsTime else {
      return .unsupported("minimises fma, not \(objective.name)")
    }
    if let refusal = refusal(ofGraph: problem) { return refusal }
    guard problem.chain == nil else { return nil }
    return .unsupported(
      problem.targets.count > 1
        ? "solves one target, the problem has \(problem.targets.count)"
        : "needs distinct factors, the target repeats some")
  }
}
