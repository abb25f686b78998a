import JacobianChain

extension Layer {
  /// y_a = x_a, y_b = x_b ⊙ exp(s(x_a)) + t(x_a): an affine coupling layer
  /// (Dinh, Sohl-Dickstein & Bengio 2016, "Density estimation using Real NVP",
  /// arXiv:1605.08803, eq. 7 and 8).
  ///
  /// x_a are the first a of n = a + b inputs, where s and t are b × a. Row i of
  /// the lower half of the n × n Jacobian has the columns of s_i and t_i and
  /// the diagonal, which is exp(s_i): it is sparse, and the pattern exact. If s
  /// and t have parameters, so has the layer: those of s, then those of t. If both have second derivatives, so has the
  /// layer.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - scale: s, from x_a to one scale per x_b.
  ///   - shift: t, from x_a to one shift per x_b.
  /// - Throws: `ChainError` when s and t differ in shape, when one of them has
  ///   no entries, or when a pattern is too large to list.
  /// - Complexity: O(n + entries of s and t · log(entries per row)).
  public static func coupling(
    name: String = "coupling", scale: some ElementalFunction,
    shift: some ElementalFunction
  ) throws(ChainError) -> some CurvedFunction {
    try CouplingLayer(name: name, scale: scale, shift: shift)
  }

  /// The same with two functions that have parameters: it has them itself.
  ///
  /// - Throws: `ChainError`; as for any s and t.
  /// - Complexity: O(n + entries of s and t · log(entries per row)).
  public static func coupling(
    name: String = "coupling", scale: some ParametricFunction,
    shift: some ParametricFunction
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try CouplingLayer(name: name, scale: scale, shift: shift)
  }
}

/// What `Layer.coupling` makes.
struct CouplingLayer<
  Scale: ElementalFunction, Shift: ElementalFunction
>: ElementalFunction {
  let name: String
  /// s, from x_a to one scale per x_b.
  let scale: Scale
  /// t, from x_a to one shift per x_b.
  let shift: Shift
  /// Where the entries lie: always sparse.
  let structure: Structure
  let layout: CouplingLayout
  /// That of the parameter Jacobian; nil unless both have parameters.
  let parameterLayout: CouplingLayout?

  init(
    name: String = "coupling", scale: Scale, shift: Shift
  ) throws(ChainError) {
    let (a, b) = (scale.inputCount, scale.outputCount)
    try ChainError.guardPositive(a, name, "scale/inputs")
    try ChainError.guardPositive(b, name, "scale/outputs")
    guard shift.inputCount == a, shift.outputCount == b else {
      throw .layer(
        name, "shift", expected: "\(b) × \(a), as scale",
        found: "\(shift.outputCount) × \(shift.inputCount)",
        advice: "s and t map the same passive half to the same active half")
    }
    let functions: [(String, any ElementalFunction)] = [
      ("scale", scale), ("shift", shift),
    ]
    for (part, function) in functions
    where !function.abilities.contains(.entries) {
      throw ChainError(
        .unsupported, at: "\(name)/\(part)",
        expected: "a function with entries", found: "\(function.name) has none",
        advice: "the entries of the layer are made of those of s and t")
    }
    self.name = name
    self.scale = scale
    self.shift = shift
    layout = try CouplingLayout(
      passive: a, columns: a + b,
      scale: Pattern(
        rows: b, columns: a, structure: scale.structure, at: "\(name)/scale"),
      shift: Pattern(
        rows: b, columns: a, structure: shift.structure, at: "\(name)/shift"),
      shiftColumn: 0, hasDiagonal: true)
    structure = .sparse(layout.pattern)
    parameterLayout =
      if let scale = scale as? any ParametricFunction,
        let shift = shift as? any ParametricFunction
      {
        try CouplingLayout(name, scale, shift)
      } else {
        nil
      }
  }

  /// a, the number of inputs that pass unchanged.
  var passiveCount: Int { scale.inputCount }
  /// n = a + b.
  var inputCount: Int { scale.inputCount + scale.outputCount }
  var outputCount: Int { inputCount }

  /// Products and entries; parameter entries when s and t have them.
  var abilities: Abilities {
    let own: Abilities = [.tangent, .adjoint, .entries]
    guard parameterLayout != nil else { return own }
    return own.union(
      scale.abilities.intersection(shift.abilities).intersection(
        .parameterEntries))
  }

  /// Whether those of s and t are.
  var hasFreeEntries: Bool {
    scale.hasFreeEntries && shift.hasFreeEntries
  }

  /// One fma an entry either way, which takes longer where s and t have no
  /// formulas; the entries for an adjoint.
  var costs: ElementalCosts {
    let cost: ElementalCosts.Cost = hasFreeEntries ? .counted : .undeclared
    return ElementalCosts(
      tangent: cost, adjoint: cost, tape: layout.pattern.entries)
  }

  /// A place for the derivative: the entries of the layer, and those of s and
  /// t.
  func linearization() -> any Linearization {
    CouplingLinearization(
      shape, layout, (scale, scale.linearization()),
      (shift, shift.linearization()))
  }

  private var shape: LayerShape {
    LayerShape(
      name: name, rows: outputCount, columns: inputCount,
      entries: layout.pattern.entries)
  }
}

extension CouplingLayer: ParametricFunction
where Scale: ParametricFunction, Shift: ParametricFunction {
  /// Those of s, then those of t.
  var parameters: [Double] { scale.parameters + shift.parameters }

  /// Sparse: the rows of y_a are empty, row i of y_b has what s_i and t_i
  /// have.
  var parameterStructure: Structure {
    .sparse(layoutOfParameters.pattern)
  }

  func parametricLinearization() -> any ParametricLinearization {
    var shape = shape
    shape.parameters = scale.parameters.count + shift.parameters.count
    shape.parameterEntries = layoutOfParameters.pattern.entries
    return ParametricCouplingLinearization(
      shape, layout, layoutOfParameters,
      (scale, scale.parametricLinearization()),
      (shift, shift.parametricLinearization()))
  }

  private var layoutOfParameters: CouplingLayout {
    guard let parameterLayout else {
      preconditionFailure("made when both functions have parameters")
    }
    return parameterLayout
  }
}
