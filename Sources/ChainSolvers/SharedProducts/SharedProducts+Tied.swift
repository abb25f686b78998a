import JacobianChain

extension SharedProducts {
  /// When the set search gives up.
  private static var effortLimit: Int { 20_000_000 }

  /// A plan and a bound, often a proof, for words with many spans and few
  /// different sub-words, as those of tied steps: by descent over the values
  /// that are made (`ValueDescent`), and the set search until a proof takes
  /// long.
  ///
  /// - Throws: `ChainError` (`infeasible`) when no plan keeps to the total
  ///   tape, (`tooLarge`) when a pattern can't be held.
  func solveTied(
    _ problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> Solution {
    var found = try Self.start(problem, control)
    if let (graph, start) = found {
      var outcome = start
      let tapeTotal = problem.limits.tapeTotal
      func goesOn() -> Bool {
        !outcome.isProven && control.report(outcome.progress) == nil
      }
      if goesOn() {
        outcome = ValueDescent(graph, tapeTotal: tapeTotal).run(
          from: outcome, control: control)
      }
      if goesOn() {
        // Who names a number of nodes wants to go that far.
        outcome = SetSearch(
          graph, tapeTotal: tapeTotal,
          effortLimit: control.nodeLimit == nil ? Self.effortLimit : .max
        ).run(from: outcome, control: control)
      }
      found = (graph, outcome)
    }
    return try Self.solution(of: found, problem, control, unproven: .heuristic)
  }
}
