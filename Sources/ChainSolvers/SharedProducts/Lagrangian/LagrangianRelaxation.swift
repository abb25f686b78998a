import JacobianChain

/// Bound, plan and proof for families of targets, by Lagrangian relaxation of
/// the positional program (`PositionalProgram`), and by branching where its
/// bound leaves a gap.
package struct LagrangianRelaxation: Sendable {
  private let graph: ProductGraph
  private let tapeTotal: Int?

  /// Prepares the relaxation for a graph and a bound on the total tape.
  package init(_ graph: ProductGraph, tapeTotal: Int?) {
    self.graph = graph
    self.tapeTotal = tapeTotal
  }

  /// Improves an outcome until it is proven or the control stops; or, with
  /// `branching: false`, until the bound of the relaxation has converged.
  package func run(
    from outcome: SharedOutcome, control: SearchControl,
    branching: Bool = true
  ) -> SharedOutcome {
    var outcome = outcome
    let setting = DualAscent.Setting(graph, tapeTotal: tapeTotal)
    let program = PositionalProgram(graph)
    // All is at hand.
    if program.roots.isEmpty { return outcome }
    let dual = LagrangianDual(
      program, graph, setting.scale, tapeTotal: setting.tapeTotal)
    var ascent = DualAscent(dual, setting)
    ascent.start(&outcome, control)
    let ending = ascent.run(
      &outcome, iterations: .max, isWhole: true, control)
    ascent.conclude(&outcome)
    guard branching, ending == .converged else { return outcome }
    if ascent.settle(outcome) {
      var search = Branching(ascent)
      search.run(&outcome, control)
      if !ascent.settle(outcome) { outcome.lower = outcome.upper }
    } else {
      outcome.lower = outcome.upper
    }
    ascent.conclude(&outcome)
    return outcome
  }
}
