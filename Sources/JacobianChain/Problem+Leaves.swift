extension Problem {
  /// A way to have the entries of a factor, and what it takes.
  package typealias Leaf = (step: Step, fma: UInt128, tape: Int)

  /// The ways to have the entries of a factor alone: those at hand, and by
  /// evaluations in each mode that it has and the limits allow.
  package func leaves(ofFactor index: Int) -> [Leaf] {
    let factor = factors[index]
    var leaves: [Leaf] = []
    if factor.isGiven { leaves.append((.given(factor: index), 0, 0)) }
    for mode in Mode.allCases {
      guard let cost = cost(of: factor, mode) else { continue }
      let fma = CostModel.apply(
        evaluations: CostModel.evaluations(mode, patterns[index]), cost: cost)
      leaves.append(
        (
          .accumulate(factor: index, mode: mode), fma,
          mode == .adjoint ? factor.tape : 0
        ))
    }
    return leaves
  }
}
