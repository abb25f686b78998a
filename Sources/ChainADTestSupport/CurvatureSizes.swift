import ChainAD
import JacobianChain

/// What a function declares of its second derivatives, found to fit together.
struct CurvatureSizes {
  /// Where the entries lie, n × n.
  let pattern: Pattern
  /// Row and column of each stored entry.
  let coordinates: [(row: Int, column: Int)]
  let hasEntries: Bool
  let hasProducts: Bool
  /// Neither entries nor products, because all are 0.
  var isZero: Bool { !hasEntries && !hasProducts }

  /// nil when nothing is known.
  init?(_ function: any ElementalFunction) throws(ChainError) {
    guard let curved = function as? any CurvedFunction else { return nil }
    let (n, name) = (function.inputCount, function.name)
    func broken(
      _ law: String, _ expected: String, _ found: String
    ) -> ChainError {
      Sizes.broken(name, "curvature/\(law)", expected, found)
    }
    let structure: Structure
    let product: Int?
    switch curved.curvature {
    case .unknown: return nil
    case .zero:
      pattern = Pattern(denseRows: n, columns: n)
      (coordinates, hasEntries, hasProducts) = ([], false, false)
      return
    case .entries(let declared, let cost):
      (structure, product) = (declared, cost)
      (hasEntries, hasProducts) = (true, cost != nil)
    case .products(let declared, let cost):
      (structure, product) = (declared, cost)
      (hasEntries, hasProducts) = (false, true)
    }
    if let product, product < 0 {
      throw broken("product", "no negative number", "\(product)")
    }
    guard !structure.isUnit else {
      throw broken("structure", "no unit structure", structure.name)
    }
    pattern = try Pattern(
      rows: n, columns: n, structure: structure, at: "\(name)/curvature")
    let (own, transposed) = (
      try pattern.expanded(), try pattern.transposed().expanded()
    )
    guard own == transposed else {
      throw broken("structure", "a symmetric pattern", structure.name)
    }
    coordinates = try Sizes.coordinates(of: pattern)
  }
}
