import JacobianChain

/// A function written once, as one of the composition: values by `Double`,
/// tangents by `Dual`, adjoints by `Traced`.
///
/// A block of w tangents takes ⌈w / 4⌉ evaluations on duals; a block of w
/// adjoints takes one recording a point and ⌈w / 4⌉ sweeps over it. Entries
/// come by whichever of the two is cheaper, one seed for each colour of the
/// structure, or by a compiled elimination where that takes less: see
/// <doc:CompiledEliminations>.
///
/// Moving, tangents and adjoints allocate nothing from the second point on
/// except for what the function itself allocates; see
/// `ScalarFunction.evaluate(_:into:)`. Errors: what the function throws, and
/// `ChainError` (`malformed`) naming the function when it gives another number
/// of outputs than it declares.
public struct GenericFunction: ElementalFunction {
  /// The name that reports and errors refer to.
  public let name: String
  /// Where the entries of the m × n Jacobian lie, as declared: an entry
  /// outside is lost, or added to another one.
  public let structure: Structure
  /// What tangents and adjoints cost.
  public let costs: ElementalCosts
  let program: GenericProgram

  /// The number of inputs n.
  public var inputCount: Int { program.inputCount }
  /// The number of outputs m.
  public var outputCount: Int { program.outputCount }
  /// All but parameters.
  public var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// No: they are made of tangents or adjoints.
  public var hasFreeEntries: Bool { false }

  /// Wraps a function.
  ///
  /// - Parameters:
  ///   - costs: counted unless declared; `tapeLength(at:)` helps with the
  ///     tape.
  @inlinable
  public init<F: ScalarFunction>(
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

  /// A place for the derivative at a point.
  public func linearization() -> any Linearization {
    GenericLinearization(program, name: name, structure: structure)
  }

  /// The doubles that one adjoint keeps at `point`: three for each step.
  ///
  /// Elsewhere the function may take other branches and need more.
  ///
  /// - Complexity: one recording.
  public func tapeLength(at point: [Double]) throws -> Int {
    let place = GenericLinearization(
      program, name: name, structure: structure)
    return try place.tapeLength(at: point)
  }
}
