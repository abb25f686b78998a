import JacobianChain

/// With p = λ_b ⊙ x_b ⊙ exp(s), q = λ_b ⊙ exp(s) and J = ∂s/∂x_a, the curvature
/// of y_b = x_b ⊙ exp(s(x_a)) + t(x_a) is
///
///     | Jᵀ·diag(p)·J + C_s(p) + C_t(λ_b)   Jᵀ·diag(q) |
///     | diag(q)·J                          0          |
///
/// where C_s(p) = Σ_i p_i · ∇²s_i; λ_a has no part, as y_a = x_a.
extension CouplingLayer: AdvisingFunction {
  /// Products: two with ∂s/∂x_a, and one with the curvature of s and one with
  /// that of t; unknown when one of the two is.
  ///
  /// - Complexity: that of the pattern of Jᵀ · J.
  var curvature: Curvature {
    let (s, t) = (scale.knownCurvature, shift.knownCurvature)
    if s == .unknown || t == .unknown { return .unknown }
    var product: Int?
    if let ofScale = s.productCost(scale), let ofShift = t.productCost(shift) {
      let own = 2 * layout.scale.places.count + 3 * scale.outputCount
      product = own + ofScale + ofShift
    }
    return .products(
      (try? curvatureStructure(s, t)) ?? .dense, product: product)
  }

  /// That of s or t, whichever is unknown.
  var curvatureAdvice: String {
    let inner: any ElementalFunction =
      scale.knownCurvature == .unknown ? scale : shift
    return "for its \"\(inner.name)\": \(inner.advisedCurvature)"
  }

  private func curvatureStructure(
    _ ofScale: Curvature, _ ofShift: Curvature
  ) throws(ChainError) -> Structure {
    let (a, s) = (passiveCount, layout.scale)
    // The few entries that it has less are not worth a list.
    if s.places.count == a * scale.outputCount { return .dense }
    var (rows, columns): ([Int], [Int]) = ([], [])
    for structure in [
      scale.meetingInputs, ofScale.structure, ofShift.structure,
    ] {
      guard let structure else { continue }
      let inner = try Pattern(
        rows: a, columns: a, structure: structure, at: "\(name)/curvature"
      ).coordinates()
      rows += inner.rows
      columns += inner.columns
    }
    let (outer, inner) = (
      s.rows.map { $0 + a }, s.places.map { layout.pattern.columnIndices[$0] }
    )
    return .sparse(
      try SparsePattern(
        rows: inputCount, columns: inputCount,
        rowIndices: rows + outer + inner,
        columnIndices: columns + inner + outer))
  }
}

extension Curvature {
  /// Where entries lie; nil where there are none.
  fileprivate var structure: Structure? {
    switch self {
    case .unknown, .zero: nil
    case .entries(let structure, _), .products(let structure, _): structure
    }
  }

  /// fma of one product with the curvature of `function`, a × a; nil where
  /// that isn't known without a point.
  fileprivate func productCost(_ function: some ElementalFunction) -> Int? {
    func nonzeros(_ rows: Int, _ structure: Structure) -> Int? {
      let pattern = try? Pattern(
        rows: rows, columns: function.inputCount, structure: structure,
        at: "\(function.name)/curvature")
      return pattern.map { Int(clamping: $0.nonzeros) }
    }
    func declared(_ cost: ElementalCosts.Cost) -> Int? {
      switch cost {
      case .declared(let fma): fma
      case .counted: nonzeros(function.outputCount, function.structure)
      case .undeclared: nil
      }
    }
    switch self {
    case .unknown: return nil
    case .zero: return 0
    case .entries(let structure, let product):
      return product ?? nonzeros(function.inputCount, structure)
    case .products(_, let product):
      if let product { return product }
      let costs = function.costs
      guard let tangent = declared(costs.tangent),
        let adjoint = declared(costs.adjoint)
      else { return nil }
      return 2 * (tangent + adjoint)
    }
  }
}
