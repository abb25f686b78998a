import JacobianChain

/// Which products of the derivatives along a trajectory are wanted.
struct Request: Hashable {
  /// What the targets are.
  enum Kind: Hashable {
    /// One: the Jacobian of the span.
    case jacobian
    /// The derivatives by the parameters of each function that has some.
    case parameters
    /// λ_k, for each function k with curvature but the last one: the
    /// derivative of the end of the span by the output of k.
    case weights
    /// S_kᵀ · C_k · S_k, for each function k with curvature; with a block of
    /// tangents only C_k · S_k · the block.
    case curvature
  }

  /// F_i+1, …, F_j: ∂z_j/∂z_i.
  var span: Range<Int>
  /// The width of a block of tangents that the innermost function is applied
  /// to; nil for none.
  var tangents: Int?
  /// The width of a block of adjoints that the outermost one is applied to.
  var adjoints: Int?
  var kind = Kind.jacobian
}

/// What stands behind a factor of a problem.
enum Role {
  case function(Int)
  case parameters(Int)
  /// J_kᵀ.
  case transpose(Int)
  /// C_k.
  case curvature(Int)
  case tangents
  case adjoints

  /// What the entries of the factor, or its products in `mode`, ask of which
  /// function; nil for seeds.
  func need(_ mode: Mode?) -> (function: Int, ability: Abilities)? {
    switch (self, mode) {
    case (.function(let k), nil), (.transpose(let k), nil): (k, .entries)
    case (.function(let k), .tangent), (.transpose(let k), .adjoint):
      (k, .tangent)
    case (.function(let k), .adjoint), (.transpose(let k), .tangent):
      (k, .adjoint)
    case (.parameters(let k), _): (k, .parameterEntries)
    case (.curvature(let k), _): (k, .curvature)
    case (.tangents, _), (.adjoints, _): nil
    }
  }
}

/// A request as factors with their roles, and words of them.
struct Assembly {
  private(set) var factors: [Factor] = []
  private(set) var roles: [Role] = []
  private(set) var targets: [[Int]] = []
  /// The function that each target belongs to; of no meaning for one Jacobian.
  private(set) var owners: [Int] = []
  private var names: Set<String> = []

  init(_ request: Request, of table: FactorTable, _ limits: Limits)
    throws(ChainError)
  {
    switch request.kind {
    case .jacobian: appendJacobian(request, table)
    case .parameters: appendParameters(request, table)
    case .weights: appendWeights(request, table)
    case .curvature: try appendCurvature(request, table, limits)
    }
  }

  /// A function may be called what seeds or parameters are called.
  private mutating func append(_ factor: Factor, _ role: Role) -> Int {
    var factor = factor
    while !names.insert(factor.name).inserted { factor.name += "'" }
    factors.append(factor)
    roles.append(role)
    return factors.count - 1
  }

  /// The functions `range`, one factor each.
  private mutating func append(
    _ range: Range<Int>, _ table: FactorTable
  ) -> [Int] {
    range.map { append(table.factors[$0], .function($0)) }
  }

  private mutating func appendTangents(
    _ request: Request, _ table: FactorTable
  ) -> [Int] {
    guard let width = request.tangents else { return [] }
    let rows = table.factors[request.span.lowerBound].columns
    return [
      append(
        Factor(name: "tangents", rows: rows, columns: width), .tangents)
    ]
  }

  private mutating func appendJacobian(
    _ request: Request, _ table: FactorTable
  ) {
    let span = request.span
    var chain = appendTangents(request, table) + append(span, table)
    if let width = request.adjoints {
      let columns = table.factors[span.upperBound - 1].rows
      chain.append(
        append(
          Factor(name: "adjoints", rows: width, columns: columns), .adjoints))
    }
    targets = [chain]
    owners = [span.lowerBound]
  }

  private mutating func appendParameters(
    _ request: Request, _ table: FactorTable
  ) {
    let span = request.span
    owners = span.filter { table.parameters[$0] != nil }
    // The derivative of the first function with parameters leads to none.
    let first = (owners.first ?? 0) + 1
    let chain = append(first..<max(first, span.upperBound), table)
    for k in owners {
      let own = append(table.parameters[k]!, .parameters(k))
      targets.append([own] + chain[(k + 1 - first)...])
    }
  }

  private mutating func appendWeights(
    _ request: Request, _ table: FactorTable
  ) {
    let last = request.span.upperBound - 1
    owners = request.span.filter { table.isCurved($0) && $0 < last }
    guard let first = owners.first else { return }
    let chain = append(first + 1..<last + 1, table)
    targets = owners.map { Array(chain[($0 - first)...]) }
  }

  private mutating func appendCurvature(
    _ request: Request, _ table: FactorTable, _ limits: Limits
  ) throws(ChainError) {
    let first = request.span.lowerBound
    owners = request.span.filter { table.isCurved($0) }
    let seeds = appendTangents(request, table)
    let inner = append(first..<max(first, owners.last ?? first), table)
    var outer: [Int] = []
    for k in first..<first + inner.count where seeds.isEmpty {
      outer.append(
        append(try table.transpose(of: k, limits), .transpose(k)))
    }
    for k in owners {
      let own = append(try table.curvature(of: k), .curvature(k))
      targets.append(
        seeds + inner[..<(k - first)] + [own]
          + outer.prefix(k - first).reversed())
    }
  }
}
