import JacobianChain
import Synchronization

/// The functions of a graph as factors on arcs between its values.
struct FactorTable: Sendable {
  let graph: FunctionGraph
  /// Whether factor k is the Jacobian of node k, all of them in a row.
  let isPath: Bool
  /// The name of each node, no two alike.
  let names: [String]
  private(set) var factors: [Factor] = []
  /// What stands behind each factor.
  private(set) var roles: [Role] = []
  private(set) var arcs: [Graph.Arc] = []
  /// The factor of the whole Jacobian, by node; nil for sums, and for functions
  /// with several inputs or outputs.
  private(set) var wholes: [Int?] = []
  /// fma of one product with a function of several inputs or outputs that
  /// declares none, as found at a point; by node. Second derivatives are priced
  /// by it.
  private(set) var products: [Int: Int] = [:]
  /// The factor of the m × p Jacobian with respect to the parameters, by node;
  /// nil for those without.
  private(set) var parameters: [Factor?] = []
  /// The price, fma or nanoseconds, at which a compiled elimination gives the
  /// entries of a function, where that is less than tangents or adjoints take
  /// for all of them; by node.
  private(set) var eliminations: [Int: Int] = [:]
  /// What is known of second derivatives, by node, of those that have been
  /// asked for.
  let curvatures = Curvatures()

  final class Curvatures: Sendable {
    let known = Mutex<[Int: Curvature]>([:])
  }

  /// - Parameters:
  ///   - trajectory: stands at the point where costs are found, and keeps all
  ///     values; nil when there is none.
  ///   - rate: what prices are counted in.
  ///   - eliminates: whether eliminations are looked at.
  /// - Throws: `ChainError` that names the function whose cost can't be
  ///   found, or whose structure doesn't fit.
  init(
    _ graph: FunctionGraph, costsOn trajectory: Trajectory?, at rate: Rate,
    eliminates: Bool
  ) throws(ChainError) {
    self.graph = graph
    isPath = graph.isPath
    names = Self.names(graph)
    for (k, node) in graph.nodes.enumerated() {
      wholes.append(nil)
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
        try appendParts(of: k)
        if node.isFollowed, let trajectory {
          products[k] = try Self.costs(
            function, k, trajectory, isTimed: false
          ).product
        }
        continue
      }
      wholes[k] = factors.count
      var found = FoundCosts()
      if trajectory == nil, function.needsPoint(at: rate) {
        throw Self.undeclared(k, names[k])
      }
      if let trajectory, function.usesPoint(at: rate) {
        found = try Self.costs(
          function, k, trajectory, isTimed: rate != .fma)
      }
      let factor = try Self.factor(function, names[k], found)
      append(factor, .function(k), node.inputs[0], node.outputs[0])
      if eliminates, let trajectory,
        let place = trajectory.linearizations[k] as? GenericLinearization
      {
        do {
          eliminations[k] = try Self.elimination(
            of: factor, place, at: rate)
        } catch {
          throw trajectory.failure(error, of: k, "its entries")
        }
      }
    }
  }

  private static func costs(
    _ function: any ElementalFunction, _ k: Int, _ trajectory: Trajectory,
    isTimed: Bool
  ) throws(ChainError) -> FoundCosts {
    do {
      return try FoundCosts(
        function, trajectory.linearizations[k]!,
        at: trajectory.inputs(of: k), isTimed: isTimed)
    } catch {
      throw trajectory.failure(error, of: k, "a derivative")
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

  private static func factor(
    _ function: any ElementalFunction, _ name: String, _ found: FoundCosts
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
    func cost(_ mode: Mode) -> Int? {
      let price: Int? =
        switch function.cost(mode) {
        case nil: nil
        case .declared(let fma): fma
        case .counted: Int(clamping: counted)
        case .undeclared: found.product ?? Int(clamping: counted)
        }
      // Beside entries a product is worth having only if it is cheaper; with
      // entries that are known ones it costs nothing.
      guard factor.isGiven, let price else { return price }
      return !factor.structure.isUnit && UInt128(price) < counted
        ? price : nil
    }
    factor.tangentCost = cost(.tangent)
    factor.adjointCost = cost(.adjoint)
    if factor.tangentCost != nil { factor.tangentTime = found.times[.tangent] }
    if factor.adjointCost != nil { factor.adjointTime = found.times[.adjoint] }
    return factor
  }

  /// The price of the entries by a compiled elimination: its multiplications,
  /// as those of products are counted, or its nanoseconds; nil where tangents
  /// or adjoints take less.
  private static func elimination(
    of factor: Factor, _ place: GenericLinearization, at rate: Rate
  ) throws -> Int? {
    // Whoever has timed products there kept something else.
    let point = place.point
    var value = [Double](repeating: 0, count: factor.rows)
    var written = value.mutableSpan
    try place.move(to: point.span, value: &written, keeping: .entries)
    guard let program = place.eliminated?.program else { return nil }
    let pattern = try Problem(factors: [factor]).patterns[0]
    let ways = Mode.allCases.compactMap { mode in
      rate.price(
        evaluations: mode == .tangent
          ? pattern.columnColours : pattern.rowColours, of: factor, mode)
    }
    guard let least = ways.min() else { return nil }
    let own =
      rate == .fma
      ? program.multiplicationCount
      : try CostMeter(place, at: point, outputs: factor.rows)
        .timeOfElimination(place)
    return UInt128(own) < least ? own : nil
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

  private static func undeclared(_ k: Int, _ name: String) -> ChainError {
    ChainError(
      .unsupported, at: "/functions/\(k)",
      expected: "a declared cost of \"\(name)\", or a point to find it at",
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

  /// Whether it is a function that is written once, for every kind of number.
  var isGeneric: Bool {
    isWhole
      && (function is GenericFunction || function is ParametricGenericFunction)
  }

  /// Whether products of a function that isn't whole can be counted at a point,
  /// and have no declared cost.
  var isFollowed: Bool {
    guard !isWhole, let function = function as? any RecordedFunction else {
      return false
    }
    return function.isRecorded
      && Mode.allCases.contains { function.cost($0) == .undeclared }
  }

  /// Whether costs of it are looked for where there is a point.
  func usesPoint(at rate: Rate) -> Bool {
    isFollowed || isWhole && function?.usesPoint(at: rate) ?? false
  }
}
