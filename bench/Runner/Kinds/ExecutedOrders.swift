import ChainBenchResults
import ChainExecutor
import JacobianChain

/// The orders of a problem file, carried out on the same random entries.
struct ExecutedOrders {
  /// The largest relative difference between two orders.
  private static let tolerance = 1e-8
  private static let seed: UInt64 = 1

  var problem: Problem { orders.problem }
  let operands: [Operand]
  /// The Jacobian in the best order, row by row.
  let expected: [Double]
  private let orders: Orders
  private let executor = Executor(threads: 1)

  /// Plans, carries out the best order, and holds the Jacobian against an
  /// evaluation that shares no code with the kernels.
  init(_ named: NamedProblem, limit: Double) throws {
    orders = try Orders(named, limit: limit)
    let problem = orders.problem
    operands = try RandomOperands.operands(for: problem, seed: Self.seed)
    let plan = orders[Orders.optimum]!
    let run = try executor.run(plan, of: problem, operands: operands)
    let verification = try Verification(
      of: run.targets[0], in: problem, operands: operands)
    try check(
      verification.verdict == .agrees,
      "the Jacobian is off by \(verification.maxRelativeError)")
    try check(run.countedFMA == plan.fma, "counts \(run.countedFMA) fma")
    expected = try run.targets[0].denseEntries()
  }

  /// The plan of an order; a refusal when there is none, or it takes too long.
  func plan(_ name: String) throws(Refusal) -> PricedPlan {
    guard let plan = orders[name] else {
      throw Refusal(reason: orders.absence(of: name))
    }
    guard plan.fma <= Executor.patience else {
      throw Refusal(reason: "not measured: \(plan.fma) fma are too many")
    }
    return plan
  }

  struct Refusal: Error { let reason: String }

  /// Carries out an order.
  func run(_ plan: PricedPlan) throws -> Execution {
    try executor.run(plan, of: problem, operands: operands)
  }

  /// An order of given factors made ready to be carried out again and again,
  /// after one run whose answer is checked.
  func prepared(
    _ plan: PricedPlan
  ) throws -> (program: Program, workspace: Workspace) {
    let (program, workspace) = (
      try Program(plan, of: problem), Workspace()
    )
    for (index, operand) in operands.enumerated() {
      guard let entries = operand.entries else { continue }
      try program.give(entries, asFactor: index, in: workspace)
    }
    let count = try program.run(in: workspace)
    let difference = relativeDifference(
      try program.target(0, in: workspace).denseEntries(), expected)
    try check(
      difference <= Self.tolerance, "differs from the optimum by \(difference)")
    try check(count.fma == plan.fma, "counts another price")
    return (program, workspace)
  }

  /// Carries out an order and compares what comes out.
  func checkedRun(_ plan: PricedPlan) throws -> Execution {
    let run = try run(plan)
    let difference = relativeDifference(
      try run.targets[0].denseEntries(), expected)
    try check(
      difference <= Self.tolerance, "differs from the optimum by \(difference)")
    try check(run.countedFMA == plan.fma, "counts \(run.countedFMA) fma")
    return run
  }
}
