import ChainExecutor
import ChainSolvers
import JacobianChain

/// A request, planned and compiled: any number of threads may run it, each in
/// a `Computation` of its own.
struct PlannedRequest: Sendable {
  let request: Request
  let solved: Solved
  let program: Program
  /// What stands behind each factor of the problem.
  let roles: [Role]
  /// What the plan asks of each node.
  let kept: [Abilities]
  /// How many nodes have to be gone through.
  let end: Int
  /// The functions whose entries the plan takes from compiled eliminations.
  let compiledFunctions: [Int]
  /// The patterns of J_k, for each J_kᵀ among the factors.
  let transposed: [Int: Pattern]
  /// Whether factors are multiplied by each other, or by weights.
  let joinsFactors: Bool

  init(
    _ request: Request, _ name: String, of table: FactorTable,
    objective: Objective, limits: Limits, threads: Int?,
    _ control: SearchControl
  ) throws(ChainError) {
    func plan(
      _ table: FactorTable
    ) throws(ChainError) -> (solved: Solved, roles: [Role]) {
      let (problem, roles) = try Assembly(request, of: table, limits)
        .problem(name, limits)
      let solved = try PlanCache.shared.plan(problem, for: objective, control)
      return (solved, roles)
    }
    var (solved, roles) = try plan(table)
    var compiled: [Int] = []
    if let eliminating = table.eliminating {
      let other = try plan(eliminating)
      let own = Self.eliminated(by: other.solved, other.roles, table)
      let price = own.reduce(0) { $0 + UInt128(table.eliminations[$1]!) }
      if other.solved.plan.price + price < solved.plan.price {
        (solved, roles) = other
        compiled = own.sorted()
      }
    }
    var transposed: [Int: Pattern] = [:]
    for (factor, role) in roles.enumerated() {
      guard case .transpose(let k) = role else { continue }
      transposed[factor] = try table.pattern(ofFunction: k)
    }
    (self.request, self.solved, self.roles) = (request, solved, roles)
    self.transposed = transposed
    compiledFunctions = compiled
    end = table.graph.end(of: request)
    try solved.checkResultsFit()
    program = try Program(
      solved.plan, of: solved.problem,
      entriesOnDemand: Self.changing(roles, table.graph), threads: threads)
    kept = Self.kept(by: solved.plan.plan, roles, table.graph)
    joinsFactors =
      solved.plan.plan.joinsFactors || !request.curvature.isEmpty
  }

  /// The same targets in an order that somebody else chose.
  init(
    _ other: PlannedRequest, by plan: PricedPlan, _ graph: FunctionGraph
  ) throws(ChainError) {
    (request, solved, roles) = (other.request, other.solved, other.roles)
    (end, transposed) = (other.end, other.transposed)
    compiledFunctions = other.compiledFunctions
    program = try Program(
      plan, of: solved.problem, entriesOnDemand: Self.changing(roles, graph),
      threads: other.program.threads)
    kept = Self.kept(by: plan.plan, roles, graph)
    joinsFactors = plan.plan.joinsFactors || !other.request.curvature.isEmpty
  }

  /// The functions whose entries a plan takes from compiled eliminations.
  private static func eliminated(
    by solved: Solved, _ roles: [Role], _ table: FactorTable
  ) -> Set<Int> {
    var functions: Set<Int> = []
    for case .given(let factor) in solved.plan.plan.steps {
      switch roles[factor] {
      case .function(let k), .transpose(let k):
        if table.eliminations[k] != nil { functions.insert(k) }
      case .part, .unit, .parameters, .curvature, .curvaturePart, .seeds: break
      }
    }
    return functions
  }

  /// One forward sweep records what the adjoint steps of the plan need, and
  /// nothing else.
  private static func kept(
    by plan: Plan, _ roles: [Role], _ graph: FunctionGraph
  ) -> [Abilities] {
    var kept = [Abilities](repeating: [], count: graph.nodes.count)
    func keep(_ factor: Int, _ mode: Mode?) {
      guard let need = roles[factor].need(mode) else { return }
      kept[need.node].insert(need.ability)
      // Of several inputs or outputs, whatever entries can be made of.
      if case .part = roles[factor],
        let function = graph.nodes[need.node].function,
        !function.abilities.contains(.entries)
      {
        kept[need.node] = kept[need.node].subtracting(.entries)
          .union(function.abilities)
      }
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

  /// Which factors have other entries at another point.
  private static func changing(
    _ roles: [Role], _ graph: FunctionGraph
  ) -> (Int) -> Bool {
    { factor in
      guard case .function(let k) = roles[factor] else { return true }
      return graph.nodes[k].function?.hasConstantEntries != true
    }
  }
}

extension Plan {
  fileprivate var joinsFactors: Bool {
    steps.contains { step in
      switch step {
      case .multiply, .eliminate: true
      case .given, .accumulate, .add: false
      }
    }
  }
}

extension FunctionGraph {
  /// The nodes that make all that a request is about are before this one.
  fileprivate func end(of request: Request) -> Int {
    if !request.curvature.isEmpty { return nodes.count }
    return end(
      making: request.blocks.map(\.to) + (request.seeds?.vertices ?? []))
  }

  /// The nodes that make values are before this one.
  func end(making values: [Int]) -> Int {
    let ends = Set(values)
    let last = nodes.lastIndex { !ends.isDisjoint(with: $0.outputs) }
    return last.map { $0 + 1 } ?? 0
  }
}
