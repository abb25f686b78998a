import JacobianChain
import Synchronization

/// Of a path, whose factor k is J_k.
extension FactorTable {
  /// What is known of the second derivatives of function `k`.
  ///
  /// Asked of it once: finding the pattern can take a while, and nobody needs
  /// it who wants no Hessian.
  func curvatureOfFunction(_ k: Int) -> Curvature {
    if let known = curvatures.known.withLock({ $0[k] }) { return known }
    let curvature = graph.nodes[k].function?.knownCurvature ?? .zero
    curvatures.known.withLock { $0[k] = curvature }
    return curvature
  }

  /// Whether function `k` has a part in a Hessian of its own.
  func isCurved(_ k: Int) -> Bool {
    switch curvatureOfFunction(k) {
    case .zero, .unknown: false
    case .entries, .products: true
    }
  }

  /// J_kᵀ: its tangents are the adjoints of function `k`, and vice versa.
  ///
  /// A tangent of J_kᵀ keeps the tape of an adjoint, which the limits don't
  /// see: where the tape alone exceeds the limit of a step, or where the total
  /// is limited, there is none.
  func transpose(of k: Int, _ limits: Limits) throws(ChainError) -> Factor {
    var factor = factors[k]
    let pattern = try pattern(of: k).transposed()
    (factor.rows, factor.columns) = (pattern.rows, pattern.columns)
    factor.structure = pattern.structure
    factor.name += " transposed"
    let isAllowed =
      factor.tape == 0
      || factor.tape <= (limits.tapePerStep ?? .max) && limits.tapeTotal == nil
    let adjointCost = isAllowed ? factor.adjointCost : nil
    factor.adjointCost = factor.tangentCost
    factor.tangentCost = adjointCost
    (factor.tangentTime, factor.adjointTime) = (
      adjointCost == nil ? nil : factor.adjointTime,
      factor.adjointCost == nil ? nil : factor.tangentTime
    )
    factor.tape = 0
    return factor
  }

  /// C_k, n × n.
  ///
  /// - Precondition: `isCurved(k)`.
  func curvature(of k: Int) throws(ChainError) -> Factor {
    let own = factors[k]
    var factor = Factor(
      name: own.name + " curvature", rows: own.columns, columns: own.columns)
    switch curvatureOfFunction(k) {
    case .zero, .unknown: preconditionFailure("not curved")
    case .entries(let structure, let product):
      factor.structure = try stored(structure, of: k)
      let nonzeros = try Pattern(
        rows: own.columns, columns: own.columns, structure: structure,
        at: "/functions/\(k)/curvature"
      ).nonzeros
      // Beside entries a product is worth having only if it is cheaper.
      if let product, UInt128(product) < nonzeros {
        (factor.tangentCost, factor.adjointCost) = (product, product)
        factor.isGiven = true
      }
    case .products(let structure, let product):
      factor.structure = try stored(structure, of: k)
      let once = Int(clamping: try pattern(of: k).nonzeros)
      let both = (own.tangentCost ?? once).addingReportingOverflow(
        own.adjointCost ?? once)
      let cost =
        product ?? min(both.overflow ? .max : both.partialValue, 1 << 40) * 2
      (factor.tangentCost, factor.adjointCost) = (cost, cost)
      if product == nil, let a = own.tangentTime, let b = own.adjointTime {
        let time = EvaluationTime(
          fixed: 2 * (a.fixed + b.fixed), perSeed: 2 * (a.perSeed + b.perSeed))
        (factor.tangentTime, factor.adjointTime) = (time, time)
      }
      factor.isGiven = false
    }
    return factor
  }

  /// Second derivatives change with λ; of a unit structure nothing would.
  private func stored(
    _ structure: Structure, of k: Int
  ) throws(ChainError) -> Structure {
    guard structure.isUnit else { return structure }
    throw ChainError(
      .malformed, at: "/functions/\(k)/curvature",
      expected: "second derivatives of \"\(factors[k].name)\" that are stored",
      found: "the structure \(structure.name), whose entries are all 1",
      advice: "declare .diagonal or another structure with entries, or .zero")
  }

  /// Where the entries of J_k lie.
  func pattern(of k: Int) throws(ChainError) -> Pattern {
    try Pattern(
      rows: factors[k].rows, columns: factors[k].columns,
      structure: factors[k].structure, at: "/functions/\(k)")
  }
}
