import JacobianChain
import Synchronization

/// The functions of a graph as factors on arcs between its values.
struct FactorTable: Sendable {
  let graph: FunctionGraph
  /// Whether factor k is the Jacobian of node k, all of them in a row.
  let isPath: Bool
  private(set) var factors: [Factor] = []
  /// What stands behind each factor.
  private(set) var roles: [Role] = []
  private(set) var arcs: [Graph.Arc] = []
  /// The factor of the m × p Jacobian with respect to the parameters, by node;
  /// nil for those without.
  private(set) var parameters: [Factor?] = []
  /// fma by which a compiled elimination gives the entries of a function, where
  /// that is less than tangents or adjoints take for all of them; by node.
  private(set) var eliminations: [Int: Int] = [:]
  /// What is known of second derivatives, by node, of those that have been
  /// asked for.
  let curvatures = Curvatures()

  final class Curvatures: Sendable {
    let known = Mutex<[Int: Curvature]>([:])
  }

  /// - Parameters:
  ///   - trajectory: stands at the point where costs are measured; nil when
  ///     there is none.
  ///   - eliminates: whether eliminations are looked at.
  /// - Throws: `ChainError` that names the function whose cost can't be
  ///   measured, or whose structure doesn't fit.
  init(
    _ graph: FunctionGraph, measuringOn trajectory: Trajectory?,
    eliminates: Bool
  ) throws(ChainError) {
    self.graph = graph
    isPath = graph.isPath
    let names = Self.names(graph)
    var meter: CostMeter?
    for (k, node) in graph.nodes.enumerated() {
      let parametric = node.function as? any ParametricFunction
      parameters.append(
        parametric.map { parametric in
          Factor(
            name: "\(names[k]) parameters", rows: parametric.outputCount,
            columns: parametric.parameters.count,
            structure: parametric.parameterStructure)
        })
      guard let function = node.function else {
        appendSum(node)
        continue
      }
      guard node.isWhole else {
        try appendParts(of: k, function)
        continue
      }
      var reading = CostMeter.Reading()
      if Self.isMeasured(function) {
        guard let trajectory else { throw Self.unmeasured(k, names[k]) }
        meter = meter ?? CostMeter()
        do {
          reading = try meter!.read(function, trajectory.linearizations[k]!)
        } catch {
          throw trajectory.failure(error, of: k, "a derivative")
        }
      }
      let factor = try Self.factor(function, names[k], reading)
      append(factor, .function(k), node.inputs[0], node.outputs[0])
      if eliminates, let trajectory,
        let place = trajectory.linearizations[k] as? GenericLinearization
      {
        do {
          eliminations[k] = try Self.elimination(
            of: function, factor, place, meter)
        } catch {
          throw trajectory.failure(error, of: k, "its entries")
        }
      }
    }
  }

  private mutating func append(
    _ factor: Factor, _ role: Role, _ from: Int, _ to: Int
  ) {
    factors.append(factor)
    roles.append(role)
    arcs.append(Graph.Arc(factor: factors.count - 1, from: from, to: to))
  }

  /// A factor that stands for a part of a node.
  mutating func append(
    _ structure: Structure, _ role: Role, _ from: Int, _ to: Int
  ) {
    let (tail, head) = (graph.vertices[from], graph.vertices[to])
    append(
      Factor(
        name: "\(head.name)/\(tail.name)", rows: head.size,
        columns: tail.size, structure: structure), role, from, to)
  }

  /// Whether a cost of some function has to be timed.
  static func isMeasured(_ graph: FunctionGraph) -> Bool {
    graph.nodes.contains { $0.isWhole && $0.function.map(isMeasured) ?? false }
  }

  /// Whether a cost that plans need has to be timed.
  private static func isMeasured(_ function: any ElementalFunction) -> Bool {
    guard !function.hasFreeEntries else { return false }
    return function.abilities.contains(.tangent)
      && function.costs.tangent == .measured
      || function.abilities.contains(.adjoint)
        && function.costs.adjoint == .measured
  }

