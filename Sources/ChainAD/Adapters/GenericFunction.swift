import JacobianChain

extension Elemental {
  /// A function F: ℝⁿ → ℝᵐ written once, as one of the composition: values by
  /// doubles, tangents by dual numbers, adjoints by a tape, second derivatives
  /// by both.
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
  /// `ChainError` (`malformed`) naming the function when it gives another
  /// number of outputs than it declares.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - structure: where the entries of the m × n Jacobian lie: one outside is
  ///     lost, or added to another one.
  ///   - costs: fma; found unless declared. `ScalarFunction.tapeLength(at:)`
  ///     helps with the tape.
  ///   - function: F.
  @inlinable
  public static func generic<F: ScalarFunction>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    _ function: F
  ) -> some CurvedFunction {
    made(name, structure, costs, GenericProgram(function))
  }

  @usableFromInline
  static func made(
    _ name: String, _ structure: Structure, _ costs: ElementalCosts,
    _ program: GenericProgram
  ) -> some CurvedFunction {
    GenericFunction(
      name: name, structure: structure, costs: costs, program: program)
  }
}

/// What `Elemental.generic` makes of a function without parameters.
struct GenericFunction: ElementalFunction {
  let name: String
  /// Where the entries of the m × n Jacobian lie, as declared: an entry
  /// outside is lost, or added to another one.
  let structure: Structure
  let costs: ElementalCosts
  let program: GenericProgram

  var inputCount: Int { program.inputCount }
  var outputCount: Int { program.outputCount }
  /// All but parameters.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// No: they are made of tangents or adjoints.
  var hasFreeEntries: Bool { false }

  func linearization() -> any Linearization {
    GenericLinearization(program, name: name, structure: structure)
  }
}

extension ScalarFunction {
  /// The doubles that one adjoint keeps at `point`: three for each step.
  ///
  /// Elsewhere the function may take other branches and need more.
  ///
  /// - Throws: what the function throws, and `ChainError` (`malformed`) for
  ///   another number of inputs or outputs.
  /// - Complexity: one recording.
  @inlinable
  public func tapeLength(at point: [Double]) throws -> Int {
    try GenericProgram(self).tapeLength(at: point, name: "\(Self.self)")
  }
}

extension GenericProgram {
  @usableFromInline
  func tapeLength(at point: [Double], name: String) throws -> Int {
    try GenericLinearization(self, name: name, structure: .dense)
      .tapeLength(at: point)
  }
}
