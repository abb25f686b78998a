import JacobianChain

/// Bracketing and schedule together: the least makespan on p machines.
public struct BranchAndBound: ChainSolver {
  /// Creates the solver.
  public init() {}

  /// `branch-and-bound`.
  public var name: String { "branch-and-bound" }

  /// One line for `jchain solvers`.
  public var summary: String {
    "makespan on p machines: layered search in reverse time over bracketings "
      + "and schedules"
  }

  /// What solves the problem on one machine.
  private static let serialSolvers: [any ChainSolver] = [
    HuShing(), DynamicProgramming(), SharedProducts(),
  ]

  /// Heuristic for makespan.
  public func support(for problem: Problem, objective: Objective) -> Support {
    switch objective {
    case .makespan: break
    case .fma, .time, .memory:
      return .unsupported("minimises makespan, not \(objective.rawValue)")
    }
    guard Self.serialSolver(for: problem) != nil else {
      return .unsupported("no solver finds the least work of the problem")
    }
    return problem.limits.machines == 1 ? .exact : .heuristic
  }

  /// Chooses a plan and its schedule.
  public func solve(
    _ problem: Problem, objective: Objective, control: SearchControl
  ) throws(ChainError) -> Solution {
    if let machines = problem.limits.machines, machines > 1,
      problem.chain != nil
    {
      let graph = try ProductGraph(problem)
      if !graph.isFree[graph.targets[0]] {
        var search = try MakespanSearch(
          problem, graph, machines: min(machines, problem.factors.count),
          control)
        return try search.run()
      }
    }
    let serial = Self.serialSolver(for: problem)!
    var solution = try serial.solve(problem, objective: .fma, control: control)
    let priced = try solution.plan.priced(for: problem)
    let machines = problem.limits.machines
    let schedule = Schedule(listing: priced, machines: machines)
    solution.schedule = schedule
    if let machines {
      let p = UInt128(machines)
      solution.lowerBound = (solution.lowerBound + p - 1) / p
    } else {
      solution.lowerBound = 0
    }
    let makespan = try schedule.checked(for: priced, on: machines).makespan
    if makespan > solution.lowerBound { solution.stopReason = .heuristic }
    return solution
  }

  private static func serialSolver(
    for problem: Problem
  ) -> (any ChainSolver)? {
    serialSolvers.first {
      $0.support(for: problem, objective: .fma) == .exact
    }
  }
}