  private static func factor(
    _ function: any ElementalFunction, _ name: String,
    _ reading: CostMeter.Reading
  ) throws(ChainError) -> Factor {
    var factor = Factor(
      name: name, rows: function.outputCount, columns: function.inputCount,
      structure: function.structure,
      isGiven: function.hasFreeEntries,
      tape: function.costs.tape)
    let counted = try Problem(
      factors: [
        Factor(
          name: name, rows: factor.rows, columns: factor.columns,
          structure: function.structure)
      ]
    ).patterns[0].nonzeros
    func cost(
      _ ability: Abilities, _ cost: ElementalCosts.Cost, _ measured: Int?
    ) -> Int? {
      guard function.abilities.contains(ability) else { return nil }
      let price: Int? =
        switch cost {
        case .declared(let fma): fma
        case .counted: Int(clamping: counted)
        case .measured: measured
        }
      // Beside entries a product is worth having only if it is cheaper; with
      // entries that are known ones it costs nothing.
      guard factor.isGiven, let price else { return price }
      return !factor.structure.isUnit && UInt128(price) < counted
        ? price : nil
    }
    factor.tangentCost = cost(
      .tangent, function.costs.tangent, reading.tangent)
    factor.adjointCost = cost(
      .adjoint, function.costs.adjoint, reading.adjoint)
    return factor
  }

  /// fma of the entries by a compiled elimination; nil where tangents or
  /// adjoints take less.
  private static func elimination(
    of function: any ElementalFunction, _ factor: Factor,
    _ place: GenericLinearization, _ meter: CostMeter?
  ) throws -> Int? {
    guard let program = place.eliminated?.program else { return nil }
    let pattern = try Problem(factors: [factor]).patterns[0]
    let ways = Mode.allCases.compactMap { mode in
      factor.cost(mode).map { cost in
        let colours =
          mode == .tangent ? pattern.columnColours : pattern.rowColours
        return (mode, colours, price: UInt128(cost) * UInt128(colours))
      }
    }
    guard let least = ways.min(by: { $0.price < $1.price }) else { return nil }
    var own = program.instructionCount
    if isMeasured(function), let meter {
      // In units of the price that it is held against.
      let ratio = try meter.ratio(
        ofEliminationTo: least.0, width: least.1, outputs: factor.rows, place)
      guard ratio < 1 else { return nil }
      own = max(1, Int(ratio * Double(least.price)))
    }
    return UInt128(own) < least.price ? own : nil
  }

  /// The same functions, the entries of which come by eliminations wherever
  /// these take less; nil where there are none.
  var eliminating: FactorTable? {
    if eliminations.isEmpty { return nil }
    var other = self
    for (index, role) in roles.enumerated() {
      guard case .function(let k) = role, eliminations[k] != nil else {
        continue
      }
      other.factors[index].isGiven = true
    }
    return other
  }

  /// The functions' own names, numbered where they repeat.
  private static func names(_ graph: FunctionGraph) -> [String] {
    var counts: [String: Int] = [:]
    for node in graph.nodes { counts[node.name, default: 0] += 1 }
    var used: Set<String> = []
    return graph.nodes.enumerated().map { k, node in
      var name = node.name
      if counts[name]! > 1 { name += " \(k + 1)" }
      while !used.insert(name).inserted { name += "'" }
      return name
    }
  }

  private static func unmeasured(_ k: Int, _ name: String) -> ChainError {
    ChainError(
      .unsupported, at: "/functions/\(k)",
      expected: "a declared cost of \"\(name)\", or a point to measure it at",
      found: "neither",
      advice: "prepare with measuringAt: a typical point")
  }
}

extension FunctionGraph.Node {
  /// Whether it is a function of one input and one output, whose Jacobian
  /// stands on one arc.
  var isWhole: Bool {
    function != nil && inputs.count == 1 && outputs.count == 1
  }
}
