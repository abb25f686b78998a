import JacobianChain

extension Elemental {
  /// A function with parameters, F: ℝⁿ × ℝᵖ → ℝᵐ, written once: as without
  /// parameters, and the dense m × p Jacobian with respect to them as well.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - structure: where the entries of the m × n Jacobian lie.
  ///   - costs: fma; found unless declared.
  ///   - function: F.
  @inlinable
  public static func generic<F: ParametricScalarFunction>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    _ function: F
  ) -> some ParametricFunction & CurvedFunction {
    parametric(name, structure, costs, GenericProgram(function))
  }

  @usableFromInline
  static func parametric(
    _ name: String, _ structure: Structure, _ costs: ElementalCosts,
    _ program: GenericProgram
  ) -> some ParametricFunction & CurvedFunction {
    ParametricGenericFunction(
      name: name, structure: structure, costs: costs, program: program)
  }
}

/// What `Elemental.generic` makes of a function with parameters.
struct ParametricGenericFunction: ParametricFunction {
  let name: String
  /// Where the entries of the m × n Jacobian lie, as declared.
  let structure: Structure
  let costs: ElementalCosts
  let program: GenericProgram

  var inputCount: Int { program.inputCount }
  var outputCount: Int { program.outputCount }
  var parameters: [Double] { program.parameters }
  /// Dense.
  var parameterStructure: Structure { .dense }
  /// All of them.
  var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }

  /// No: they are made of tangents or adjoints.
  var hasFreeEntries: Bool { false }

  func parametricLinearization() -> any ParametricLinearization {
    GenericLinearization(program, name: name, structure: structure)
  }
}
