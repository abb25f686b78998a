import JacobianChain

/// A function with parameters, written once: as `GenericFunction`, and the
/// dense m × p Jacobian with respect to the parameters as well.
public struct ParametricGenericFunction: ParametricFunction {
  /// The name that reports and errors refer to.
  public let name: String
  /// Where the entries of the m × n Jacobian lie, as declared.
  public let structure: Structure
  /// What tangents and adjoints cost.
  public let costs: ElementalCosts
  let program: GenericProgram

  /// The number of inputs n.
  public var inputCount: Int { program.inputCount }
  /// The number of outputs m.
  public var outputCount: Int { program.outputCount }
  /// The parameters to begin with, p of them.
  public var parameters: [Double] { program.parameters }
  /// Dense.
  public var parameterStructure: Structure { .dense }
  /// All of them.
  public var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }

  /// No: they are made of tangents or adjoints.
  public var hasFreeEntries: Bool { false }

  /// Wraps a function; costs are counted unless declared.
  @inlinable
  public init<F: ParametricScalarFunction>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    _ function: F
  ) {
    self.init(
      name: name, structure: structure, costs: costs,
      program: GenericProgram(function))
  }

  @usableFromInline
  init(
    name: String, structure: Structure, costs: ElementalCosts,
    program: GenericProgram
  ) {
    self.name = name
    self.structure = structure
    self.costs = costs
    self.program = program
  }

  /// A place for both derivatives.
  public func parametricLinearization() -> any ParametricLinearization {
    GenericLinearization(program, name: name, structure: structure)
  }
}
