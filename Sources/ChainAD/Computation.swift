import ChainExecutor
import ChainSolvers
import JacobianChain

/// One request, planned and made ready to run.
final class Computation {
  let planned: Planned
  let program: Program
  let roles: [Role]
  /// What the plan asks of each function of the composition.
  let kept: [Abilities]
  /// The function that each target belongs to.
  let owners: [Int]
  private let request: Request
  /// By factor.
  private(set) var transposes: [Int: Transpose] = [:]
  /// λ_k of the functions whose curvature is wanted; set before each run.
  var weights: [Int: [Double]] = [:]
  /// Of factors whose entries stay from point to point: the version of the
  /// parameters that they were filled in with, −1 before.
  private var filled: [Int]
  /// What large results are made in, so that they touch no fresh pages when
  /// earlier ones have gone.
  private let workspace = Workspace()

  init(
    _ request: Request, of table: FactorTable, _ name: String,
    objective: Objective, limits: Limits, threads: Int?,
    _ control: SearchControl
  ) throws(ChainError) {
    self.request = request
    let assembly = try Assembly(request, of: table, limits)
    (roles, owners) = (assembly.roles, assembly.owners)
    let problem = try Problem(
      name: name, factors: assembly.factors, targets: assembly.targets,
      limits: limits)
    planned = try PlanCache.shared.plan(problem, for: objective, control)
    program = try Program(planned.priced, of: problem, threads: threads)
    filled = [Int](repeating: -1, count: roles.count)
    kept = Self.kept(
      by: planned.priced.plan, roles, functions: table.factors.count)
    for (factor, role) in roles.enumerated() {
      guard case .transpose(let k) = role else { continue }
      transposes[factor] = try Transpose(of: table.pattern(of: k))
    }
  }

  /// The target of a Jacobian that is computed already, in another order.
  init(
    _ other: Computation, by plan: PricedPlan, _ function: ComposedFunction
  ) throws(ChainError) {
    (request, roles, owners) = (other.request, other.roles, other.owners)
    planned = other.planned
    program = try Program(
      plan, of: planned.problem, threads: other.program.threads)
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
      case .multiply: break
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
    try fillIn(trajectory, seeds)
    let operands = ComputationOperands(
      computation: self, trajectory: trajectory)
    guard let target = try program.finiteResult(operands, in: pool(for: 0))
    else { throw notFinite(trajectory) }
    return target
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
    try fillIn(trajectory, seeds)
    try program.run(
      ComputationOperands(computation: self, trajectory: trajectory))
  }

  private func move(
    _ trajectory: Trajectory, to point: [Double]
  ) throws(ChainError) {
    trajectory.kept = kept
    try trajectory.move(to: point, end: request.span.upperBound)
  }

  private func fillIn(
    _ trajectory: Trajectory, _ seeds: [Double]
  ) throws(ChainError) {
    for (factor, role) in roles.enumerated()
    where program.readsEntries(ofFactor: factor) {
      let version = version(role, trajectory)
      if let version, filled[factor] == version { continue }
      try fill(factor, role, trajectory, seeds)
      if let version { filled[factor] = version }
    }
  }

  /// Of which parameters the entries are, if they are the same at every point.
  private func version(_ role: Role, _ trajectory: Trajectory) -> Int? {
    guard case .function(let k) = role,
      trajectory.function.functions[k].hasConstantEntries
    else { return nil }
    return trajectory.parameterVersions[k]
  }

  /// Below 256 KiB the system is as quick.
  private func pool(for target: Int) -> Workspace? {
    program.targetPattern(target).storedEntries > 1 << 15 ? workspace : nil
  }

  /// What the last run made of a target, as a copy.
  ///
  /// - Throws: `ChainError` when an entry isn't finite; it names the function
  ///   that made it.
  func target(
    _ index: Int, _ trajectory: Trajectory
  ) throws(ChainError) -> Matrix {
    guard let target = try program.finiteTarget(index, in: pool(for: index))
    else { throw notFinite(trajectory) }
    return target
  }
}
