import JacobianChain

extension Elemental {
  /// A function F: ℝⁿ → ℝᵐ with tangents from two adjoints.
  ///
  /// The pullback g(v) = v · J is linear in v, so its own Jacobian is Jᵀ at
  /// every v. One adjoint of g with seed x is therefore x · Jᵀ = J · x, a
  /// tangent: the second adjoint is taken by tracing the pullback over its
  /// cotangents. This applies exactly where
  ///
  /// * the pullback can be written as a generic function of the cotangents, and
  /// * it is linear in them: no branch on a cotangent, no product of two.
  ///
  /// It is exact, no difference quotient. It can't be had from an opaque
  /// pullback over `Double`: there is nothing to trace; accumulate m adjoints
  /// instead.
  ///
  /// w adjoints take ⌈w / 4⌉ evaluations of the pullback on duals, w tangents
  /// one recording of it a point and ⌈w / 4⌉ sweeps. An evaluation allocates
  /// the array that the pullback returns, and nothing else.
  ///
  /// Second derivatives are those of a `CurvedPullback`, or are given.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - structure: where the entries of the m × n Jacobian lie.
  ///   - costs: fma; found unless declared.
  ///   - curvature: what Hessians need; unknown unless given.
  ///   - pullback: v ↦ v · J.
  @inlinable
  public static func pullback<P: Pullback>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    curvature: GivenCurvature = .unknown, _ pullback: P
  ) -> some CurvedFunction {
    made(
      name, structure, costs, curvature, pullback.inputCount,
      pullback.outputCount, value: { try pullback.value(at: $0) },
      dual: { try pullback(at: $0, $1) }, traced: { try pullback(at: $0, $1) })
  }

  /// The same, with the second derivatives that such a pullback has.
  @inlinable
  public static func pullback<P: CurvedPullback>(
    name: String, structure: Structure = .dense,
    costs: ElementalCosts = .init(tangent: .undeclared, adjoint: .undeclared),
    _ pullback: P
  ) -> some CurvedFunction {
    Self.pullback(
      name: name, structure: structure, costs: costs,
      curvature: .derivative(of: pullback), pullback)
  }

  @usableFromInline
  typealias Swept<T> = @Sendable ([Double], [T]) throws -> [T]

  @usableFromInline
  static func made(
    _ name: String, _ structure: Structure, _ costs: ElementalCosts,
    _ curvature: GivenCurvature, _ inputs: Int, _ outputs: Int,
    value: @escaping @Sendable ([Double]) throws -> [Double],
    dual: @escaping Swept<GenericProgram.DualBlock>,
    traced: @escaping Swept<Traced>
  ) -> some CurvedFunction {
    PullbackFunction(
      name: name, inputCount: inputs, outputCount: outputs,
      structure: structure, costs: costs, given: curvature, value: value,
      dual: dual, traced: traced)
  }
}

/// What `Elemental.pullback` makes.
struct PullbackFunction: GivenCurvatureFunction {
  let name: String
  let inputCount: Int
  let outputCount: Int
  /// Where the entries of the m × n Jacobian lie, as declared.
  let structure: Structure
  let costs: ElementalCosts
  /// All but parameters.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }
  /// No: they are made of tangents or adjoints.
  var hasFreeEntries: Bool { false }
  package let given: GivenCurvature
  /// What was given, or is derived.
  var curvature: Curvature { givenCurvature }
  /// The point has to be generic as well.
  var curvatureAdvice: String {
    "conform its pullback to CurvedPullback, or give it curvature: "
      + ".products, .entries or, if it is affine, .zero"
  }

  let value: @Sendable ([Double]) throws -> [Double]
  let dual: Elemental.Swept<GenericProgram.DualBlock>
  let traced: Elemental.Swept<Traced>

  func linearization() -> any Linearization {
    PullbackLinearization(self)
  }
}
