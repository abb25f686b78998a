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

  init(
    _ request: Request, of table: FactorTable, _ name: String,
    objective: Objective, limits: Limits, _ control: SearchControl
  ) throws(ChainError) {
    self.request = request
    let assembly = try Assembly(request, of: table, limits)
    (roles, owners) = (assembly.roles, assembly.owners)
    let problem = try Problem(
      name: name, factors: assembly.factors, targets: assembly.targets,
      limits: limits)
    planned = try PlanCache.shared.plan(problem, for: objective, control)
    program = try Program(planned.priced, of: problem)
    kept = Self.kept(
      by: planned.priced.plan, roles, functions: table.factors.count)
    for (factor, role) in roles.enumerated() {
      guard case .transpose(let k) = role else { continue }
      transposes[factor] = try Transpose(of: table.pattern(of: k))
    }
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

  /// Moves to a point and computes the targets there.
  ///
  /// - Parameter seeds: the block of tangents, n × w, or of adjoints, w × m,
  ///   row by row; empty when the request has none.
  func run(
    _ trajectory: Trajectory, at point: [Double], seeds: [Double] = []
  ) throws(ChainError) {
    trajectory.kept = kept
    try trajectory.move(to: point, end: request.span.upperBound)
    try run(whereItStands: trajectory, seeds: seeds)
  }

  /// Computes the targets at the point where a trajectory stands that keeps
  /// what this plan asks for.
  func run(
    whereItStands trajectory: Trajectory, seeds: [Double] = []
  ) throws(ChainError) {
    for (factor, role) in roles.enumerated()
    where program.readsEntries(ofFactor: factor) {
      try fill(factor, role, trajectory, seeds)
    }
    try program.run(
      ComputationOperands(computation: self, trajectory: trajectory))
    try checkFinite(trajectory)
  }

  /// What the last run made of a target, as a copy.
  func target(_ index: Int) throws(ChainError) -> Matrix {
    try program.target(index)
  }
}
