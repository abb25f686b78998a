import JacobianChain

/// The functions of a composition as factors of problems.
struct FactorTable {
  let functions: [any ElementalFunction]
  /// The factor of each function.
  private(set) var factors: [Factor]
  /// The factor of the m × p Jacobian with respect to the parameters; nil for
  /// functions without.
  let parameters: [Factor?]
  /// fma by which a compiled elimination gives the entries of a function, where
  /// that is less than tangents or adjoints take for all of them; by function.
  let eliminations: [Int: Int]
  /// Those that have been asked for.
  let curvatures = Curvatures()

  final class Curvatures {
    var known: [Int: Curvature] = [:]
  }

  /// - Parameters:
  ///   - trajectory: stands at the point where costs are measured; nil when
  ///     there is none.
  ///   - eliminates: whether eliminations are looked at.
  /// - Throws: `ChainError` that names the function whose cost can't be
  ///   measured.
  init(
    _ function: ComposedFunction, measuringOn trajectory: Trajectory?,
    eliminates: Bool
  ) throws(ChainError) {
    let names = Self.names(function)
    var factors: [Factor] = []
    var parameters: [Factor?] = []
    var eliminations: [Int: Int] = [:]
    var meter: CostMeter?
    for (k, elemental) in function.functions.enumerated() {
      var reading = CostMeter.Reading()
      if Self.isMeasured(elemental) {
        guard let trajectory else { throw Self.unmeasured(k, names[k]) }
        meter = meter ?? CostMeter()
        do {
          reading = try meter!.read(elemental, trajectory.linearizations[k])
        } catch {
          throw trajectory.failure(error, of: k, "a derivative")
        }
      }
      let factor = try Self.factor(elemental, names[k], reading)
      factors.append(factor)
      if eliminates, let trajectory,
        let place = trajectory.linearizations[k] as? GenericLinearization
      {
        do {
          eliminations[k] = try Self.elimination(
            of: elemental, factor, place, meter)
        } catch {
          throw trajectory.failure(error, of: k, "its entries")
        }
      }
      let parametric = elemental as? any ParametricFunction
      parameters.append(
        parametric.map { parametric in
          Factor(
            name: "\(names[k]) parameters", rows: elemental.outputCount,
            columns: parametric.parameters.count,
            structure: parametric.parameterStructure)
        })
    }
    functions = function.functions
    self.eliminations = eliminations
    self.factors = factors
    self.parameters = parameters
  }

  /// Whether a cost that plans need has to be timed.
  static func isMeasured(_ function: any ElementalFunction) -> Bool {
    guard !function.hasFreeEntries else { return false }
    return function.abilities.contains(.tangent)
      && function.costs.tangent == .measured
      || function.abilities.contains(.adjoint)
        && function.costs.adjoint == .measured
  }

  static func factor(
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
    for k in eliminations.keys { other.factors[k].isGiven = true }
    return other
  }

  /// The functions' own names, numbered where they repeat.
  private static func names(_ function: ComposedFunction) -> [String] {
    var counts: [String: Int] = [:]
    for elemental in function.functions {
      counts[elemental.name, default: 0] += 1
    }
    var used: Set<String> = []
    return function.functions.enumerated().map { k, elemental in
      var name = elemental.name
      if counts[name]! > 1 { name += " \(k + 1)" }
      while !used.insert(name).inserted { name += "'" }
      return name
    }
  }

  static func unmeasured(_ k: Int, _ name: String) -> ChainError {
    ChainError(
      .unsupported, at: "/functions/\(k)",
      expected: "a declared cost of \"\(name)\", or a point to measure it at",
      found: "neither",
      advice: "prepare with measuringAt: a typical point")
  }
}
