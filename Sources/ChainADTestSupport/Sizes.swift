import ChainAD
import JacobianChain

/// The declared sizes of a function, found to fit together.
struct Sizes {
  let rows: Int
  let columns: Int
  let pattern: Pattern
  /// Row and column of each stored entry, or of each known one.
  let coordinates: [(row: Int, column: Int)]
  let parameters: (pattern: Pattern, coordinates: [(row: Int, column: Int)])?
  /// nil when nothing is known of it.
  let curvature: CurvatureSizes?

  init(_ function: any ElementalFunction) throws(ChainError) {
    let name = function.name
    (rows, columns) = (function.outputCount, function.inputCount)
    for (part, count) in [("inputCount", columns), ("outputCount", rows)]
    where count < 1 {
      throw Self.broken(name, part, "at least 1", "\(count)")
    }
    let costs = function.costs
    for (part, cost) in [
      ("costs/tangent", costs.tangent), ("costs/adjoint", costs.adjoint),
    ] {
      if case .declared(let fma) = cost, fma < 0 {
        throw Self.broken(name, part, "no negative number", "\(fma)")
      }
    }
    guard costs.tape >= 0 else {
      throw Self.broken(
        name, "costs/tape", "no negative number", "\(costs.tape)")
    }
    pattern = try Pattern(
      rows: rows, columns: columns, structure: function.structure, at: name)
    coordinates = try Self.coordinates(of: pattern)
    curvature = try CurvatureSizes(function)
    guard function.abilities.contains(.parameterEntries) else {
      parameters = nil
      return
    }
    guard let function = function as? any ParametricFunction else {
      throw Self.broken(
        name, "abilities", "a ParametricFunction, which has parameterEntries",
        "an ElementalFunction")
    }
    let ofParameters = try Pattern(
      rows: rows, columns: function.parameters.count,
      structure: function.parameterStructure, at: "\(name)/parameterStructure")
    parameters = (ofParameters, try Self.coordinates(of: ofParameters))
  }

  static func broken(
    _ name: String, _ part: String, _ expected: String, _ found: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "\(name)/\(part)", expected: expected, found: found,
      advice: "correct what the function declares")
  }

  /// Written once more than in the product, which it checks: from the table
  /// in `Matrix`, not from its code.
  static func coordinates(
    of pattern: Pattern
  ) throws(ChainError) -> [(row: Int, column: Int)] {
    let expanded = try pattern.expanded()
    let rowByRow = (0..<pattern.rows).flatMap { row in
      expanded.row(row).map { (row: row, column: $0) }
    }
    guard case .banded = pattern.structure else { return rowByRow }
    return rowByRow.sorted {
      ($0.column - $0.row, $0.row) < ($1.column - $1.row, $1.row)
    }
  }
}
