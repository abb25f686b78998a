import ChainExecutor
import ChainSolvers
import JacobianChain

/// One request, planned and made ready to run.
final class Computation {
  let solved: Solved
  let program: Program
  let roles: [Role]
  /// What the plan asks of each function of the composition.
  let kept: [Abilities]
  /// The function that each target belongs to.
  let owners: [Int]
  /// The functions whose entries the plan takes from compiled eliminations.
  let compiledFunctions: [Int]
  let request: Request
  /// By factor.
  private(set) var transposes: [Int: Transpose] = [:]
  /// λ_k of the functions whose curvature is wanted; set before each run.
  var weights: [Int: [Double]] = [:]
  /// The block of tangents or adjoints of the last run, row by row.
  private(set) var seeds: [Double] = []
  /// Of factors whose entries stay from point to point: the version of the
  /// parameters that they were filled in with, −1 before.
  private var filled: [Int]
  private let workspace = Workspace()
  /// What the last run has done; nil before one.
  private(set) var count: Program.Count?

  init(
    _ request: Request, of table: FactorTable, _ name: String,
    objective: Objective, limits: Limits, threads: Int?,
    _ control: SearchControl
  ) throws(ChainError) {
    self.request = request
    func plan(
      _ table: FactorTable
    ) throws(ChainError) -> (assembly: Assembly, solved: Solved) {
      let assembly = try Assembly(request, of: table, limits)
      let problem = try Problem(
        name: name, factors: assembly.factors, targets: assembly.targets,
        limits: limits)
      return (
        assembly, try PlanCache.shared.plan(problem, for: objective, control)
      )
    }
    var (assembly, solved) = try plan(table)
    var compiled: [Int] = []
    if let eliminating = table.eliminating {
      let other = try plan(eliminating)
      let own = Self.eliminated(by: other.solved, other.assembly, table)
      let price = own.reduce(0) { $0 + UInt128(table.eliminations[$1]!) }
      if other.solved.plan.fma + price < solved.plan.fma {
        (assembly, solved) = other
        compiled = own.sorted()
      }
    }
    compiledFunctions = compiled
    (roles, owners) = (assembly.roles, assembly.owners)
    self.solved = solved
    program = try Program(
      solved.plan, of: solved.problem,
      entriesOnDemand: Self.changing(assembly.roles, table.functions),
      threads: threads)
    filled = [Int](repeating: -1, count: roles.count)
    kept = Self.kept(
      by: solved.plan.plan, roles, functions: table.factors.count)
    for (factor, role) in roles.enumerated() {
      guard case .transpose(let k) = role else { continue }
      transposes[factor] = try Transpose(of: table.pattern(of: k))
    }
  }

  /// The functions whose entries a plan takes from compiled eliminations.
  private static func eliminated(
    by solved: Solved, _ assembly: Assembly, _ table: FactorTable
  ) -> Set<Int> {
    var functions: Set<Int> = []
    for case .given(let factor) in solved.plan.plan.steps {
      switch assembly.roles[factor] {
      case .function(let k), .transpose(let k):
        if table.eliminations[k] != nil { functions.insert(k) }
      case .parameters, .curvature, .tangents, .adjoints: break
      }
    }
    return functions
  }

  /// The target of a Jacobian that is computed already, in another order.
  init(
    _ other: Computation, by plan: PricedPlan, _ function: ComposedFunction
  ) throws(ChainError) {
    (request, roles, owners) = (other.request, other.roles, other.owners)
    compiledFunctions = other.compiledFunctions
    solved = other.solved
    program = try Program(
      plan, of: solved.problem,
      entriesOnDemand: Self.changing(roles, function.functions),
      threads: other.program.threads)
    filled = [Int](repeating: -1, count: roles.count)
    kept = Self.kept(by: plan.plan, roles, functions: function.functions.count)
  }

  /// One forward sweep records what the adjoint steps of the plan need, and
  /// nothing else.
  private static func kept(
    by plan: Plan, _ roles: [Role], functions: Int
  ) -> [Abilities] {
    var kept = [Abilities](repeating: [], count: functions)
    func keep(_ factor: Int, _ mode: Mode?) {
      guard let need = roles[factor].need(mode) else { return }
      kept[need.function].insert(need.ability)
    }
    for step in plan.steps {
      switch step {
      case .given(let factor): keep(factor, nil)
      case .accumulate(let factor, let mode),
        .eliminate(let factor, let mode, _):
        keep(factor, mode)
      case .multiply, .add: break
      }
    }
    return kept
  }

  /// The only target of the request at a point.
  ///
  /// - Parameter seeds: the block of tangents, n × w, or of adjoints, w × m,
  ///   row by row; empty when the request has none.
  /// - Throws: `ChainError`; as `target(_:_:)`, and that of a function that
  ///   failed.
  func target(
    _ trajectory: Trajectory, at point: [Double], seeds: [Double] = []
  ) throws(ChainError) -> Matrix {
    try move(trajectory, to: point)
    self.seeds = seeds
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    try fillIn(operands)
    trajectory.foreignPoles.wereMet = false
    count = try program.run(operands, in: workspace)
    return try self.target(0, trajectory)
  }

  /// Moves to a point and computes the targets there.
  func run(
    _ trajectory: Trajectory, at point: [Double]
  ) throws(ChainError) {
    try move(trajectory, to: point)
    try run(whereItStands: trajectory)
  }

  /// Computes the targets at the point where a trajectory stands that keeps
  /// what this plan asks for.
  func run(
    whereItStands trajectory: Trajectory, seeds: [Double] = []
  ) throws(ChainError) {
    self.seeds = seeds
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    try fillIn(operands)
    trajectory.foreignPoles.wereMet = false
    count = try program.run(operands, in: workspace)
  }

  private func move(
    _ trajectory: Trajectory, to point: [Double]
  ) throws(ChainError) {
    trajectory.kept = kept
    try trajectory.move(to: point, end: request.span.upperBound)
  }

  /// Which factors have other entries at another point.
  private static func changing(
    _ roles: [Role], _ functions: [any ElementalFunction]
  ) -> (Int) -> Bool {
    { factor in
      guard case .function(let k) = roles[factor] else { return true }
      return !functions[k].hasConstantEntries
    }
  }

  /// Fills in the entries that stay from point to point, where there are new
  /// parameters.
  private func fillIn(_ operands: ComputationOperands) throws(ChainError) {
    for (factor, role) in roles.enumerated()
    where program.readsEntries(ofFactor: factor) {
      guard case .function(let k) = role else { continue }
      let version = operands.trajectory.parameterVersions[k]
      guard filled[factor] != version else { continue }
      let entries = try Matrix(solved.problem.patterns[factor]) {
        entries throws(ChainError) in
        try operands.entries(ofFactor: factor, into: &entries)
      }
      try program.give(entries, asFactor: factor, in: workspace)
      filled[factor] = version
    }
  }

  /// What the last run made of a target, which later ones leave alone.
  ///
  /// - Throws: `ChainError` when an entry isn't finite, whatever the order; it
  ///   names the function that made it.
  func target(
    _ index: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    let target = program.finiteTarget(index, in: workspace)
    if let target, !trajectory.foreignPoles.wereMet { return target }
    return try exactTarget(index, trajectory)
  }
}
