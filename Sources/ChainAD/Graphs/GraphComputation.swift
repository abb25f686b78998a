import ChainExecutor
import JacobianChain

/// Some Jacobians of a graph, planned jointly and made ready to run.
final class GraphComputation {
  let solved: Solved
  let program: Program
  private let workspace = Workspace()
  /// What the last run has done; nil before one.
  private(set) var count: Program.Count?
  let roles: [GraphRole]
  /// What the plan asks of each node.
  let kept: [Abilities]
  /// The block of tangents or adjoints, row by row.
  var seeds: [Double] = []

  /// - Parameter problem: on the graph; its factors have these roles.
  init(
    _ problem: Problem, _ roles: [GraphRole], _ graph: FunctionGraph,
    threads: Int?, _ control: SearchControl
  ) throws(ChainError) {
    solved = try PlanCache.shared.plan(problem, for: .fma, control)
    self.roles = roles
    program = try Program(
      solved.plan, of: problem, entriesOnDemand: { _ in true },
      threads: threads)
    var kept = graph.nodes.map { _ in Abilities() }
    func keep(_ factor: Int, _ ability: Abilities) {
      switch roles[factor] {
      case .whole(let node): kept[node].insert(ability)
      case .part(let node, _):
        guard case .function(let function, _, _) = graph.nodes[node] else {
          preconditionFailure("sums have no parts")
        }
        // Whatever its entries may be made of.
        kept[node].formUnion(
          function.abilities.contains(.entries)
            ? .entries : function.abilities)
      case .parameters(let node): kept[node].insert(.parameterEntries)
      case .unit, .seeds: break
      }
    }
    for step in solved.plan.plan.steps {
      switch step {
      case .given(let factor): keep(factor, .entries)
      case .accumulate(let factor, let mode),
        .eliminate(let factor, let mode, _):
        keep(factor, mode == .tangent ? .tangent : .adjoint)
      case .multiply, .add: break
      }
    }
    self.kept = kept
  }

  /// The wanted blocks at a point.
  ///
  /// - Throws: `ChainError`: that of a function that failed, or that has no
  ///   finite derivative, whatever the order.
  func run(
    _ places: GraphPlaces, at point: [Double]
  ) throws(ChainError) -> [Matrix] {
    places.kept = kept
    try places.move(to: point)
    places.foreignPoles.wereMet = false
    count = try program.run(
      GraphOperands(computation: self, places: places), in: workspace)
    var matrices: [Matrix] = []
    let isTold = !places.foreignPoles.wereMet
    for index in solved.problem.graph!.wanted.indices {
      if isTold, let matrix = program.finiteTarget(index, in: workspace) {
        matrices.append(matrix)
      } else {
        matrices.append(try exactTarget(index, places, at: point))
      }
    }
    return matrices
  }
}

/// The factors of a graph's program, at the point where its places stand.
private struct GraphOperands: Operands {
  let computation: GraphComputation
  let places: GraphPlaces

  func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) {
    switch computation.roles[index] {
    case .unit: break
    case .seeds(let range):
      let seeds = computation.seeds
      for (place, seed) in range.enumerated() { entries[place] = seeds[seed] }
    case .whole(let node):
      do {
        try places.linearizations[node]!.entries(into: &entries)
      } catch {
        throw places.failure(error, of: node, "its entries")
      }
    case .parameters(let node):
      do {
        try (places.linearizations[node] as! any ParametricLinearization)
          .parameterEntries(into: &entries)
      } catch {
        throw places.failure(error, of: node, "the entries of its parameters")
      }
    case .part(let node, let part):
      if let unit = part.pattern.structure.unit {
        for place in entries.indices { entries[place] = unit }
        return
      }
      do {
        let own = try places.entries(of: node, part.pattern)
        for (place, position) in part.positions.enumerated() {
          entries[place] = own[position]
        }
      } catch {
        throw places.failure(error, of: node, "its entries")
      }
    }
  }

  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    guard case .whole(let node) = computation.roles[index] else {
      preconditionFailure("only whole functions are applied")
    }
    places.foreignPoles.look(at: seeds, of: node)
    try places.linearizations[node]!.apply(
      mode, to: seeds, width: width, into: &block)
  }
}
