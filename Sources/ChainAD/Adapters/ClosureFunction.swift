import JacobianChain

extension Elemental {
  /// A function F: ℝⁿ → ℝᵐ whose derivative is written by hand, or comes from
  /// elsewhere: one closure for each thing that can be had of it.
  ///
  /// ```swift
  /// Elemental.closures(
  ///   name: "square", inputCount: 3, outputCount: 3,
  ///   value: { x in x.map { $0 * $0 } },
  ///   entries: { x in x.map { 2 * $0 } }, structure: .diagonal)
  /// ```
  ///
  /// What isn't given isn't derived here: accumulation, and the products with
  /// accumulated entries, are what plans are for. Tangents of a pullback that
  /// is generic in its cotangents: `pullback`. Second derivatives:
  /// `GivenCurvature`. Differences are never taken.
  ///
  /// Closures run on any thread. Each call allocates the array that it returns,
  /// and a change of `width` memory for the seeds; nothing else does. Errors:
  /// what a closure throws, and `ChainError`: `malformed` when it returns
  /// another count than documented, `unsupported` when what is asked for isn't
  /// there.
  ///
  /// Blocks are dense, row by row.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - inputCount: n.
  ///   - outputCount: m.
  ///   - value: n → m.
  ///   - tangent: J · S at the point, n × width → m × width.
  ///   - adjoint: S · J at the point, width × m → width × n.
  ///   - entries: the entries of J, as a `Matrix` stores those of `structure`.
  ///   - structure: where the entries of the m × n Jacobian lie.
  ///   - costs: unless declared, one fma for each nonzero of the structure;
  ///     nanoseconds of a product that is given are measured.
  ///   - curvature: what Hessians need; unknown unless given.
  public static func closures(
    name: String, inputCount: Int, outputCount: Int,
    value: @escaping @Sendable (_ point: [Double]) throws -> [Double],
    tangent: (
      @Sendable (_ point: [Double], _ seeds: [Double], _ width: Int) throws
        -> [Double]
    )? = nil,
    adjoint: (
      @Sendable (_ point: [Double], _ seeds: [Double], _ width: Int) throws
        -> [Double]
    )? = nil,
    entries: (@Sendable (_ point: [Double]) throws -> [Double])? = nil,
    structure: Structure = .dense, costs: ElementalCosts? = nil,
    curvature: GivenCurvature = .unknown
  ) -> some CurvedFunction {
    ClosureFunction(
      name: name, inputCount: inputCount, outputCount: outputCount,
      structure: structure,
      costs: costs
        ?? ElementalCosts(
          tangent: tangent == nil ? .counted : .undeclared,
          adjoint: adjoint == nil ? .counted : .undeclared),
      given: curvature, value: value, tangent: tangent, adjoint: adjoint,
      entries: entries)
  }
}

/// What `Elemental.closures` makes.
struct ClosureFunction: GivenCurvatureFunction {
  let name: String
  let inputCount: Int
  let outputCount: Int
  let structure: Structure
  let costs: ElementalCosts
  package let given: GivenCurvature

  typealias AtPoint = @Sendable ([Double]) throws -> [Double]
  typealias Product = @Sendable ([Double], [Double], Int) throws -> [Double]

  let value: AtPoint
  let tangent: Product?
  let adjoint: Product?
  let entries: AtPoint?

  /// What closures there are.
  var abilities: Abilities {
    var abilities: Abilities = []
    if tangent != nil { abilities.insert(.tangent) }
    if adjoint != nil { abilities.insert(.adjoint) }
    if entries != nil { abilities.insert(.entries) }
    return abilities
  }

  var curvature: Curvature { givenCurvature }
  /// One of the closures of `GivenCurvature`.
  var curvatureAdvice: String {
    "give it curvature: .products, .entries or, if it is affine, .zero"
  }

  func linearization() -> any Linearization {
    ClosureLinearization(self)
  }
}
