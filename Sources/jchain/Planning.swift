import ChainCatalog
import ChainILP
import ChainSolvers
import JacobianChain

extension Solved {
  /// Solves a problem by the solver of a name.
  ///
  /// - Throws: `ChainError`.
  init(
    _ problem: Problem, by solver: String, objective: Objective,
    control: SearchControl
  ) throws(ChainError) {
    self = try Self(
      problem,
      by: Catalog.choose(solver, for: problem, objective: objective),
      objective: objective, control: control
    ).compared(control: control)
  }

  /// Certifies the plan's price by a second method, which shares nothing with
  /// its solver: the dual of the linear program.
  ///
  /// - Throws: `ChainError` when there is no such certificate for the problem,
  ///   and when plan and certificate disagree.
  mutating func certify(control: SearchControl) throws(ChainError) {
    let proof = try ChainILP.Certificate(of: problem, control: control)
    let isExact = status == .optimal && proof.stopReason == nil
    guard
      isExact ? proof.dualBound == plan.fma : proof.dualBound <= plan.fma
    else {
      throw ChainError(
        .invalidPlan, at: "--prove",
        expected: "\(plan.fma) fma, the price of the solver's plan",
        found: "a dual bound of \(proof.dualBound) fma",
        advice: "one of the two is wrong: please report the problem file")
    }
    certificate = Certificate(
      dualBound: proof.dualBound, inequalities: proof.constraints)
  }
}
