import JacobianChain
import Synchronization

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

  /// The functions with a part in ∂²y/∂r∂c: those with curvature that some
  /// row r and some column c lead to, and that lead to y.
  ///
  /// - Throws: `ChainError` (`unsupported`) that names the first one of which
  ///   no second derivatives are known.
  /// - Complexity: O(nodes + arcs).
  func curvedFunctions(
    of y: Int, by rows: [Int], and columns: [Int]
  ) throws(ChainError) -> [Int] {
    var leading: Set = [y]
    for arc in arcs.reversed() where leading.contains(arc.to) {
      leading.insert(arc.from)
    }
    func reached(from values: [Int]) -> Set<Int> {
      arcs.reduce(into: Set(values)) {
        if $0.contains($1.from) { $0.insert($1.to) }
      }
    }
    let ends = [reached(from: rows), reached(from: columns)]
    var curved: [Int] = []
    for (k, node) in graph.nodes.enumerated()
    where node.outputs.contains(where: leading.contains)
      && ends.allSatisfy({ node.inputs.contains(where: $0.contains) })
    {
      switch curvatureOfFunction(k) {
      case .zero: break
      case .entries, .products: curved.append(k)
      case .unknown:
        throw ChainError(
          .unsupported, at: "/functions/\(k)",
          expected: "second derivatives of \"\(graph.nodes[k].name)\"",
          found: "none", advice: graph.nodes[k].function!.advisedCurvature)
      }
    }
    return curved
  }

  /// The transpose of a factor, whose tangents are the adjoints of the
  /// function, and vice versa.
  ///
  /// A tangent of J_kᵀ keeps the tape of an adjoint, which the limits don't
  /// see: where the tape alone exceeds the limit of a step, or where the total
  /// is limited, there is none.
  func transpose(
    ofFactor index: Int, _ limits: Limits
  ) throws(ChainError) -> (factor: Factor, role: Role) {
    var factor = factors[index]
    let own = try Pattern(
      rows: factor.rows, columns: factor.columns,
      structure: factor.structure, at: "/factors/\(index)")
    let pattern = try own.transposed()
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
    switch roles[index] {
    case .function(let k): return (factor, .transpose(k))
    case .part(let k, let part):
      return (factor, .part(k, try part.transposed(own)))
    case .unit: return (factor, .unit)
    case .parameters, .transpose, .curvature, .curvaturePart, .seeds:
      preconditionFailure("the table has functions and sums alone")
    }
  }

  /// C_k, n × n.
  ///
  /// - Precondition: its curvature is known, and not zero.
  func curvature(of k: Int) throws(ChainError) -> Factor {
    let n = graph.nodes[k].function!.inputCount
    var factor = Factor(name: names[k] + " curvature", rows: n, columns: n)
    switch curvatureOfFunction(k) {
    case .zero, .unknown: preconditionFailure("not curved")
    case .entries(let structure, let product):
      factor.structure = try stored(structure, of: k)
      // Beside entries a product is worth having only if it is cheaper.
      if let product,
        UInt128(product) < (try curvaturePattern(of: k, structure)).nonzeros
      {
        (factor.tangentCost, factor.adjointCost) = (product, product)
        factor.isGiven = true
      }
    case .products(let structure, let product):
      factor.structure = try stored(structure, of: k)
      let both = try productCost(of: k, .tangent).addingReportingOverflow(
        try productCost(of: k, .adjoint))
      let cost =
        product ?? min(both.overflow ? .max : both.partialValue, 1 << 40) * 2
      (factor.tangentCost, factor.adjointCost) = (cost, cost)
      let own = wholes[k].map { factors[$0] }
      if product == nil, let a = own?.tangentTime, let b = own?.adjointTime {
        let time = EvaluationTime(
          fixed: 2 * (a.fixed + b.fixed), perSeed: 2 * (a.perSeed + b.perSeed))
        (factor.tangentTime, factor.adjointTime) = (time, time)
      }
      factor.isGiven = false
    }
    return factor
  }

  /// C_k by each two of several inputs between which there are entries; nil
  /// where there are products alone.
  func curvatureParts(of k: Int) throws(ChainError) -> PatternParts? {
    guard case .entries(let structure, _) = curvatureOfFunction(k) else {
      return nil
    }
    let sizes = graph.nodes[k].inputs.map { graph.vertices[$0].size }
    return try PatternParts(
      of: try curvaturePattern(of: k, try stored(structure, of: k)),
      outputs: sizes, inputs: sizes)
  }

  /// fma of one product with J_k: what the function declares, or was found;
  /// else one for each nonzero.
  private func productCost(
    of k: Int, _ mode: Mode
  ) throws(ChainError) -> Int {
    if let own = wholes[k], let cost = factors[own].cost(mode) { return cost }
    let function = graph.nodes[k].function!
    if wholes[k] == nil {
      if case .declared(let fma) = function.cost(mode) { return fma }
      if function.cost(mode) == .undeclared, let found = products[k] {
        return found
      }
    }
    return Int(clamping: try pattern(ofFunction: k).nonzeros)
  }

  /// Second derivatives change with λ; of a unit structure nothing would.
  private func stored(
    _ structure: Structure, of k: Int
  ) throws(ChainError) -> Structure {
    guard structure.isUnit else { return structure }
    throw ChainError(
      .malformed, at: "/functions/\(k)/curvature",
      expected: "second derivatives of \"\(names[k])\" that are stored",
      found: "the structure \(structure.name), whose entries are all 1",
      advice: "declare .diagonal or another structure with entries, or .zero")
  }

  private func curvaturePattern(
    of k: Int, _ structure: Structure
  ) throws(ChainError) -> Pattern {
    let n = graph.nodes[k].function!.inputCount
    return try Pattern(
      rows: n, columns: n, structure: structure,
      at: "/functions/\(k)/curvature")
  }

  /// Where the entries of J_k lie.
  func pattern(ofFunction k: Int) throws(ChainError) -> Pattern {
    let function = graph.nodes[k].function!
    return try Pattern(
      rows: function.outputCount, columns: function.inputCount,
      structure: function.structure, at: "/functions/\(k)")
  }
}
