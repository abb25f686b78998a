import ChainCatalog
import ChainExecutor
import JacobianChain
import Testing

/// The library tour of the README, as it stands there.
@Test func libraryTourOfTheFrontPage() throws {
  let problem = try Problem(factors: [
    Factor(name: "encode", rows: 10, columns: 600),
    Factor(name: "tanh", rows: 10, columns: 10, structure: .diagonal),
    Factor(name: "decode", rows: 600, columns: 10),
    Factor(
      name: "sensors", rows: 3, columns: 600,
      structure: .selection([5, 17, 590])),
  ])
  let solver = try Catalog.choose(for: problem).solver
  let plan = try solver.solve(problem).plan.priced(for: problem)
  #expect(plan.fma == 30 + 3 * 10 * 600)
  #expect(
    plan.bracketing(ofTarget: 0, in: problem)
      == "((sensors·decode)·tanh)·encode")

  let operands = try RandomOperands.operands(for: problem, seed: 1)
  let run = try Executor().run(plan, of: problem, operands: operands)
  #expect(run.targets[0].rows == 3 && run.targets[0].columns == 600)
  #expect(run.countedFMA == plan.fma)
}
