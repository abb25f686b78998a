import ChainExecutor
import ChainSolvers
import JacobianChain

/// Which products of the derivatives along a trajectory are wanted.
struct Request: Hashable {
  /// F_i+1, …, F_j: ∂z_j/∂z_i.
  var span: Range<Int>
  /// The width of a block of tangents that the innermost function is applied
  /// to; nil for none.
  var tangents: Int?
  /// The width of a block of adjoints that the outermost one is applied to.
  var adjoints: Int?
  /// Whether the derivatives by the parameters are wanted instead.
  var isByParameters = false
}

/// One request, planned and made ready to run.
final class Computation {
  /// What stands behind a factor of the problem.
  private enum Role {
    case function(Int)
    case parameters(Int)
    case tangents
    case adjoints
  }

  let planned: Planned
  private let request: Request
  private let program: Program
  private let roles: [Role]
  /// What the plan asks of each function of the composition.
  private let kept: [Abilities]
  /// The functions whose parameters the targets belong to.
  let parametric: [Int]
  /// Of factors whose entries stay from point to point: the version of the
  /// parameters that they were filled in with, −1 before.
  private var filled: [Int]
  /// What large results are made in, so that they touch no fresh pages when
  /// earlier ones have gone.
  private let workspace = Workspace()

  init(
    _ request: Request, of table: FactorTable, _ name: String,
    objective: Objective, limits: Limits, _ control: SearchControl
  ) throws(ChainError) {
    self.request = request
    var (factors, roles): ([Factor], [Role]) = ([], [])
    func append(_ factor: Factor, _ role: Role) -> Int {
      factors.append(factor)
      roles.append(role)
      return factors.count - 1
    }
    let span = request.span
    parametric =
      request.isByParameters
      ? span.filter { table.parameters[$0] != nil } : []
    // The derivative of the first function with parameters leads to none.
    let first =
      request.isByParameters ? (parametric.first ?? 0) + 1 : span.lowerBound
    var chain: [Int] = []
    if let width = request.tangents {
      chain.append(
        append(
          Factor(
            name: "tangents", rows: table.factors[span.lowerBound].columns,
            columns: width), .tangents))
    }
    for k in first..<max(first, span.upperBound) {
      chain.append(append(table.factors[k], .function(k)))
    }
    if let width = request.adjoints {
      chain.append(
        append(
          Factor(
            name: "adjoints", rows: width,
            columns: table.factors[span.upperBound - 1].rows), .adjoints))
    }
    let targets =
      request.isByParameters
      ? parametric.map { k in
        [append(table.parameters[k]!, .parameters(k))]
          + chain[(k + 1 - first)...]
      } : [chain]
    let problem = try Problem(
      name: name, factors: factors, targets: targets, limits: limits)
    planned = try PlanCache.shared.plan(problem, for: objective, control)
    program = try Program(planned.priced, of: problem)
    self.roles = roles
    filled = [Int](repeating: -1, count: roles.count)
    kept = Self.kept(
      by: planned.priced.plan, roles, functions: table.factors.count)
  }

  /// One forward sweep records what the adjoint steps of the plan need, and
  /// nothing else.
  private static func kept(
    by plan: Plan, _ roles: [Role], functions: Int
  ) -> [Abilities] {
    var kept = [Abilities](repeating: [], count: functions)
    func keep(_ ability: Abilities, _ factor: Int) {
      switch roles[factor] {
      case .function(let k): kept[k].insert(ability)
      case .parameters(let k): kept[k].insert(.parameterEntries)
      case .tangents, .adjoints: break
      }
    }
    for step in plan.steps {
      switch step {
      case .given(let factor): keep(.entries, factor)
      case .accumulate(let factor, let mode),
        .eliminate(let factor, let mode, _):
        keep(mode == .tangent ? .tangent : .adjoint, factor)
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
    try prepare(trajectory, at: point, seeds)
    guard
      let target = try program.finiteResult(
        Operands(computation: self, trajectory: trajectory), in: pool(for: 0))
    else { throw notFinite(trajectory) }
    return target
  }

  /// Moves to a point and computes the targets there.
  func run(
    _ trajectory: Trajectory, at point: [Double]
  ) throws(ChainError) {
    try prepare(trajectory, at: point, [])
    try program.run(Operands(computation: self, trajectory: trajectory))
  }

  private func prepare(
    _ trajectory: Trajectory, at point: [Double], _ seeds: [Double]
  ) throws(ChainError) {
    trajectory.kept = kept
    try trajectory.move(to: point, end: request.span.upperBound)
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

  private func fill(
    _ factor: Int, _ role: Role, _ trajectory: Trajectory, _ seeds: [Double]
  ) throws(ChainError) {
    do {
      try program.withEntries(ofFactor: factor) { entries in
        switch role {
        case .function(let k):
          try trajectory.linearizations[k].entries(into: &entries)
        case .parameters(let k):
          let linearization =
            trajectory.linearizations[k] as! any ParametricLinearization
          try linearization.parameterEntries(into: &entries)
        case .tangents, .adjoints:
          for i in seeds.indices { entries[i] = seeds[i] }
        }
      }
    } catch {
      throw failure(error, role, trajectory)
    }
  }

  private func failure(
    _ error: any Error, _ role: Role, _ trajectory: Trajectory
  ) -> ChainError {
    switch role {
    case .function(let k): trajectory.failure(error, of: k, "its entries")
    case .parameters(let k):
      trajectory.failure(error, of: k, "the entries of its parameters")
    case .tangents, .adjoints: preconditionFailure("seeds don't fail")
    }
  }

  /// Who made a number that isn't finite.
  private func notFinite(_ trajectory: Trajectory) -> ChainError {
    for factor in roles.indices
    where program.readsEntries(ofFactor: factor) {
      var found: (entry: Int, value: Double)?
      program.withEntries(ofFactor: factor) { entries in
        for i in entries.indices where !entries[i].isFinite {
          found = (i, entries[i])
          return
        }
      }
      guard let found else { continue }
      return ChainError(
        .malformed, at: "/functions",
        expected: "finite derivatives of "
          + "\"\(planned.problem.factors[factor].name)\"",
        found: "stored entry \(found.entry) is \(found.value)",
        advice: "keep the point inside the domain of the derivative")
    }
    return ChainError(
      .malformed, at: "/functions", expected: "a finite product",
      found: "an entry that isn't a finite number",
      advice: "see whether a function returns such tangents or adjoints, or "
        + "whether the derivatives are too large to be multiplied")
  }

  /// The matrix-free factors of the program.
  private struct Operands: ProgramOperands {
    let computation: Computation
    let trajectory: Trajectory

    private func linearization(_ factor: Int) -> any Linearization {
      guard case .function(let k) = computation.roles[factor] else {
        preconditionFailure("seeds and parameters have entries")
      }
      return trajectory.linearizations[k]
    }

    func tangents(
      ofFactor index: Int, seeds: Span<Double>, width: Int,
      into block: inout MutableSpan<Double>
    ) throws {
      try linearization(index).tangents(of: seeds, width: width, into: &block)
    }

    func adjoints(
      ofFactor index: Int, seeds: Span<Double>, width: Int,
      into block: inout MutableSpan<Double>
    ) throws {
      try linearization(index).adjoints(of: seeds, width: width, into: &block)
    }
  }
}
